"""Image cache: made files kept by the digest of their source, outside of the output."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ABOUT = "about.json"


@dataclass(frozen=True)
class Made:
    """Cache entry: files by name, and what is known of them."""

    files: Mapping[str, bytes]
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Store:
    """Image cache: a folder each entry; safe to be shared by builds that run at once and may be cut off."""

    folder: Path

    def get(self, key: str) -> Made | None:
        """What is kept under a key; None where it is not there, or not as it was put."""
        place = self.folder / key
        try:
            told: dict[str, Any] = json.loads((place / _ABOUT).read_text(encoding="utf-8"))
            files = {name: (place / name).read_bytes() for name in told["files"]}
        except (OSError, ValueError, KeyError):
            return None
        # A machine that lost power may have kept the names of files and not their bytes.
        if any(_digest(files[name]) != digest for name, digest in told["files"].items()):
            return None
        return Made(files, told["about"])

    def put(self, key: str, made: Made) -> None:
        """Keep something under a key, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=self.folder, prefix=".new-"))
        try:
            for name, content in made.files.items():
                (beside / name).write_bytes(content)
            about = {"files": {name: _digest(content) for name, content in made.files.items()}, "about": made.about}
            (beside / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
            place = self.folder / key
            shutil.rmtree(place, ignore_errors=True)
            beside.replace(place)
        except OSError:
            shutil.rmtree(beside, ignore_errors=True)
            # Another build may have been as quick, with the same result.
            if self.get(key) is None:
                raise


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def key_of(recipe: str, *parts: bytes) -> str:
    """The key of what a recipe makes from some parts; another recipe or another byte gives another."""
    return key_of_digests(recipe, *map(digest_of, parts))


def key_of_digests(recipe: str, *digests: bytes) -> str:
    """The same of parts whose digests are known."""
    whole = hashlib.sha256(recipe.encode())
    for one in digests:
        whole.update(one)
    return whole.hexdigest()[:32]


def digest_of(part: bytes) -> bytes:
    """What stands for a part in a key."""
    return hashlib.sha256(part).digest()
