#!/usr/bin/env bash
# Pillow 13.0.0: a grey picture of 16 bits becomes white when it is converted to "L", "RGB" or "RGBA".
#
# Expected (Concepts, Modes: "I;16" is grey of 16 bits): half the light, 32896 of 65535, becomes 128 of 255; that is
#   what Pillow itself makes of a PNG of three channels of 16 bits, which it opens as "RGB".
# Seen: values are cut off and not scaled: whatever is above 255 of 65535 becomes 255, so nearly all of a scan is white.
# Scaled first by `image.convert("I").point(lambda value: value * (1 / 256)).convert("L")` it is right.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 2>/dev/null
cat >try.py <<'PYTHON'
import io

from PIL import Image

file = io.BytesIO()
Image.new("I;16", (4, 4), 32896).save(file, "PNG")
grey = Image.open(file)
scaled = grey.convert("I").point(lambda value: value * (1 / 256)).convert("L")
print(grey.mode, grey.convert("L").getpixel((0, 0)), grey.convert("RGB").getpixel((0, 0))[0], scaled.getpixel((0, 0)))
PYTHON
seen=$(env/bin/python try.py)
echo "mode, as L, as RGB, scaled first: $seen"
test "$seen" = "I;16 255 255 128"
