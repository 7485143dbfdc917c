"""Full build: the whole site by Pelican's own steps and signals, pages rendered last."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, cast

from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, Generator

from plugins.content.active_locale import activate_locale
from plugins.fastbuild.cache.build_manifest import Unit
from plugins.fastbuild.cache.change_detection import DetectedChanges
from plugins.fastbuild.fingerprint.inputs import programs
from plugins.fastbuild.markdown.conversion_cache import ConversionCache
from plugins.fastbuild.parallel.worker_processes import BackgroundWork, in_background
from plugins.fastbuild.render import fragments, read_tracking
from plugins.fastbuild.render.compiled_templates import compile_all, compiled_in
from plugins.fastbuild.render.data_places import DataPlaces
from plugins.fastbuild.render.generators import make_generators, name_of, prepare, remember_fragments, within
from plugins.fastbuild.render.page_queue import QueuedPage, number_of_pages, written_files
from plugins.fastbuild.render.post_lists import index
from plugins.fastbuild.render.queueing_writer import QueueingWriter
from plugins.fastbuild.render.value_digests import ValueDigests
from plugins.fastbuild.snapshots.save_build import FinishedBuild, QueuedBuild, save_build


def build(pelican: Pelican, detected: DetectedChanges) -> str:
    """Build everything, and return what was done in words."""
    settings, inputs = pelican.settings, detected.inputs
    code = inputs.code({**detected.others, **programs(inputs.others)})
    conversion = ConversionCache(settings, code)
    settings["CONVERT"] = conversion
    settings.pop("CHANGED_FILES", None)
    settings.pop("FILTERED_PAGES", None)
    settings.pop("KEPT_PICTURES", None)
    compiled_in(settings, code)
    # Texts are converted, tables with their names, while the content is still being read.
    activate_locale(Path(inputs.content))
    context = settings.copy() | {"generated_content": {}, "static_links": set(), "static_content": {}}
    context["localsiteurl"] = settings["SITEURL"]
    with ExitStack() as ending:
        ending.enter_context(conversion.begin(Path(inputs.content), detected.content))
        kinds = pelican._get_generator_classes()
        generators = make_generators(pelican, context, kinds)
        globals_ = [dict(generator.env.globals) for generator in generators]
        # While this process reads on, for whoever makes the pages.
        ending.enter_context(in_background(lambda: compile_all(generators[0].env)))
        with written_files() as told:
            _read(generators)
            conversion.finish()
            _trace(context["generated_content"].values())
            read_tracking.forget()
            signals.all_generators_finalized.send(generators)
            first = frozenset(told)
            derived = read_tracking.names_read()
            data = DataPlaces(context["office"])
            # All pages are made of the same contents, when nothing changes any more.
            digests = ValueDigests(read_tracking.paths_of(context), context, data)
            fragments.forget()
            prepare(within(generators))
            remember_fragments([*generators, *within(generators)], digests)
            ending.enter_context(read_tracking.tracking_data(data))
            writer = QueueingWriter(pelican.output_path, settings)
            named_by: set[str] = set()
            units = list(_generate(generators, writer, told, context, ending, named_by))
            queued = cast(Collection[QueuedPage], writer.queued.values())
            named = QueuedBuild(pelican, inputs.original, context, generators, globals_, queued)
            saving_snapshot = ending.enter_context(BackgroundWork(named.save_snapshot))
            conversion.keep()
            made = writer.make()
            site = saving_snapshot.result()
    settings["FILTERED_PAGES"] = frozenset(made)
    signals.finalized.send(pelican)
    static = frozenset(os.path.join(pelican.output_path, file.save_as) for file in context.get("staticfiles", ()))
    if site is not None:
        built = FinishedBuild(
            named, code, made, derived, frozenset(named_by), units, first, static, writer.fragments, digests
        )
        save_build(built, site, detected)
    fresh = number_of_pages(path for path, page in made.items() if page.is_new)
    return f"{number_of_pages(made)} pages, {fresh} of them changed,"


def _read(generators: Iterable[Generator]) -> None:
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            # In the order in which they are being converted.
            generator.get_files = partial(_sorted, generator.get_files)
        if hasattr(generator, "generate_context"):
            generator.generate_context()
        if hasattr(generator, "check_disabled_readers"):
            generator.check_disabled_readers()
        if isinstance(generator, ArticlesGenerator):
            del generator.get_files
            index(generator)


def _sorted(get_files: Callable[..., Iterable[str]], *paths: Any, **others: Any) -> list[str]:  # noqa: ANN401
    return sorted(get_files(*paths, **others))


def _trace(contents: Iterable[Content | None]) -> None:
    for content in contents:
        if content is not None:
            content.__class__ = read_tracking.traced(type(content))


def _generate(
    generators: Sequence[Generator],
    writer: QueueingWriter,
    told: set[str],
    context: Mapping[str, Any],
    ending: ExitStack,
    named_by: set[str],
) -> Iterator[Unit]:
    """Have all pages queued, and tell the generators that have written something themselves.

    The names of what is read of contents to name the pages are added to `named_by`.
    """
    paths = read_tracking.paths_of(context)
    for generator in generators:
        if not hasattr(generator, "generate_output"):
            continue
        if getattr(generator, "is_traced", False) and not writer.has_begun:
            # Those to come write files, which takes this process a while.
            ending.enter_context(writer.begin())
        known, named = told.copy(), len(writer.queued)
        read_tracking.forget()
        generator.generate_output(writer)
        fragments.expand()
        if len(writer.queued) > named:
            named_by |= read_tracking.names_read()
        if len(told) > len(known):
            read = {paths[one]: bits for one, bits in read_tracking.contents_read().items() if one in paths}
            is_traced = getattr(generator, "is_traced", False)
            asked = read_tracking.context_read()
            yield Unit(name_of(generator), read, is_traced, frozenset(told - known), asked)
