#!/usr/bin/env bash
# Pillow 13.0.0 (libavif 1.4.2): an AVIF with a side of more than 32768 pixels is written without a word, and not read.
#
# Expected (as with WebP, whose `save` raises "Image size exceeds WebP limit of 16383 pixels"): an error while saving.
# Seen: `save` succeeds up to 65536 pixels; from 32769 on `Image.open` raises UnidentifiedImageError for that very file,
#   because libavif's decoder has a limit of its own (`imageDimensionLimit`) that its encoder does not ask.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 2>/dev/null
cat >try.py <<'PYTHON'
import io

from PIL import Image, UnidentifiedImageError

for height in (32768, 32769):
    file = io.BytesIO()
    Image.new("RGB", (10, height)).save(file, "AVIF")
    try:
        print(Image.open(file).height)
    except UnidentifiedImageError:
        print("unidentified")
PYTHON
seen=$(env/bin/python try.py | tr '\n' ' ')
echo "written with 32768 and 32769 pixels, read: $seen"
test "$seen" = "32768 unidentified "
