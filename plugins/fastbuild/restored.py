"""The site as the last build left it, with its generators, ready for an edit."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Set
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, PagesGenerator, StaticGenerator

from plugins.content.languages import language
from plugins.content.site import Site, read_again
from plugins.domain.language import speak
from plugins.fastbuild import keeping, reads
from plugins.fastbuild.facts import Change, apply, change_of
from plugins.fastbuild.inputs import Inputs
from plugins.fastbuild.manifest import Manifest, Unit, place
from plugins.fastbuild.reads import paths_of, plain
from plugins.fastbuild.snapshot import Snapshot, kinds, thawed
from plugins.fastbuild.templates import compiled_in
from plugins.fastbuild.whole import make_generators, name_of
from plugins.fastbuild.writer import Queued, QueueingWriter


class Restored:
    """What was kept, in the settings of this run."""

    def __init__(self, pelican: Pelican, content: str, snapshot: Snapshot, context: dict[str, Any]) -> None:
        self._pelican, self._root, self._context = pelican, Path(content), context
        self._settings: dict[str, Any] = pelican.settings
        self._contents: dict[str, Content] = context["generated_content"]
        self._queued: Mapping[str, Queued] | None = None
        self._read_to_queue: Set[str] = frozenset()
        # Plugins look at it when generators begin; of its sources an edit needs only its own.
        self._settings["SITE"] = Site(context["office"], {})
        self._generators = make_generators(pelican, context, kinds(snapshot))
        for generator, (_, _, held, globals_) in zip(self._generators, snapshot.generators, strict=True):
            vars(generator).update(held)
            generator.env.globals.update(globals_)

    @classmethod
    def of(cls, pelican: Pelican, inputs: Inputs, manifest: Manifest) -> Restored | None:
        """Restore it; None where what is kept is of another build."""
        settings = pelican.settings
        payload = keeping.read(place(settings, pelican.output_path)[1], manifest.site)
        if payload is None:
            return None
        context: dict[str, Any] = {}
        try:
            snapshot = thawed(payload, settings, context)
        except Exception:
            return None  # of classes that are others now
        if "office" not in snapshot.context:
            return None
        speak(language(snapshot.context["office"].identity.language))
        compiled_in(settings)
        settings.pop("CONVERT", None)
        settings |= snapshot.settings
        context |= settings | snapshot.context
        restored = cls(pelican, inputs.content, snapshot, context)
        for path, facts in manifest.edits.items():
            apply(restored._contents[path], facts)
        return restored

    @property
    def paths(self) -> dict[int, str]:
        """The path of each content by its identity."""
        return paths_of(self._context)

    def changes(self, paths: Iterable[str]) -> dict[str, Change] | None:
        """What is different of these; None where it is more than their texts and what is said of them."""
        ordered_by = str(self._settings["ARTICLE_ORDER_BY"]).removeprefix("reversed-")
        found: dict[str, Change] = {}
        for path in sorted(paths):
            before = self._contents.get(path)
            after = self._read(path, before) if before is not None else None
            change = change_of(before, after, ordered_by) if before is not None and after is not None else None
            if change is None:
                return None
            found[path] = change
        return found

    def _read(self, path: str, before: Content) -> Content | None:
        source = read_again(self._root, Path(path), self._context["office"])
        if source is None:
            return None
        self._settings["SITE"] = Site(self._context["office"], {path: source})
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

    def apply(self, changes: Mapping[str, Change]) -> None:
        """Have the contents say what they say now."""
        for path, change in changes.items():
            apply(self._contents[path], change.facts)

    def generate(
        self, writer: QueueingWriter, writing: Iterable[Unit], units: Iterable[Unit], changes: Iterable[Change]
    ) -> None:
        """Have the pages queued; of the generators that write files themselves, only some write them."""
        wanted = {unit.generator for unit in writing}
        changed = frozenset(name for change in changes for name in change.names)
        if self._queued is None or changed & self._read_to_queue:
            self._queue(writer, {unit.generator for unit in units} - wanted)
            return
        writer.queued.update(self._queued)
        for generator in self._generators:
            if name_of(generator) in wanted:
                generator.generate_output(writer)

    def _queue(self, writer: QueueingWriter, idle: Container[str]) -> None:
        """Have each generator name its pages, and note what it reads of the contents for that."""
        read: set[str] = set()
        for generator in self._generators:
            if name_of(generator) not in idle and not isinstance(generator, StaticGenerator):
                reads.forget()
                before = len(writer.queued)
                generator.generate_output(writer)
                if len(writer.queued) > before:
                    read |= reads.names_read()
        # Good for the next edit too: what changes is changed in the contents that are queued.
        self._queued, self._read_to_queue = dict(writer.queued), read
