"""ICC profiles, written on the spot: wide RGB, grey and CMYK, with colours that are known by other means."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import product

_D50 = (0.9642, 1.0, 0.8249)
_SRGB_D50 = ((0.436075, 0.385065, 0.143080), (0.222504, 0.716879, 0.060617), (0.013932, 0.097105, 0.714173))
# Red, green and blue of Display P3, as every phone of the last years has them.
_P3 = ((0.515102, 0.241196, -0.001053), (0.291965, 0.692236, 0.041885), (0.157153, 0.066567, 0.784073))
Colour = tuple[int, int, int]


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _profile(space: bytes, kind: bytes, inner: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    text = b"made for a test\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * 79
    everything = {b"desc": description, b"cprt": b"text\0\0\0\0" + text, b"wtpt": _xyz(*_D50), **tags}
    at, table, data = 128 + 4 + 12 * len(everything), b"", b""
    for name, value in everything.items():
        value += b"\0" * (-len(value) % 4)
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    head = b"\0\0\0\0" + b"\x02\x40\0\0" + kind + space + inner + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    head += b"acsp" + b"\0" * 28 + _fixed(*_D50)
    body = head.ljust(124, b"\0") + struct.pack(">I", len(everything)) + table + data
    return struct.pack(">I", len(body) + 4) + body


def display_p3() -> bytes:
    """The wide gamut of phones."""
    curve = [round(65535 * _linear(step / 1023)) for step in range(1024)]
    trc = b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *curve)
    colours = {name: _xyz(*one) for name, one in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _P3, strict=True)}
    return _profile(b"RGB ", b"mntr", b"XYZ ", colours | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), trc))


def linear_grey() -> bytes:
    """Grey in which half the number is half the light."""
    return _profile(b"GRAY", b"mntr", b"XYZ ", {b"kTRC": b"curv\0\0\0\0" + struct.pack(">I", 0)})


def cmyk(inks: Mapping[tuple[int, ...], Colour]) -> bytes:
    """A press, by the colour in sRGB of each of its full inks (1) or none (0); black where nothing is said."""
    lut = b"mft2\0\0\0\0" + bytes([4, 3, 2, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1) + struct.pack(">HH", 2, 2)
    lut += struct.pack(">HH", 0, 65535) * 4
    for corner in product((0, 1), repeat=4):
        light, a, b = _lab(inks.get(corner, (0, 0, 0)))
        lut += struct.pack(
            ">3H", *(min(65535, round(one)) for one in (light * 652.8, (a + 128) * 256, (b + 128) * 256))
        )
    lut += struct.pack(">HH", 0, 65535) * 3
    return _profile(b"CMYK", b"prtr", b"Lab ", {b"A2B0": lut})


def _lab(colour: Colour) -> tuple[float, float, float]:
    """A colour of sRGB in CIE Lab, by its definition."""
    light = [_linear(one / 255) for one in colour]
    parts = []
    for row, white in zip(_SRGB_D50, _D50, strict=True):
        value = sum(factor * one for factor, one in zip(row, light, strict=True)) / white
        parts.append(value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116)
    return 116 * parts[1] - 16, 500 * (parts[0] - parts[1]), 200 * (parts[1] - parts[2])
