"""Saving a build: writes snapshot and manifest for the next one."""

from __future__ import annotations

import logging
import os
import sys
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from pelican.generators import Generator

from plugins.content.front_matter import Post
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import (
    BuiltFragment,
    BuiltPage,
    Dependents,
    Manifest,
    PelicanRun,
    Unit,
    place,
    written,
)
from plugins.fastbuild.cache.change_detection import OF_A_DAY, DetectedChanges
from plugins.fastbuild.fingerprint.file_stamps import of_a_process, stamp_of, trusted
from plugins.fastbuild.fingerprint.inputs import programs
from plugins.fastbuild.render.fragments import Fragment
from plugins.fastbuild.render.page_queue import QueuedPage, RenderedPage
from plugins.fastbuild.render.read_tracking import paths_of
from plugins.fastbuild.render.value_digests import ValueDigests
from plugins.fastbuild.snapshots.site_pickle import pickle_site

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueuedBuild:
    """Build whose pages are named and not made yet; `original` are the settings that it began with."""

    pelican: PelicanRun
    original: Mapping[str, Any]
    context: Mapping[str, Any]
    generators: Sequence[Generator]
    globals: Sequence[Mapping[str, Any]]
    queued: Collection[QueuedPage]

    @property
    def has_further_languages(self) -> bool:
        """Whether its site is in several languages, each text made of what others say of it: a change builds all."""
        return bool(self.pelican.settings["SITE"].further)

    def save_snapshot(self) -> int | None:
        """Keep its contents and its pages, and return their sum; None where they cannot be kept."""
        settings = self.pelican.settings
        manifest_file, site_file = place(settings, self.pelican.output_path)
        manifest_file.unlink(missing_ok=True)
        if self.has_further_languages:
            return 0  # no edit is made of it
        try:
            payload = pickle_site(self.original, settings, self.context, self.generators, self.globals, self.queued)
        except Exception as error:
            # Nested deeper than pickle goes, for instance.
            logger.info("The next build will be a whole one: %s", error)
            return None
        cache_file.write(site_file, payload)
        return zlib.crc32(payload)


@dataclass(frozen=True)
class FinishedBuild:
    """Finished build: `told` are the files that were told before any page was named, and those of the theme."""

    named: QueuedBuild
    code: str
    made: Mapping[str, RenderedPage]
    derived: frozenset[str]
    named_by: frozenset[str]
    units: list[Unit]
    told: frozenset[str]
    static: frozenset[str]
    fragments: Mapping[str, Fragment]
    digests: ValueDigests


def save_build(built: FinishedBuild, site: int, detected: DetectedChanges) -> None:
    """Keep what a build leaves besides its contents, of which `site` is the sum."""
    pelican, inputs = built.named.pelican, detected.inputs
    settings, output = pelican.settings, pelican.output_path
    context = built.named.context
    paths, digests = paths_of(context), built.digests
    asked = asked_by([*built.made.values(), *built.fragments.values(), *built.units])
    dependents = Dependents()
    pages: dict[str, BuiltPage] = {}
    fragments: dict[str, BuiltFragment] = {}
    if built.named.has_further_languages:
        asked &= OF_A_DAY
    else:
        pages = with_rendered({}, built.named.queued, built.made, digests)
        fragments = with_fragments({}, pages, built.fragments, dependents, paths)
        for path, made in built.made.items():
            dependents.add(pages[path].number, ((paths[one], bits) for one, bits in made.reads.items() if one in paths))
    stamps = {path: made.stamp for path, made in built.made.items()}
    told = built.told.union(built.static, *(unit.told for unit in built.units))
    for path in written(os.path.abspath(output), told | stamps.keys()):
        if path not in stamps:
            stamps[path] = stamp_of(path)
    others = trusted(detected.others, detected.began)
    others |= of_a_process({path: stamp for path, stamp in others.items() if path.endswith(".py")})
    timezone = settings["TIMEZONE"]
    manifest = Manifest(
        settings=inputs.settings,
        timezone=timezone,
        day=settings.get("DAY") or inputs.day(timezone),
        content=trusted(detected.content, detected.began),
        others=others,
        programs=of_a_process(programs(inputs.others)),
        code=built.code,
        site=site,
        heads=_heads(settings),
        days=_days(settings),
        linking=frozenset(path for path, one in settings["SITE"].sources.items() if "{" in one.document.body),
        pages=pages,
        fragments=fragments,
        shared=digests.shared(asked),
        outputs=stamps,
        dependents=dependents,
        derived=built.derived,
        units=built.units,
        named_by=built.named_by,
        told=built.told,
        static=built.static,
    )
    cache_file.save(place(settings, output)[0], manifest)


def with_rendered(
    before: Mapping[str, BuiltPage],
    queued: Collection[QueuedPage],
    rendered: Mapping[str, RenderedPage],
    digests: ValueDigests,
) -> dict[str, BuiltPage]:
    """The pages as they are now, those rendered with what they have asked for; others are as they were before."""
    found: dict[str, BuiltPage] = {}
    fresh = count(max((page.number for page in before.values()), default=-1) + 1)
    same: dict[frozenset[str], frozenset[str]] = {}
    for page in queued:
        known, made = before.get(page.path), rendered.get(page.path)
        if made is None:
            found[page.path] = before[page.path]
            continue
        if made.asked not in same:
            same[made.asked] = frozenset(map(sys.intern, made.asked))
        asked = same[made.asked]
        number = known.number if known else next(fresh)
        fragments = frozenset(map(sys.intern, made.fragments))
        found[page.path] = BuiltPage(number, asked, digests.own(page, asked), fragments)
    return found


def with_fragments(
    before: Mapping[str, BuiltFragment],
    pages: Mapping[str, BuiltPage],
    rendered: Mapping[str, Fragment],
    dependents: Dependents,
    paths: Mapping[int, str],
) -> dict[str, BuiltFragment]:
    """The fragments of the pages, those rendered with what they have read; others are as they were before."""
    shown = frozenset().union(*(page.fragments for page in pages.values()))
    found = {name: one for name, one in before.items() if name in shown}
    fresh = count(min((one.number for one in before.values()), default=0) - 1, -1)
    for name in shown & rendered.keys():
        made = rendered[name]
        number = before[name].number if name in before else next(fresh)
        found[name] = BuiltFragment(number, made.html, made.asked)
        dependents.add(number, ((paths[one], bits) for one, bits in made.reads.items() if one in paths))
    return found


def asked_by(those: Iterable[RenderedPage | Fragment | Unit]) -> set[str]:
    """The names that any of these has asked its context for."""
    return set().union(*(one.asked for one in those))


def _heads(settings: Mapping[str, Any]) -> dict[str, str]:
    return {path: source.document.head for path, source in settings["SITE"].sources.items()}


def _days(settings: Mapping[str, Any]) -> dict[str, date]:
    return {path: day for path, one in settings["SITE"].sources.items() if (day := day_of(one.value)) is not None}


def day_of(value: object) -> date | None:
    """The day on which a post is out; None of whatever is no post, or is none that comes out."""
    return value.date if isinstance(value, Post) and value.status == "published" else None
