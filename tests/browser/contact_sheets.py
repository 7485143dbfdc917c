"""Contact sheets: all pictures of one kind side by side, small, each as far as a window shows it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

COLUMNS = {"phone": 10, "desktop": 6}
WIDTHS = {"phone": 156, "desktop": 262}
TALL = {"phone": 2.2, "desktop": 1.0}  # times its width
GAP, PAPER = 12, {"light": "#DCE6E8", "dark": "#0B0F11"}


def lay_out(folder: Path, kind: str, names: tuple[str, ...] = (), into: Path | None = None) -> Path:
    """Lay out the pictures of a kind such as `phone-light`, all of them or those named, and return the sheet."""
    screen, scheme = kind.split("-")
    files = [folder / f"{name}-{kind}.png" for name in names] or sorted(folder.glob(f"*-{kind}.png"))
    width, columns = WIDTHS[screen], min(COLUMNS[screen], len(files))
    height = round(width * TALL[screen])
    rows = -(-len(files) // columns)
    size = (GAP + columns * (width + GAP), GAP + rows * (height + GAP))
    sheet = Image.new("RGB", size, PAPER[scheme])
    for number, file in enumerate(files):
        with Image.open(file) as picture:
            shown = picture.convert("RGB").resize((width, round(picture.height * width / picture.width)))
        at = (GAP + number % columns * (width + GAP), GAP + number // columns * (height + GAP))
        sheet.paste(shown.crop((0, 0, width, min(height, shown.height))), at)
    target = into or folder / f"sheet-{kind}.webp"
    sheet.save(target, quality=70, method=6)
    return target
