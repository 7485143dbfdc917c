"""Restored site: the last build's site with Pelican's generators and readers, ready for an edit."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment
from pelican import Pelican, signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator, StaticGenerator

from plugins.content.site import Site, read_again
from plugins.fastbuild.cache.build_manifest import Manifest, Unit
from plugins.fastbuild.fingerprint.inputs import Inputs
from plugins.fastbuild.full_build import make_generators, name_of
from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.render.page_queue import PageQueue
from plugins.fastbuild.render.queueing_writer import QueueingWriter
from plugins.fastbuild.render.read_tracking import plain
from plugins.fastbuild.snapshots.content_changes import Change
from plugins.fastbuild.snapshots.kept_site import KeptSite, LoadedSnapshot, load_snapshot
from plugins.fastbuild.snapshots.lazy_contents import Snapshot


class RestoredSite(KeptSite):
    """Restored site: the kept site in the settings of this run."""

    def __init__(self, pelican: Pelican, content: str, kept: LoadedSnapshot) -> None:
        super().__init__(kept)
        self._pelican, self._root = pelican, Path(content)
        # Plugins look at it when generators begin; of its sources an edit needs only its own.
        self._settings["SITE"] = Site(self._context["office"], {})
        self._generators = make_generators(pelican, self._context, _kinds(kept.snapshot))
        for generator, (_, _, held, globals_) in zip(self._generators, kept.snapshot.generators, strict=True):
            vars(generator).update(held)
            generator.env.globals.update(globals_)

    @classmethod
    def of(cls, pelican: Pelican, inputs: Inputs, manifest: Manifest) -> RestoredSite | None:
        """Restore it; None where what is kept is of another build."""
        kept = load_snapshot(pelican.settings, pelican.output_path, manifest)
        return cls(pelican, inputs.content, kept) if kept else None

    def generate(
        self, only: Collection[str], writing: Iterable[Unit], units: Iterable[Unit], changes: Iterable[Change]
    ) -> PageQueue:
        """The pages, named anew where what they are named by has changed."""
        writer = QueueingWriter(self._pelican.output_path, self._settings, only)
        wanted = {unit.generator for unit in writing}
        if self._queued is None or not self._is_named(changes):
            self._queue(writer, {unit.generator for unit in units} - wanted)
            return writer
        writer.queued.update(self._queued)
        for generator in self._generators:
            if name_of(generator) in wanted:
                generator.generate_output(writer)
        return writer

    def _queue(self, writer: QueueingWriter, idle: Container[str]) -> None:
        """Have each generator name its pages, and note what it reads of the contents for that."""
        read: set[str] = set()
        for generator in self._generators:
            if name_of(generator) not in idle and not isinstance(generator, StaticGenerator):
                read_tracking.forget()
                before = len(writer.queued)
                generator.generate_output(writer)
                if len(writer.queued) > before:
                    read |= read_tracking.names_read()
        # Good for the next edit too: what changes is changed in the contents that are queued.
        self._queued, self._named_by = dict(writer.queued), read

    def _environment(self, generator: int) -> Environment:
        environment: Environment = self._generators[generator].env
        return environment

    def _read(self, path: str, before: Content) -> Content | None:
        source = read_again(self._root, Path(path), self._context["office"])
        if source is None:
            return None
        self._settings["SITE"] = Site(self._context["office"], {path: source})
        self.heads[path] = source.document.head
        kind = plain(type(before))
        after: Content = self._generators[0].readers.read_file(
            base_path=self._pelican.path,
            path=path,
            content_class=kind,
            context=self._context,
            **self._signals(kind),
        )
        return after if after.is_valid() else None

    def _signals(self, kind: type[Content]) -> dict[str, Any]:
        """What Pelican's own generators tell when they read a file."""
        own = {Article: (ArticlesGenerator, "article"), Page: (PagesGenerator, "page")}
        if kind in own:
            generator, name = own[kind]
            sender = next(one for one in self._generators if isinstance(one, generator))
            return {
                "preread_signal": getattr(signals, f"{name}_generator_preread"),
                "preread_sender": sender,
                "context_signal": getattr(signals, f"{name}_generator_context"),
                "context_sender": sender,
            }
        return {}


def _kinds(snapshot: Snapshot) -> Iterator[type[Generator]]:
    """The classes of the generators, in their order."""
    for module, name, _, _ in snapshot.generators:
        yield getattr(importlib.import_module(module), name)
