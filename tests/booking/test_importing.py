"""What importing the endpoint does: nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.booking.processes import ROOT

_WATCHED = """
import sys

touched = []

def watch(event, arguments):
    if event.startswith("socket.") or event in {"sqlite3.connect", "subprocess.Popen", "os.mkdir", "os.remove"}:
        touched.append((event, str(arguments)[:200]))
    if event == "open" and isinstance(arguments[0], str) and isinstance(arguments[1], str):
        if set(arguments[1]) & set("wax+") or arguments[0].endswith((".yaml", ".md", ".html", ".css")):
            touched.append((event, str(arguments)[:200]))

import socket, email, asyncio, ssl  # the standard library may look at what the machine can do
sys.dont_write_bytecode = True
sys.addaudithook(watch)
import plugins.booking.__main__
import plugins.booking.app
assert "pelican" not in sys.modules, "pelican was imported"
print(*touched, sep="\\n")
"""


def test_importing_the_endpoint_touches_nothing_and_leaves_pelican_alone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    assert list(tmp_path.iterdir()) == []


def test_the_package_itself_imports_nothing() -> None:
    assert (ROOT / "plugins/booking/__init__.py").read_text(encoding="utf-8") == ""
