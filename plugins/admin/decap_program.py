"""Decap CMS (MIT), the program of the editor: downloaded once from npm and self-hosted."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE, VERSION, NAME = "decap-cms", "3.16.3", "decap-cms.js"
# Of the program itself, whatever brought it here.
SHA256 = "7c1efd6b616b4786e279aeef194dd21649a72058d3bc8d1f78901b574610dfb8"
_LONGEST_SECONDS = 300


class ProgramError(Exception):
    """The program cannot be had; the message says what to do."""


def cached_in() -> Path:
    """Where it is kept between builds: the cache of the user who builds, as freedesktop.org names it."""
    named = os.environ.get("XDG_CACHE_HOME")
    return (Path(named) if named else Path.home() / ".cache") / "maglia"


def program(cache: Path) -> bytes:
    """The program's bytes, fetched with npm where the cache has them not, and always checked. Raises ProgramError."""
    kept = cache / f"{PACKAGE}-{VERSION}.js"
    if kept.is_file() and _is_right(script := kept.read_bytes()):
        return script
    script = _fetched()
    if not _is_right(script):
        raise ProgramError(f"{PACKAGE} {VERSION} from npm is not the program this version was made for.")
    with contextlib.suppress(OSError):
        # Where nothing can be kept, the next build asks npm again.
        cache.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_bytes(script)
        beside.replace(kept)
    return script


def _is_right(script: bytes) -> bool:
    return hashlib.sha256(script).hexdigest() == SHA256


def _fetched() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        pack = ["npm", "pack", "--silent", "--prefer-offline", f"--pack-destination={name}", f"{PACKAGE}@{VERSION}"]
        try:
            subprocess.run(pack, cwd=name, capture_output=True, timeout=_LONGEST_SECONDS, check=True)
        except FileNotFoundError as error:
            raise ProgramError("ADMIN asks for an editor in the browser: npm fetches it once, install npm.") from error
        except subprocess.SubprocessError as error:
            said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip() or error
            raise ProgramError(f"npm cannot fetch {PACKAGE} {VERSION}: {said}") from error
        with tarfile.open(next(Path(name).glob("*.tgz"))) as packed:
            member = packed.extractfile(f"package/dist/{NAME}")
            assert member
            return member.read()
