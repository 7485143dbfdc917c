"""A photo as a phone takes it, made on the spot."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageDraw

GPS, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
HOME = {1: "N", 2: (45.0, 27.0, 51.0), 3: "E", 4: (9.0, 11.0, 24.0)}


def photo(width: int = 1800, height: int = 1200, orientation: int = 6, form: str = "JPEG") -> bytes:
    """A picture with a red corner at its upper left, held on its side, that says where it was taken and by what."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(200, 20, 20))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = orientation, "TELEFONO-SEGRETO"
    exif.get_ifd(GPS).update(HOME)
    file = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    more = {"comment": b"COMMENTO-SEGRETO"} if form == "JPEG" else {}
    image.save(file, form, exif=exif.tobytes(), icc_profile=profile, **more)
    return file.getvalue()
