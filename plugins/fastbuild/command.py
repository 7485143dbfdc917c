"""The command: what an earlier run of it has kept answers for a site where nothing or little has changed."""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from plugins.content.faults import ContentError
from plugins.content.texts import Parted, parted
from plugins.fastbuild import ahead, asking, keeping, looking, stamps
from plugins.fastbuild.ahead import Texts
from plugins.fastbuild.asking import Asked, Kept
from plugins.fastbuild.looking import NOTHING, Look
from plugins.fastbuild.package import open_package

# The lines of a front matter that may change: no list is put in order by them, and no address is made of them.
_LIGHT = ("title:", "summary:", "modified:")
# Set for the command that begins once more with what it could not do without Pelican.
_AGAIN = "FASTBUILD_AGAIN"


def main(arguments: Sequence[str] | None = None) -> None:
    """Build as `pelican` does, and end the process."""
    arguments = sys.argv[1:] if arguments is None else arguments
    began = time.perf_counter()
    is_again = os.environ.pop(_AGAIN, None) is not None
    asked = asking.asked(arguments)
    kept = asked.kept() if asked else None
    look = Look.at(kept.inputs, keeping.load(kept.manifest)) if kept else None
    told = _answer(kept, look) if kept and look and not is_again else None
    if told is not None:
        sys.stdout.write(f"Done: {told} in {time.perf_counter() - began:.2f} seconds.\n")
        _end()
    if asked:
        asking.hand_on(asked)
    if look:
        looking.hand_on(look)
    try:
        if asked and (look is None or look.manifest is None):
            _begin_ahead(asked, look)
        asking.forget_settings()
        from pelican import main as build

        build(arguments)
    finally:
        ahead.end()
    _end()


def _begin_ahead(asked: Asked, look: Look | None) -> None:
    """Have the texts of a whole build converted meanwhile, where none was before."""
    said = asked.said
    kept = Path(said.get("MEDIA_CACHE") or asked.file.parents[1]).glob("converted-*")
    if {"plugins.fastbuild", "plugins.site"} <= set(said.get("PLUGINS", ())) and "MARKDOWN" in said and not any(kept):
        files = look.content if look else stamps.files([asked.content])
        ahead.begin(Texts(Path(asked.content), files, said["MARKDOWN"]))


def _answer(kept: Kept, look: Look) -> str | None:
    """What was done in words; None where it takes Pelican."""
    if look.manifest is None:
        return None
    if not look.changed:
        return NOTHING
    texts = _texts(look)
    if not texts:
        return None
    open_package()
    try:
        from plugins.fastbuild.light import bring_in_lightly

        told = bring_in_lightly(kept, look.manifest, look, texts)
    except Exception:
        told = None  # Pelican tells what is wrong
    return told if told is not None else _begin_again()


def _begin_again() -> NoReturn:
    """Begin in a process that knows nothing: plugins were told of an edit, pages written, complaints made already."""
    os.environ[_AGAIN] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _texts(look: Look) -> dict[str, Parted]:
    """The texts that were edited, by their paths; none where an edit is more than a build without Pelican brings in."""
    assert look.manifest is not None
    root, found = Path(look.inputs.content), {}
    for path in look.edited():
        try:
            found[path] = parted(root, Path(path))
        except ContentError:
            return {}
        before, now = look.manifest.heads.get(path), found[path].head
        if before is None or not all(
            line.startswith(_LIGHT) for line in set(before.split("\n")) ^ set(now.split("\n"))
        ):
            return {}
    return found


def _end() -> None:
    """End at once: taking down all that was imported takes as long as an edit."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
