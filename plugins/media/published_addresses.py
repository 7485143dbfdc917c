"""Published addresses: where each photo and animation is found, one address for each file whatever they are called."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from plugins.content.pictures.picture_kinds import published_suffix


def published_addresses(named: Mapping[str, str], contents: Mapping[str, bytes]) -> dict[str, str]:
    """The address of each photo and animation by the path of its file.

    `named` are the addresses that all static files have by their names, `contents` the bytes of photos and animations.
    """
    wanted = {
        path: Path(named[path]).with_suffix(published_suffix(Path(path), content)).as_posix()
        for path, content in contents.items()
    }
    found: dict[str, str] = {}
    # First those that have it by their own name: a HEIC beside its JPEG is found elsewhere, and nothing else moves.
    taken = {address for path, address in named.items() if path not in contents}
    for path in sorted(wanted, key=lambda path: (wanted[path] != named[path], path)):
        address = wanted[path]
        if address in taken:
            place = Path(address)
            digest = hashlib.sha256(path.encode() + contents[path]).hexdigest()[:8]
            address = place.with_name(f"{place.stem}-{digest}{place.suffix}").as_posix()
        taken.add(address)
        found[path] = address
    return found
