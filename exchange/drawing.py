"""The first look of a document or photograph as a small picture; called in a bounded process, since a file from outside may claim
any size."""

import base64
import io
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

MOST_PIXELS = 100_000_000
"""Of a photograph unpacked; the largest phone cameras reach it."""
QUALITY = 78


def drawn(body: bytes, page: int, edge: int) -> dict[str, Any]:
    """``{"pages": how many, "picture": base64 of WebP}`` with the *page*-th page (from 1), its longer side at most *edge* pixels.
    Raises what the libraries raise at a file they cannot read; nothing of what a photograph says of itself goes along."""
    pages, image = _of_document(body, page, edge) if body[:5] == b"%PDF-" else (1, _of_photograph(body, edge))
    made = io.BytesIO()
    image.save(made, "WEBP", quality=QUALITY)
    return {"pages": pages, "picture": base64.b64encode(made.getvalue()).decode()}


def _of_document(body: bytes, page: int, edge: int) -> tuple[int, Image.Image]:
    document = pypdfium2.PdfDocument(body)
    sheet = document[page - 1]
    return len(document), sheet.render(scale=edge / max(*sheet.get_size(), 1)).to_pil().convert("RGB")


def _of_photograph(body: bytes, edge: int) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses at twice this
    image = Image.open(io.BytesIO(body))
    image.draft("RGB", (edge * 2, edge * 2))  # JPEG unpacks at a half, a quarter, an eighth at once
    image.thumbnail((edge, edge))
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(paper, upright).convert("RGB")
