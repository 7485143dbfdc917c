"""Keeps what a build leaves to the next one."""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pelican import Pelican
from pelican.generators import Generator

from plugins.fastbuild import keeping
from plugins.fastbuild.inputs import Inputs
from plugins.fastbuild.manifest import Dependents, Manifest, Unit, place, written
from plugins.fastbuild.reads import paths_of
from plugins.fastbuild.snapshot import frozen
from plugins.fastbuild.stamps import Stamp, stamp_of, trusted
from plugins.fastbuild.writer import Made

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Built:
    """A build that has come to its end."""

    pelican: Pelican
    inputs: Inputs
    context: Mapping[str, Any]
    generators: Sequence[Generator]
    globals: Sequence[Mapping[str, Any]]
    made: Mapping[str, Made]
    derived: frozenset[str]
    units: list[Unit]
    told: frozenset[str]


def keep(built: Built, content: Mapping[str, Stamp], others: Mapping[str, Stamp], began: int) -> None:
    """Keep it, or nothing where the contents cannot be kept: then each build is a whole one."""
    settings, output = built.pelican.settings, built.pelican.output_path
    manifest_file, site_file = place(settings, output)
    manifest_file.unlink(missing_ok=True)
    try:
        payload = frozen(built.inputs.original, settings, built.context, built.generators, built.globals)
    except Exception as error:
        # Whatever another plugin has put there; it is asked nothing but to be picklable.
        logger.info("The next build will be a whole one: %s", error)
        return
    keeping.write(site_file, payload)
    paths = paths_of(built.context)
    dependents = Dependents()
    for number, made in enumerate(built.made.values()):
        read = made.reads
        dependents.add(
            number,
            (paths[one] for one in read.facts if one in paths),
            (paths[one] for one in read.bodies if one in paths),
        )
    stamps = {path: made.stamp for path, made in built.made.items()}
    for path in written(os.path.abspath(output), built.told):
        if path not in stamps:
            stamps[path] = stamp_of(path)
    timezone = settings["TIMEZONE"]
    manifest = Manifest(
        settings=built.inputs.settings,
        timezone=timezone,
        day=settings.get("DAY") or built.inputs.day(timezone),
        content=trusted(content, began),
        others=trusted(others, began),
        site=zlib.crc32(payload),
        pages=list(built.made),
        outputs=stamps,
        dependents=dependents,
        derived=built.derived,
        units=built.units,
        told=built.told - built.made.keys(),
    )
    keeping.save(manifest_file, manifest)
