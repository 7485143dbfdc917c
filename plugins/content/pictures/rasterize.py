"""Rasterizer of drawings (SVG to PNG, by resvg), in a process of its own.

A drawing nested deep enough ends the process that draws it, and one may take for ever.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_SECONDS = 20


def rasterized(svg: bytes, width: int, height: int) -> bytes | None:
    """A drawing as a PNG of that size in pixels; None where it cannot be drawn."""
    command = [sys.executable, "-m", "plugins.content.pictures.rasterize", str(width), str(height)]
    try:
        done = subprocess.run(command, input=svg, capture_output=True, cwd=_ROOT, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None


def main(arguments: list[str]) -> int:
    """Draw what comes from standard input; of anything that is wrong with it the exit code tells."""
    import resvg_py

    width, height = map(int, arguments)
    with contextlib.suppress(ValueError):
        text = sys.stdin.buffer.read().decode("utf-8")
        sys.stdout.buffer.write(resvg_py.svg_to_bytes(svg_string=text, width=width, height=height))
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
