"""Documents and photographs as people attach them."""

import io

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)
TURNED = 0x0112
"""Where a photograph says how it was held."""


def document(*colours: tuple[int, int, int]) -> bytes:
    """A PDF with a page of each colour, taller than wide."""
    first, *more = [Image.new("RGB", (300, 400), colour) for colour in colours]
    made = io.BytesIO()
    first.save(made, "PDF", save_all=True, append_images=more)
    return made.getvalue()


def photograph(width: int, height: int, held: int = 1, kind: str = "JPEG") -> bytes:
    """Half red, half blue, as the camera kept it."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    said = Image.Exif()
    said[TURNED] = held
    made = io.BytesIO()
    image.save(made, kind, exif=said)
    return made.getvalue()


def seen(body: bytes) -> Image.Image:
    """A picture as it is shown."""
    return Image.open(io.BytesIO(body)).convert("RGB")


def near(pixel: tuple[int, ...], colour: tuple[int, int, int]) -> bool:
    """Whether it is that colour, as far as such a format keeps one."""
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))
