"""Generators of a run, as Pelican makes them, and the names by which another run knows them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pelican.generators import Generator

from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.render.fragments import FragmentCache
from plugins.fastbuild.render.value_digests import ValueDigests

if TYPE_CHECKING:
    from pelican import Pelican


def make_generators(pelican: Pelican, context: dict[str, Any], kinds: Iterable[Callable[..., Any]]) -> list[Generator]:
    """The generators of a run, whose templates do not change while it lasts."""
    generators = [
        kind(
            context=context,
            settings=pelican.settings,
            path=pelican.path,
            theme=pelican.theme,
            output_path=pelican.output_path,
        )
        for kind in kinds
    ]
    prepare(generators)
    return generators


def prepare(generators: Iterable[Generator]) -> None:
    """Have their templates not change while the run lasts, and note what they read."""
    for generator in generators:
        generator.env.auto_reload = False
        generator.env.context_class = read_tracking.TrackedContext


def within(generators: Iterable[Generator]) -> list[Generator]:
    """Those that others have made, of the pages of further languages."""
    return [one for generator in generators for one in getattr(generator, "generators_within", ())]


def remember_fragments(generators: Iterable[Generator], digests: ValueDigests) -> None:
    """Have what their pages share rendered once, from now on; good as long as nothing of it changes."""
    for generator in generators:
        shared = ChainMap(generator.context, generator.env.globals)
        generator.env.once = FragmentCache(digests.of, shared, name_of(generator))


def name_of(generator: Generator) -> str:
    """The name of a generator's class, by which it is known in another run, and of the language of its pages."""
    language = generator.settings["SITE"].office.prefix
    return f"{language}{type(generator).__module__}.{type(generator).__qualname__}"
