#!/usr/bin/env bash
# Pillow 13.0.0: the colour space of an ICC profile raises UnicodeDecodeError where its four bytes are not ASCII.
#
# Expected (ImageCms): a profile that cannot be used raises PyCMSError or OSError, as other damages of it do.
# Seen: `ImageCmsProfile` takes the profile, and reading `profile.xcolor_space` raises UnicodeDecodeError, so a photo with
#   one damaged byte of its profile stops a program that is ready for PyCMSError.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 2>/dev/null
cat >try.py <<'PYTHON'
import io

from PIL import ImageCms

whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
damaged = ImageCms.ImageCmsProfile(io.BytesIO(whole.replace(b"RGB ", b"\xd4GB ", 1)))
try:
    print(damaged.profile.xcolor_space)
except (ImageCms.PyCMSError, OSError):
    print("told as its documentation says")
except UnicodeDecodeError:
    print("UnicodeDecodeError")
PYTHON
seen=$(env/bin/python try.py)
echo "the colour space of a damaged profile: $seen"
test "$seen" = UnicodeDecodeError
