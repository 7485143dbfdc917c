"""Environments: the Python packages that a version of the code runs with, in a folder of the installation.

Named by what they hold: versions with the same requirements share one.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from plugins.publishing.release.release_build import Tell
from plugins.publishing.release.server_folders import Server, flush, point

REQUIREMENTS = "requirements.txt"
GIVEN = "maglia.python"
_WHOLE = ".whole"
_OURS = re.compile("[0-9a-f]{16}")
_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input")
_LAST_LINES = 8


class RequirementsError(Exception):
    """A version's requirements are not there; `lines` say which and what to do."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def provide(server: Server, version: str, tell: Tell) -> None:
    """Let a version have what its requirements name: an environment of the installation's own, or the given one.

    One that was given is only looked at. Raises RequirementsError.
    """
    code = server.versions / version
    if given := server.repository.setting(GIVEN):
        _look(given, code)
        return
    folder = server.environments / environment_name(code)
    if not (folder / _WHOLE).is_file():
        tell(f"Installing what {REQUIREMENTS} names into {folder}, which may take a minute …")
        _make(folder, code / REQUIREMENTS)
    point(code / ".venv", os.path.relpath(folder, code))


def forget(server: Server) -> None:
    """Remove the environments of versions that are gone."""
    if not server.environments.is_dir():
        return
    needed = {(code / ".venv").resolve() for code in server.versions.iterdir()}
    for folder in server.environments.iterdir():
        if _OURS.fullmatch(folder.name) and folder.resolve() not in needed:
            shutil.rmtree(folder, ignore_errors=True)


def environment_name(code: Path) -> str:
    """What names the environment of a version: its requirements, and the Python that they were installed for."""
    wanted = (code / REQUIREMENTS).read_bytes() + repr(sys.version_info[:2]).encode()
    return hashlib.sha256(wanted).hexdigest()[:16]


def _make(folder: Path, requirements: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    python = str(folder / "bin" / "python")
    install = [python, *_PIP, "install", "--quiet", "--require-hashes", "-r", str(requirements)]
    for command in ([sys.executable, "-m", "venv", str(folder)], install):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            said = (done.stderr or done.stdout).strip().splitlines()[-_LAST_LINES:]
            raise RequirementsError(f"{shlex.join(command)} failed:", *said)
    os.sync()  # some ten thousand files, before the one that says they are whole
    (folder / _WHOLE).touch()
    flush(folder)


def _look(python: str, code: Path) -> None:
    """See whether an interpreter has what a version wants, without asking any other machine."""
    wanted = [python, *_PIP, "install", "--require-hashes", "-r", str(code / REQUIREMENTS)]
    look = [*wanted, "--quiet", "--dry-run", "--no-deps", "--no-index"]
    if subprocess.run(look, capture_output=True, check=False).returncode:
        raise RequirementsError(f"{python} does not have what {REQUIREMENTS} names. Run:", f"  {shlex.join(wanted)}")
