"""Restored site: the last build's site in the settings of this run, with Pelican's generators, ready for edits."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Set
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator, StaticGenerator
from pelican.plugins import signals

from plugins.content.office import Office
from plugins.fastbuild.cache.build_manifest import Manifest, PelicanRun, Unit
from plugins.fastbuild.markdown.converter import TextConverter
from plugins.fastbuild.render import fragments, read_tracking
from plugins.fastbuild.render.compiled_templates import showing
from plugins.fastbuild.render.data_places import DataPlaces
from plugins.fastbuild.render.generators import make_generators, name_of, remember_fragments
from plugins.fastbuild.render.page_queue import Page
from plugins.fastbuild.render.post_lists import list_again
from plugins.fastbuild.render.queueing_writer import QueueingWriter
from plugins.fastbuild.render.value_digests import ValueDigests
from plugins.fastbuild.snapshots.content_changes import EVERYTHING, Change, apply, differing, shown_otherwise
from plugins.fastbuild.snapshots.kept_site import KeptPage, LoadedSnapshot, load_snapshot
from plugins.fastbuild.snapshots.lazy_contents import facts
from plugins.fastbuild.snapshots.save_build import QueuedBuild

if TYPE_CHECKING:
    from plugins.content.site import Entry
    from plugins.content.source_files import Source


class RestoredSite:
    """Restored site, with the edits that have been brought in since it was kept."""

    def __init__(self, run: PelicanRun, kept: LoadedSnapshot) -> None:
        self.run, self.settings, self.context = run, kept.settings, kept.pieces.context
        self.original = kept.original
        self.contents: dict[str, Content] = self.context["generated_content"]
        self._named_by: Set[str] = kept.manifest.named_by
        self.queued: dict[str, Page] | None = None
        if kept.snapshot.pages is not None:
            self.queued = {page.path: KeptPage(page, kept.pieces, self._environment) for page in kept.snapshot.pages}
        for path, said in kept.manifest.edits.items():
            apply(self.contents[path], said)
        # Plugins look at it when generators begin; of its sources an edit needs only its own.
        self.settings["SITE"] = NoSources(self.office)
        self._snapshot = kept.snapshot
        self._was = DataPlaces(self.office)
        # Each when it is asked for, with what its templates knew before the run: an edit of a text needs one of them.
        self._made: dict[int, tuple[Generator, dict[str, Any]]] = {}
        self._digests: ValueDigests | None = None

    @classmethod
    def of(cls, run: PelicanRun, manifest: Manifest) -> RestoredSite | None:
        """Restore it; None where what is kept is of another build."""
        kept = load_snapshot(run.settings, run.output_path, manifest)
        return cls(run, kept) if kept else None

    def _generator(self, number: int) -> tuple[Generator, dict[str, Any]]:
        if number not in self._made:
            module, name, held, globals_ = self._snapshot.generators[number]
            kind = getattr(importlib.import_module(module), name)
            [generator] = make_generators(self.run, self.context, [kind])
            self._made[number] = generator, dict(generator.env.globals)
            vars(generator).update(held)
            generator.env.globals.update(globals_)
            if self._digests:
                remember_fragments([generator], self._digests)
        return self._made[number]

    @property
    def generators(self) -> list[Generator]:
        """The generators of the site, in their order."""
        return [self._generator(number)[0] for number in range(len(self._snapshot.generators))]

    @property
    def office(self) -> Office:
        """All that is shared."""
        office: Office = self.context["office"]
        return office

    @property
    def posts(self) -> dict[str, Article]:
        """The posts, drafts too, by their paths."""
        return {path: one for path, one in self.contents.items() if isinstance(one, Article)}

    @property
    def articles(self) -> ArticlesGenerator:
        """The generator of the posts."""
        return self.of_kind(ArticlesGenerator)

    def of_kind(self, kind: type[Generator]) -> Generator:
        """The first generator of a kind."""
        names = [(one[0], one[1]) for one in self._snapshot.generators]
        return self._generator(names.index((kind.__module__, kind.__qualname__)))[0]

    @property
    def paths(self) -> dict[int, str]:
        """The path of each content by its identity."""
        return read_tracking.paths_of(self.context)

    def is_named(self, names: Set[str]) -> bool:
        """Whether the pages are those that they were, though this has changed."""
        return self.queued is not None and not names & self._named_by

    def list_again(self) -> dict[str, Change]:
        """Put the posts in their lists anew, and tell what is worked out for all of them and is another now."""
        posts, data = self.posts, DataPlaces(self.office)

        def place(value: object) -> str | None:
            return self._was.of(value) or data.of(value)

        before = {path: facts(post).copy() for path, post in posts.items()}
        with read_tracking.without_tracking():
            list_again(self.articles, posts)
            self.settings["KEPT_PICTURES"] = self.settings.get("PICTURES")
            signals.all_generators_finalized.send(self.generators)
        found = {path: differing(before[path], facts(post), place) for path, post in posts.items()}
        return {path: Change({}, names) for path, names in found.items() if names}

    def read_again(self, sources: Mapping[str, Source[Entry]], office: Office) -> dict[str, Change]:
        """Have pages and services read anew, with what all share as it is now, and tell what of them is another."""
        self._was, before = DataPlaces(self.office), self.contents.copy()
        posts = self.posts.keys()
        for path in before.keys() - posts:
            del self.contents[path]
        self.context["office"], self.settings["SITE"] = office, NoSources(office, sources)
        self.settings["CONVERT"] = TextConverter(self.settings["MARKDOWN"])
        for generator in self.generators:
            # What templates get of it they get when generators begin.
            signals.generator_init.send(generator)
            if isinstance(generator, PagesGenerator):
                generator.generate_context()
            elif not isinstance(generator, ArticlesGenerator | StaticGenerator) and hasattr(generator, "pages"):
                generator.pages = []
                generator.generate_context()
        digests = ValueDigests(read_tracking.paths_of(self.context), self.context, DataPlaces(office))
        changes: dict[str, Change] = {path: EVERYTHING for path in before.keys() ^ self.contents.keys()}
        for path, after in self.contents.items():
            if path not in posts:
                change = shown_otherwise(before[path], after, digests.of) if path in before else None
                changes |= {path: change} if change else {}
                after.__class__ = read_tracking.traced(type(after))
        return changes

    def showing(self, files: Collection[str]) -> set[str] | None:
        """The templates that show any of these files of templates; None where that cannot be told."""
        folder = os.path.join(os.path.abspath(self.run.theme), "templates")
        names = {os.path.relpath(file, folder).replace(os.sep, "/") for file in files}
        if not names or self.settings["THEME_TEMPLATES_OVERRIDES"]:
            return None if names else set()
        return showing(self._environment(0), names)

    def name_pages(
        self, writing: Iterable[Unit], units: Iterable[Unit], is_anew: bool, digests: ValueDigests
    ) -> QueueingWriter:
        """The pages, named anew where it is asked for; of the generators that write files, those are `writing`."""
        writer, self._digests = QueueingWriter(self.run.output_path, self.settings), digests
        # Good for this edit alone: nothing changes any more in it.
        fragments.forget()
        remember_fragments((generator for generator, _ in self._made.values()), digests)
        wanted, own = {unit.generator for unit in writing}, {unit.generator for unit in units}
        if is_anew or self.queued is None:
            self._name(writer, own - wanted)
        else:
            writer.queued.update(self.queued)
            for number, (module, name, _, _) in enumerate(self._snapshot.generators):
                if f"{module}.{name}" in wanted:
                    self._generator(number)[0].generate_output(writer)
        fragments.expand()
        return writer

    def _name(self, writer: QueueingWriter, idle: Collection[str]) -> None:
        """Have each generator name its pages, and note what it reads of the contents for that."""
        read: set[str] = set()
        for generator in self.generators:
            if name_of(generator) not in idle and not isinstance(generator, StaticGenerator):
                read_tracking.forget()
                before = len(writer.queued)
                generator.generate_output(writer)
                fragments.expand()
                if len(writer.queued) > before:
                    read |= read_tracking.names_read()
        self.queued, self._named_by = dict(writer.queued), read

    def saving(self) -> Callable[[], int | None]:
        """What keeps the contents and the pages as they are now."""
        queued: Any = (self.queued or {}).values()
        globals_ = [self._generator(number)[1] for number in range(len(self._snapshot.generators))]
        return QueuedBuild(self.run, self.original, self.context, self.generators, globals_, queued).save_snapshot

    def _environment(self, generator: int) -> Environment:
        environment: Environment = self._generator(generator)[0].env
        return environment


class NoSources:
    """Stand-in for `Site`: what all share, and the sources of an edit alone."""

    def __init__(self, office: Office, sources: Mapping[str, Any] | None = None) -> None:
        self.office, self.sources = office, sources or {}
        # A site in several languages is built whole.
        self.further: Mapping[str, Any] = {}
