"""Colour profiles (ICC): the pixels of any colour model in sRGB, by the profile that the file brings."""

from __future__ import annotations

import io

from PIL import Image, ImageCms

_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}
# What is no colour model of a profile, and the one it is read as.
_PLAIN = {
    **dict.fromkeys(("1", "L"), "L"),
    **dict.fromkeys(("LA", "La"), "LA"),
    **dict.fromkeys(("P", "RGB", "RGBX", "YCbCr", "HSV", "LAB"), "RGB"),
    **dict.fromkeys(("PA", "RGBA", "RGBa"), "RGBA"),
    "CMYK": "CMYK",
}


class DepthError(Exception):
    """The pixels are numbers that no screen shows as they are, such as floats."""


def in_srgb(image: Image.Image) -> Image.Image:
    """The picture as RGB, or RGBA where it is see-through, in sRGB. Raises DepthError."""
    profile = image.info.get("icc_profile")
    image = _plain(image)
    # A profile is about colours: what shows through stays as it is.
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode))
    # The profile of CMYK belongs to these numbers: it has to be asked before they become RGB.
    colours = (_by_profile(colours, profile) if profile else None) or colours.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _plain(image: Image.Image) -> Image.Image:
    """The picture in one of the models that a profile may be of, with or without alpha."""
    if image.mode.startswith("I;16"):
        # Converted by itself, whatever is lighter than a 256th of white would be white.
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode not in _PLAIN:
        raise DepthError(image.mode)
    mode = _PLAIN[image.mode]
    if "transparency" in image.info and mode in {"L", "RGB"}:
        mode = "RGBA"
    return image.convert(mode)


def _by_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture in sRGB; None where the profile is of another colour model, or is none, which browsers ignore too."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = _MODES.get(source.profile.xcolor_space.strip())
        if mode == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if image.mode != mode:
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
