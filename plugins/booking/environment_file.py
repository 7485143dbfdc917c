"""Environment file: variables as systemd's `EnvironmentFile=` reads them (systemd.exec(5))."""

from __future__ import annotations

import re
from pathlib import Path

_LINE = re.compile(r"\s*([A-Za-z_]\w*)=(.*)", re.DOTALL)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"|\'([^\']*)\'', re.DOTALL)


def read_environment_file(path: Path) -> dict[str, str]:
    """Read its variables: a line each, `#` and `;` begin a comment, quotes keep what is in them; raises OSError."""
    found = {}
    # A line that ends in a stroke goes on in the next.
    for line in path.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line.lstrip().startswith(("#", ";")):
            continue
        if assigned := _LINE.fullmatch(line):
            found[assigned[1]] = _value(assigned[2].strip())
    return found


def _value(text: str) -> str:
    if quoted := _QUOTED.fullmatch(text):
        return quoted[2] if quoted[1] is None else re.sub(r'\\(["\\$`])', r"\1", quoted[1])
    return re.sub(r"\\(.)", r"\1", text)
