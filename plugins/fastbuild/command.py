"""Build command: answers from the cache where nothing or little has changed, else starts Pelican."""

from __future__ import annotations

import atexit
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from plugins.content.base.faults import ContentError
from plugins.content.base.front_matter_split import Parted, parted
from plugins.content.timezone_data import use_newest
from plugins.domain.language import spoken
from plugins.fastbuild.cache import cache_file, change_detection, settings_cache
from plugins.fastbuild.cache.change_detection import NOTHING, DetectedChanges
from plugins.fastbuild.cache.settings_cache import CachedSettings, CommandKey
from plugins.fastbuild.edit.helper_process import Edit, HelperProcess
from plugins.fastbuild.fingerprint import file_stamps
from plugins.fastbuild.fingerprint.file_stamps import stamp_of
from plugins.fastbuild.markdown import docutils_standin
from plugins.fastbuild.markdown.converter import ConvertedText, TextConverter, digest_of


def main(arguments: Sequence[str] | None = None) -> None:
    """Build as `pelican` does, and end the process."""
    arguments = sys.argv[1:] if arguments is None else arguments
    began = time.perf_counter()
    use_newest()
    command_key = settings_cache.command_key(arguments)
    if command_key is None:
        # Settings may do anything, and were read once.
        docutils_standin.begin_anew(arguments)
    kept = command_key.load()
    detected = None
    if kept:
        helper = HelperProcess(kept)
        try:
            detected, told = _answer(command_key, kept, helper)
        finally:
            helper.end()
        if told is not None:
            sys.stdout.write(f"Done: {told} in {time.perf_counter() - began:.2f} seconds.\n")
            _end()
    settings_cache.set_running_command(command_key)
    if detected:
        change_detection.set_detected(detected)
    content = detected.content if detected else file_stamps.files([command_key.content])
    with _ahead(command_key, content) if detected is None or detected.manifest is None else nullcontext():
        settings_cache.forget_settings()
        docutils_standin.stand_in_without_rest(content)
        from pelican import main as build

        build(arguments)
    _end()


@contextmanager
def _ahead(command_key: CommandKey, content: Iterable[str]) -> Iterator[None]:
    """Have the texts of a whole build converted meanwhile, where none was before."""
    # Only here: an edit does without.
    from plugins.fastbuild.markdown import conversion_cache

    said = command_key.said
    kept = Path(said.get("MEDIA_CACHE") or command_key.file.parents[1]).glob("converted-*")
    try:
        if {"plugins.fastbuild", "plugins.site"} <= {*said.get("PLUGINS", ())} and "MARKDOWN" in said and not any(kept):
            conversion_cache.begin(conversion_cache.TextFiles(Path(command_key.content), content, said["MARKDOWN"]))
        yield
    finally:
        conversion_cache.end()


def _answer(
    command_key: CommandKey, kept: CachedSettings, helper: HelperProcess
) -> tuple[DetectedChanges | None, str | None]:
    """What was seen, and what was done in words; of what was tried in vain nothing that was seen is sure any more."""
    stamp = stamp_of(str(kept.manifest)) if kept.manifest.exists() else None
    detected = DetectedChanges.at(kept.inputs, cache_file.load(kept.manifest))
    if detected.manifest is None or stamp is None:
        return detected, None
    if not detected.is_any:
        return detected, NOTHING
    texts = _texts(detected)
    if texts is None:
        return detected, None
    options = command_key.said.get("MARKDOWN", {})
    convert = TextConverter(options)
    pieces = {
        path: ConvertedText(digest_of(text.body), spoken().version, convert(text.body)) for path, text in texts.items()
    }
    return None, helper.apply_edit(Edit(detected._replace(manifest=None), stamp, texts, pieces, options))


def _texts(detected: DetectedChanges) -> dict[str, Parted] | None:
    """The texts that are new or were edited, by their paths; None where an edit is of more than texts."""
    root, edited = Path(detected.inputs.content), detected.edited()
    if edited is None:
        return None
    try:
        texts = [path for path in edited if path.endswith(".md") and (root / path).is_file()]
        found = {path: parted(root, Path(path)) for path in texts}
    except ContentError:
        return None
    return found


def _end() -> None:
    """End at once: taking down all that was imported takes as long as an edit."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
