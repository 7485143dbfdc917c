"""Edit application: renders the pages that have read, or are made of, what an edit has changed.

Whatever might touch more than that is left to a whole build, before a page is written.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, NamedTuple

from pelican.plugins import signals

from plugins.content.output_folder import are_within
from plugins.fastbuild.cache.build_manifest import BuiltPage, Manifest, Unit
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.edit.edited_contents import EditedContents, ReadTexts
from plugins.fastbuild.edit.shared_fragments import SharedFragments
from plugins.fastbuild.fingerprint.file_stamps import Stamp, files_in, stamp_of, trusted
from plugins.fastbuild.parallel.worker_processes import BackgroundWork
from plugins.fastbuild.render import fragments, read_tracking
from plugins.fastbuild.render.data_places import DataPlaces
from plugins.fastbuild.render.page_queue import RenderedPage, number_of_pages, written_files
from plugins.fastbuild.render.queueing_writer import QueueingWriter
from plugins.fastbuild.render.read_tracking import bits
from plugins.fastbuild.render.value_digests import ValueDigests
from plugins.fastbuild.snapshots.content_changes import EVERYTHING, Change
from plugins.fastbuild.snapshots.restored_site import RestoredSite
from plugins.fastbuild.snapshots.save_build import asked_by, with_fragments, with_rendered


class AppliedEdit(NamedTuple):
    """Applied edit: what was done in words, and what it leaves to the next build."""

    told: str
    manifest: Manifest


def apply_edit(
    manifest: Manifest, detected: DetectedChanges, site: RestoredSite, read: ReadTexts | None = None
) -> AppliedEdit | None:
    """Bring the texts that were edited in; None where that takes more than this site can do."""
    site.settings["DAY"] = detected.inputs.day(manifest.timezone)
    edited = EditedContents(site, manifest, read)
    changes, templates = edited.apply(detected.edited() or ()), site.showing(detected.templates)
    if changes is None or templates is None:
        return None
    read_tracking.forget_texts()
    return _Edit(manifest, detected, site, edited, changes, templates).bring_in()


class _Edit:
    """An edit whose contents are as they are now."""

    def __init__(
        self,
        manifest: Manifest,
        detected: DetectedChanges,
        site: RestoredSite,
        edited: EditedContents,
        changes: dict[str, Change],
        templates: Collection[str],
    ) -> None:
        self._manifest, self._detected, self._site = manifest, detected, site
        self._edited, self._changes, self._templates = edited, changes, templates
        names = frozenset(name for change in changes.values() for name in change.names)
        # Where posts come, go or are others, and where something that all share is made of what has changed.
        is_other = any(change is EVERYTHING for change in changes.values())
        self._is_anew = is_other or bool(names & manifest.derived) or not site.is_named(names)

    def bring_in(self) -> AppliedEdit | None:
        """Render what has to be, and tell of it; None where that cannot be known."""
        manifest, site = self._manifest, self._site
        with ExitStack() as ending, written_files() as told:
            first = manifest.told
            if self._is_anew:
                for path, change in site.list_again().items():
                    self._changes[path] = _both(self._changes.get(path), change)
                first = frozenset(told)
            data = DataPlaces(site.office)
            digests = ValueDigests(site.paths, site.context, data)
            shared = digests.shared(manifest.shared) if self._is_anew else manifest.shared
            others = {name for name, digest in manifest.shared.items() if shared.get(name) != digest}
            units = [unit for unit in manifest.units if self._is_affected(unit) or not others.isdisjoint(unit.asked)]
            if not all(unit.is_traced for unit in manifest.units if self._is_anew or unit in units):
                return None
            ending.enter_context(read_tracking.tracking_data(data))
            pages = site.name_pages(units, manifest.units, self._is_anew, digests)
            written = frozenset(told)
            own = written - first
            self._units = [replace(unit, told=own) if unit in units else unit for unit in manifest.units]
            touched = self._touched()
            wanted = set(self._wanted(pages, digests, others, touched))
            stay = (manifest.pages.keys() & pages.queued.keys()) - wanted
            shared_fragments = SharedFragments(manifest, touched, others, stay)
            wanted |= shared_fragments.examples(
                manifest.pages[path].fragments for path in wanted if path in manifest.pages
            )
            if not are_within(pages.output_path, wanted | shared_fragments.pages):
                # A whole build refuses to write through a link that leads out of the site.
                return None
            if not self._templates:
                fragments.keep(shared_fragments.same)
            pages.only = wanted
            saving = ending.enter_context(BackgroundWork(site.saving())) if self._is_anew else None
            made = pages.make()
            sharing = shared_fragments.sharing(pages.fragments, wanted)
            exchanged = shared_fragments.exchange(sharing, pages.fragments, pages.filters())
            pages.only = sharing.keys() - exchanged.keys()
            made |= pages.rendered()
            kept = first.union(*(unit.told for unit in self._units), manifest.static)
            for path in kept - told:
                signals.content_written.send(path, context=None)
            snapshot = saving.result() if saving else manifest.site
        gone = manifest.pages.keys() - pages.queued.keys()
        fresh = {path for path, page in made.items() if page.is_new} | exchanged.keys()
        site.settings["CHANGED_FILES"] = fresh | gone | written
        site.settings["FILTERED_PAGES"] = frozenset(pages.queued) | gone
        signals.finalized.send(site.run)
        built = with_rendered(manifest.pages, pages.queued.values(), made, digests)  # type: ignore[arg-type]
        shared = shared | digests.shared(asked_by([*made.values(), *pages.fragments.values()]) - shared.keys())
        if snapshot is None:
            return None
        left = self._kept(pages, made, exchanged, built, kept)
        kept_manifest = replace(left, site=snapshot, shared=shared, told=first)
        told_in_words = f"{number_of_pages(fresh | gone)} of {number_of_pages(pages.queued)} pages changed,"
        return AppliedEdit(told_in_words, kept_manifest)

    def _touched(self) -> set[int]:
        """The pages and fragments, by their numbers, that have read what has changed."""
        of = self._manifest.dependents.of
        return {number for path, change in self._changes.items() for number in of(path, bits(change.names))}

    def _wanted(
        self, pages: QueueingWriter, digests: ValueDigests, others: Collection[str], touched: Collection[int]
    ) -> Iterable[str]:
        """The pages that are new, have read what has changed, or are made of something else."""
        manifest = self._manifest
        yield from (path for path, page in manifest.pages.items() if page.number in touched and path in pages.queued)
        yield from (path for path, page in pages.queued.items() if page.template in self._templates)
        if not self._is_anew:
            return
        for path, page in pages.queued.items():
            before = manifest.pages.get(path)
            if before is None or _is_other(before, page, others, digests):
                yield path

    def _is_affected(self, unit: Unit) -> bool:
        """Whether a generator has to write its files again; of one that is not traced nobody can tell."""
        return any(
            unit.reads.get(path, 0) & bits(change.names) if unit.is_traced else change.names
            for path, change in self._changes.items()
        )

    def _kept(
        self,
        pages: QueueingWriter,
        made: Mapping[str, RenderedPage],
        exchanged: Mapping[str, Stamp],
        built: dict[str, BuiltPage],
        told: Collection[str],
    ) -> Manifest:
        """What this build leaves to the next one."""
        manifest, paths = self._manifest, self._site.paths
        stamps = {path: manifest.outputs[path] for path in pages.queued if path not in made} | dict(exchanged)
        for path, change in self._changes.items():
            if change is EVERYTHING and path not in self._site.contents:
                manifest.dependents.pop(path, None)
        for path, page in made.items():
            stamps[path] = page.stamp
            # What it does not read any more is left among what it has read: that costs time and is never wrong.
            read = ((paths[one], bits) for one, bits in page.reads.items() if one in paths)
            manifest.dependents.add(built[path].number, read)
        others = (manifest.outputs.keys() - manifest.pages.keys()) | set(told)
        top = os.path.abspath(pages.output_path)
        folders = {os.path.dirname(path) for path in others}
        found = files_in(folders - {top, os.path.dirname(top)}) | {
            path: stamp_of(path) for path in others if os.path.exists(path)
        }
        changed = {} if self._is_anew else {path: dict(change.facts) for path, change in self._changes.items()}
        return replace(
            manifest,
            others=manifest.others | trusted(self._detected.of_templates(), self._detected.began),
            content=trusted(self._detected.content, self._detected.began),
            outputs=found | stamps,
            heads=self._edited.heads,
            day=self._site.settings["DAY"],
            days=self._edited.days,
            linking=frozenset(self._edited.linking),
            pages=built,
            fragments=with_fragments(manifest.fragments, built, pages.fragments, manifest.dependents, paths),
            units=self._units,
            edits={} if self._is_anew else manifest.edits | changed,
        )


def _both(one: Change | None, other: Change) -> Change:
    if one is None or one is EVERYTHING:
        return one or other
    return Change(one.facts, one.names | other.names)


def _is_other(before: BuiltPage, page: Any, others: Collection[str], digests: ValueDigests) -> bool:  # noqa: ANN401
    """Whether a page is made of something else than before."""
    is_shared_other = any(name in before.asked and name not in page.said for name in others)
    return is_shared_other or digests.own(page, before.asked) != before.own
