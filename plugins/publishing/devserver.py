"""The server to write with: builds again on any change and reloads the browser, the endpoint included."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from watchfiles import PythonFilter, watch

WATCHED = ("content", "theme", "plugins", "pelicanconf.py")
_STOP_SECONDS = 30


def build(output: Path) -> bool:
    """Build the site as it is while writing; False where it could not be, with the reasons already told."""
    settings = ["-s", "pelicanconf.py", "-o", str(output), "-e", "LIVE_RELOAD=true", "--fatal", "errors"]
    done = subprocess.run([sys.executable, "-m", "pelican", "content", *settings], check=False)
    if done.returncode == 0:
        # Pages open in a browser ask for this file and load themselves again when it changes.
        (output / "live-reload.txt").write_text(str(time.time_ns()), encoding="ascii")
    return done.returncode == 0


def touches_code(paths: Iterable[str]) -> bool:
    """Whether one of the changed files is code, which a running endpoint does not see."""
    code = PythonFilter()
    return any("plugins" in Path(path).parts and path.endswith(code.extensions) for path in paths)


@contextmanager
def endpoint(port: int, output: Path) -> Iterator[None]:
    """Run the endpoint, with its mailbox, while the block runs."""
    environment = {**os.environ, "BOOKING_DEV": "1", "BOOKING_SITE_DIR": str(output)}
    process = subprocess.Popen([sys.executable, "-m", "plugins.booking", "serve", "--port", str(port)], env=environment)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run(root: Path, port: int) -> int:
    """Serve the site of the repository at `root` until Ctrl-C; returns the exit code."""
    output = root / "output"
    if not build(output):
        print("Correggi e salva: il sito si ricostruisce da solo.", flush=True)
    changes = watch(*(root / name for name in WATCHED), raise_interrupt=False)
    changed: set[str] = set()
    while True:
        with endpoint(port, output):
            for batch in changes:
                changed = {path for _, path in batch}
                names = sorted({str(Path(path).relative_to(root)) for path in changed})
                print(f"Cambiato: {', '.join(names)}", flush=True)
                build(output)
                if touches_code(changed):
                    break
            else:
                return 0
