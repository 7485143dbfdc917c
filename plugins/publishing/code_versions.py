"""Code versions: the copies of code and theme that build on a server.

Of a checkout or of a commit, never of what was just pushed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.publishing import environments
from plugins.publishing.environments import REQUIREMENTS
from plugins.publishing.git.git_export import export
from plugins.publishing.release.releases import versions_in_use
from plugins.publishing.release.server_folders import Server, point

CODE = (
    *("plugins", "theme", "pelicanconf.py", "publishconf.py", REQUIREMENTS),
    # Of deploy/ what a server reads where it lies; the example of its settings may have the real ones beside it.
    *("deploy/systemd", "deploy/errors", "deploy/nginx-proxy.conf"),
)
_FILES = "files.json"
# Which the endpoint reads, to say what it runs.
_REVISION = "revision"
_NAME = re.compile(r"\d{4,}")


class UnfitError(Exception):
    """A commit whose code cannot be brought in; the message says why."""


def from_checkout(server: Server, checkout: Path) -> str:
    """Copy the code of a checkout, as it lies there, and return the name of the version."""
    name = _next(server)
    folder = server.versions / name
    folder.mkdir(parents=True)
    for source in _code_files(checkout):
        copy = folder / source.relative_to(checkout)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)
    _write_down(folder)
    return name


def from_commit(server: Server, commit: str) -> str:
    """Export the code of a commit and return the name of the version; raises UnfitError and leaves nothing then."""
    name = _next(server)
    folder = server.versions / name
    left_out: tuple[Fault, ...] = export(server.repository, commit, folder, *CODE)
    if left_out or not (folder / "plugins" / "publishing" / "workshop.py").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        paths = ", ".join(str(fault.path) for fault in left_out)
        raise UnfitError(f"unfit paths: {paths}" if paths else "it has no code that can check and build")
    (folder / _REVISION).write_text(f"{commit}\n", encoding="utf-8")
    _write_down(folder)
    return name


def use(server: Server, name: str) -> None:
    """Build with that version from now on; the one before stays beside."""
    if server.code.is_symlink() and server.version != name:
        point(server.code_before, f"versions/{server.version}")
    point(server.code, f"versions/{name}")


def forget(server: Server, *kept: str) -> None:
    """Remove all versions but some and those that releases were built by, and nothing else that lies beside them."""
    kept = (*kept, *versions_in_use(server))
    for folder in server.versions.iterdir():
        if folder.name not in kept and _NAME.fullmatch(folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    environments.forget(server)


def files_of(server: Server, name: str) -> Mapping[str, str]:
    """The files of a version, each with the name that git gives to its content."""
    named: dict[str, str] = json.loads((server.versions / name / _FILES).read_text(encoding="utf-8"))
    return named


def differs(server: Server, commit: str) -> bool:
    """Whether a commit has code or theme, and other ones than those that build."""
    pushed = {file.path.decode(errors="replace"): file.object for file in server.repository.files(commit, *CODE)}
    return any(path.startswith("plugins/") for path in pushed) and pushed != files_of(server, server.version)


def _write_down(folder: Path) -> None:
    files = {file.relative_to(folder).as_posix(): _git_name(file) for file in _code_files(folder)}
    (folder / _FILES).write_text(json.dumps(files, indent=0, sort_keys=True), encoding="utf-8")


def _code_files(root: Path) -> Iterator[Path]:
    for name in CODE:
        found = root / name
        files = [found] if found.is_file() else sorted(file for file in found.rglob("*") if file.is_file())
        yield from (file for file in files if "__pycache__" not in file.parts)


def _git_name(file: Path) -> str:
    content = file.read_bytes()
    # Not for safety: it is git's own name of a content, in a repository made with SHA-1.
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _next(server: Server) -> str:
    numbers = [int(folder.name) for folder in server.versions.iterdir() if _NAME.fullmatch(folder.name)]
    return f"{max(numbers, default=0) + 1:04}"
