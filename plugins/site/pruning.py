"""Pruning: removes from the output what an earlier build wrote and this one did not.

A deleted post does not stay online.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from plugins.content.output_folder import (
    UnsafeOutputError,
    add_names,
    check_cache,
    check_output,
    forget_records,
    leads_out,
    mark,
    names_in,
    record_of,
    remove,
    save_names,
    unlink_copies,
)

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.generators import StaticGenerator

_PLUGINS = Path(__file__).parents[1]
_log = logging.getLogger(__name__)


def check(pelican: Pelican) -> None:
    """End the run with exit code 1 where its output folder is not safe to build into.

    Pelican's own `DELETE_OUTPUT_DIRECTORY` removes whatever lies there; here only what a build has written goes.
    """
    settings, output = pelican.settings, Path(pelican.output_path)
    written = {"content": Path(pelican.path), "theme": Path(pelican.theme), "folder of the plugins": _PLUGINS}
    cache = Path(settings["CACHE_PATH"])
    caches = {"cache": cache, "cache of pictures": Path(settings.get("MEDIA_CACHE") or cache / "media")}
    links = bool(settings.get("STATIC_CREATE_LINKS"))
    try:
        for folder in caches.values():
            check_cache(folder, written)
        check_output(output, written | caches, settings.get("OUTPUT_RETENTION", ()), links)
    except UnsafeOutputError as error:
        _end(str(error))
    pelican.delete_outputdir = False
    if not links:
        unlink_copies(output)


def _end(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    # Not an exception of Pelican's: those are shown with a traceback.
    raise SystemExit(1) from None


def mark_as_ours(pelican: Pelican) -> None:
    """Mark the output folder; what is remembered of a folder without a mark is of another one, and is forgotten."""
    output = Path(pelican.output_path)
    if not mark(output) and forget_records(Path(pelican.settings["CACHE_PATH"]), output):
        _log.warning(
            "%s was not marked as a folder that builds write: what an earlier build left there stays. "
            "`make clean` begins anew.",
            output,
        )


class Written:
    """Written files of a run; only what we remember having written is ever removed, whatever else lies in the folder.

    What is new is noted before it is written: a build may be cut off, and the next one have no use for it.
    """

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._caches: dict[str, Path] = {}
        self._known: dict[str, set[str]] = {}
        self._theme: set[str] | None = None

    def begin(self, pelican: Pelican) -> None:
        """Know where to remember what is written into a folder."""
        self._caches[os.path.abspath(pelican.output_path)] = Path(pelican.settings["CACHE_PATH"])

    def expect(self, output: str, paths: Iterable[str]) -> None:
        """Note files that are about to be written."""
        folder = os.path.abspath(output)
        if folder not in self._caches:
            return
        manifest, begun = _records(self._caches[folder], folder)
        if folder not in self._known:
            self._known[folder] = names_in(manifest)
        if new := set(_names(paths, folder)) - self._known[folder]:
            self._known[folder].update(new)
            add_names(begun, new)

    def add(self, path: str, **_context: object) -> None:
        """Note a page or a feed."""
        self._files.add(path)

    def add_static(self, generator: StaticGenerator) -> None:
        """Note the files that are copied as they are; one that would be copied elsewhere ends the run."""
        named = [str(generator.settings["THEME_STATIC_DIR"]), *(file.save_as for file in generator.staticfiles)]
        if away := [name for name in named if leads_out(name)]:
            _end(
                f"{away[0]} leads out of the output: mend THEME_STATIC_DIR, EXTRA_PATH_METADATA or STATIC_SAVE_AS, "
                "whichever says so."
            )
        files = {os.path.join(generator.output_path, file.save_as) for file in generator.staticfiles}
        self.expect(generator.output_path, files)
        self._files |= files
        # An edit copies nothing of the theme, and so these are remembered apart.
        self._theme = set(theme_files(generator.settings, generator.theme))

    def prune(self, pelican: Pelican) -> None:
        """Remove what runs before wrote or began to write and this one did not, and remember this one."""
        folder = os.path.abspath(pelican.output_path)
        manifest, begun = _records(Path(pelican.settings["CACHE_PATH"]), folder)
        now = set(_names(self._files, folder))
        self._files.clear()
        self._known.pop(folder, None)
        before = names_in(manifest)
        stale = (before | names_in(begun)) - now
        # Where the file system takes two spellings for one name, the file of the old one is the new one's.
        spelt = {name.casefold(): name for name in now} if stale else {}
        gone = [name for name in sorted(stale) if not _is_same(folder, name, spelt.get(name.casefold()))]
        remove(Path(folder), gone)
        if now != before:
            save_names(manifest, now)
        begun.unlink(missing_ok=True)
        if self._theme is not None:
            theme = record_of(manifest.parent, "theme", Path(folder))
            remove(Path(folder), sorted(names_in(theme) - self._theme - now))
            save_names(theme, self._theme)
            self._theme = None


def theme_files(settings: Mapping[str, Any], theme: str) -> Iterator[str]:
    """The names, below the output, of the files that Pelican copies from the theme (`pelican.utils.copy`)."""
    ignores = settings["IGNORE_FILES"]
    for path in settings["THEME_STATIC_PATHS"]:
        source = os.path.join(theme, path)
        for folder, below, names in os.walk(source, followlinks=True):
            below[:] = [name for name in below if not _is_ignored(name, ignores)]
            place = os.path.normpath(os.path.join(settings["THEME_STATIC_DIR"], os.path.relpath(folder, source)))
            yield from (f"{place}/{name}".replace(os.sep, "/") for name in names if not _is_ignored(name, ignores))


def _is_ignored(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _records(cache: Path, folder: str) -> tuple[Path, Path]:
    """The files that name what the last whole run wrote, and what has been begun since."""
    return record_of(cache, "written", Path(folder)), record_of(cache, "begun", Path(folder))


def _is_same(folder: str, name: str, other: str | None) -> bool:
    files = [os.path.join(folder, one) for one in (name, other) if one is not None]
    return len(files) > 1 and all(map(os.path.exists, files)) and os.path.samefile(*files)


def _names(paths: Iterable[str], folder: str) -> Iterator[str]:
    """The names below a folder; by their letters, for asking the file system of each of thousands takes long."""
    inside = f"{folder}{os.sep}"
    for path in paths:
        whole = path if path.startswith(inside) and ".." not in path else os.path.abspath(path)
        if whole.startswith(inside):
            yield whole.removeprefix(inside).replace(os.sep, "/")
