"""Edit application: rebuilds only the pages that have read the edited texts.

Whatever might touch more than that is left to a whole build, before a page is written.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pelican.plugins import signals

from plugins.content.output_folder import is_within
from plugins.fastbuild.cache.build_manifest import Manifest, Unit
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.fingerprint.file_stamps import files_in, stamp_of, trusted
from plugins.fastbuild.render.page_queue import RenderedPage, number_of_pages, written_files
from plugins.fastbuild.render.read_tracking import bits
from plugins.fastbuild.snapshots.content_changes import Change
from plugins.fastbuild.snapshots.kept_site import KeptSite


class AppliedEdit(NamedTuple):
    """Applied edit: what was done in words, and what it leaves to the next build."""

    told: str
    manifest: Manifest


class PelicanRun(Protocol):
    """Interface of `Pelican`, as far as an edit asks for it."""

    settings: dict[str, Any]
    output_path: str


def apply_edit(
    pelican: PelicanRun, manifest: Manifest, detected: DetectedChanges, site: KeptSite
) -> AppliedEdit | None:
    """Bring the texts that were edited in; None where that takes more than this site can do."""
    changes = site.changes(detected.edited())
    if changes is None or any(change.names & manifest.derived for change in changes.values()):
        return None
    units = [unit for unit in manifest.units if _is_affected(unit, changes)]
    if not all(unit.is_traced for unit in units):
        return None
    wanted, output = _pages(manifest, changes), Path(pelican.output_path)
    if not all(is_within(output, path) for path in wanted):
        # A whole build refuses to write through a link that leads out of the site.
        return None
    site.apply(changes)
    with written_files() as told:
        pages = site.generate(wanted, units, manifest.units, changes.values())
        if list(pages.queued) != manifest.pages:
            return None
        written = told.copy()
        made = pages.make()
        for path in manifest.told - told:
            signals.content_written.send(path, context=None)
    fresh = {path for path, page in made.items() if page.is_new}
    pelican.settings |= {"CHANGED_FILES": fresh | written, "FILTERED_PAGES": frozenset(manifest.pages)}
    signals.finalized.send(pelican)
    kept = _kept(pelican, site, manifest, changes, made, detected)
    return AppliedEdit(f"{number_of_pages(fresh)} of {number_of_pages(manifest.pages)} pages changed,", kept)


def _pages(manifest: Manifest, changes: Mapping[str, Change]) -> set[str]:
    """The pages that have read what has changed."""
    return {
        manifest.pages[number]
        for path, change in changes.items()
        for number in manifest.dependents.of(path, bits(change.names))
    }


def _is_affected(unit: Unit, changes: Mapping[str, Change]) -> bool:
    """Whether a generator has to write its files again; of one that is not traced nobody can tell."""
    return any(
        unit.reads.get(path, 0) & bits(change.names) if unit.is_traced else change.names
        for path, change in changes.items()
    )


def _kept(
    pelican: PelicanRun,
    site: KeptSite,
    manifest: Manifest,
    changes: Mapping[str, Change],
    made: Mapping[str, RenderedPage],
    detected: DetectedChanges,
) -> Manifest:
    """What this build leaves to the next one."""
    numbers, paths = {path: number for number, path in enumerate(manifest.pages)}, site.paths
    stamps = {path: manifest.outputs[path] for path in manifest.pages}
    for path, page in made.items():
        stamps[path] = page.stamp
        # What it does not read any more is left among what it has read: that costs time and is never wrong.
        read = ((paths[one], bits) for one, bits in page.reads.items() if one in paths)
        manifest.dependents.add(numbers[path], read)
    others = manifest.outputs.keys() - stamps.keys()
    top = os.path.abspath(pelican.output_path)
    folders = {os.path.dirname(path) for path in others}
    found = files_in(folders - {top, os.path.dirname(top)}) | {
        path: stamp_of(path) for path in others if os.path.exists(path)
    }
    return replace(
        manifest,
        content=trusted(detected.content, detected.began),
        outputs=found | stamps,
        heads=manifest.heads | site.heads,
        edits=manifest.edits | {path: dict(change.facts) for path, change in changes.items()},
    )
