"""OKLCH, the colour space: lightness as it is seen, chroma and hue of an sRGB colour (CSS Color 4, 9 and 17)."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin


@dataclass(frozen=True)
class Oklch:
    """A colour by lightness (0 to 1), chroma (0 to about 0.4) and hue in degrees."""

    light: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, colour: str) -> Oklch:
        """The colour that `#RRGGBB` names."""
        red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
        long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
        medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
        short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        light = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        return cls(light, hypot(a, b), degrees(atan2(b, a)) % 360)

    def hex(self) -> str:
        """As `#RRGGBB`, with less chroma where a screen has not so much of it."""
        chroma = self.chroma
        while True:
            channels = _channels(self.light, chroma, self.hue)
            if chroma <= 0 or all(-0.0005 <= one <= 1.0005 for one in channels):
                return "#" + "".join(f"{round(255 * _encoded(min(1, max(0, one)))):02X}" for one in channels)
            chroma -= 0.002


def _channels(light: float, chroma: float, hue: float) -> tuple[float, float, float]:
    """Red, green and blue as light, between 0 and 1 where a screen can show them."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _encoded(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)
