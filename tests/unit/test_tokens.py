"""The look: contrast of the colour tokens, icons that exist, classes that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static" / "tokens.css").read_text(encoding="utf-8")
PAIRS = [
    ("ink", "bg", 4.5), ("ink-2", "surface", 4.5), ("ink-3", "sunken", 4.5), ("line-strong", "surface", 3), ("on-brand", "brand", 4.5),
    ("brand-ink", "brand-soft", 4.5), ("bar-ink-2", "bar", 4.5), ("accent", "bar", 3), ("focus", "surface", 3), ("ok", "ok-soft", 4.5),
    ("info", "info-soft", 4.5), ("warn", "warn-soft", 4.5), ("bad", "bad-soft", 4.5), ("done", "done-soft", 4.5), ("mute", "mute-soft", 4.5),
    *[(f"s{n}-ink", f"s{n}", 4.5) for n in range(1, 6)],
]  # fmt: skip


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))


LIGHT = colours(TOKENS.split("@media")[0])
DARK = colours(TOKENS.split(':root[data-theme="dark"]')[1])


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(theme, front, back, least):
    high, low = sorted((luminance(theme[front]), luminance(theme[back])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= least


def test_dark_is_the_same_by_device_and_by_choice():
    media = TOKENS.split("@media (prefers-color-scheme: dark)")[1].split(':root[data-theme="dark"]')[0]
    assert colours(media) == DARK


def test_every_icon_used_exists():
    sprite = set(re.findall(r'id="i-([a-z]+)"', (ROOT / "static" / "ikon.svg").read_text(encoding="utf-8")))
    used = set()
    for folder in ("templates", "forms", "shell", "web", "admin"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".py", ".html"):
                text = path.read_text(encoding="utf-8")
                used |= set(re.findall(r"""\bicon\(['"]([a-z]+)['"]""", text))
                used |= set(re.findall(r"""Item\("[^"]+", "([a-z]+)\"""", text))
    assert len(used) > 20
    assert used <= sprite


def test_every_class_of_the_templates_has_a_style():
    styled = set(re.findall(r"\.([a-z][a-z0-9-]*)", (ROOT / "static" / "app.css").read_text(encoding="utf-8")))
    for path in (ROOT / "templates").rglob("*.html"):
        for names in re.findall(r'class="([^"{}]*)"', path.read_text(encoding="utf-8")):
            assert set(names.split()) <= styled, (path.name, names)
