"""Saving a build: writes snapshot and manifest for the next one."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pelican import Pelican
from pelican.generators import Generator

from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.cache.build_manifest import Dependents, Manifest, Unit, place, written
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.fingerprint.file_stamps import of_a_process, stamp_of, trusted
from plugins.fastbuild.fingerprint.inputs import Inputs, programs
from plugins.fastbuild.render.page_queue import QueuedPage, RenderedPage
from plugins.fastbuild.render.read_tracking import paths_of
from plugins.fastbuild.snapshots.site_pickle import pickle_site

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueuedBuild:
    """Build whose pages are named and not made yet."""

    pelican: Pelican
    inputs: Inputs
    context: Mapping[str, Any]
    generators: Sequence[Generator]
    globals: Sequence[Mapping[str, Any]]
    queued: Collection[QueuedPage]

    def save_snapshot(self) -> int | None:
        """Keep its contents and its pages, and return their sum; None where they cannot be kept."""
        settings = self.pelican.settings
        manifest_file, site_file = place(settings, self.pelican.output_path)
        manifest_file.unlink(missing_ok=True)
        try:
            payload = pickle_site(
                self.inputs.original, settings, self.context, self.generators, self.globals, self.queued
            )
        except Exception as error:
            # Nested deeper than pickle goes, for instance.
            logger.info("The next build will be a whole one: %s", error)
            return None
        cache_file.write(site_file, payload)
        return zlib.crc32(payload)


@dataclass(frozen=True)
class FinishedBuild:
    """Finished build."""

    named: QueuedBuild
    code: str
    made: Mapping[str, RenderedPage]
    derived: frozenset[str]
    named_by: frozenset[str]
    units: list[Unit]
    told: frozenset[str]


def save_build(built: FinishedBuild, site: int, detected: DetectedChanges) -> None:
    """Keep what a build leaves besides its contents, of which `site` is the sum."""
    pelican, inputs = built.named.pelican, built.named.inputs
    settings, output = pelican.settings, pelican.output_path
    paths = paths_of(built.named.context)
    dependents = Dependents()
    for number, made in enumerate(built.made.values()):
        dependents.add(number, ((paths[one], bits) for one, bits in made.reads.items() if one in paths))
    stamps = {path: made.stamp for path, made in built.made.items()}
    for path in written(os.path.abspath(output), built.told):
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
        pages=list(built.made),
        outputs=stamps,
        dependents=dependents,
        derived=built.derived,
        units=built.units,
        named_by=built.named_by,
        told=built.told - built.made.keys(),
    )
    cache_file.save(place(settings, output)[0], manifest)


def _heads(settings: Mapping[str, Any]) -> dict[str, str]:
    return {path: source.document.head for path, source in settings["SITE"].sources.items()}
