"""Further languages of the site: their pages, made by the same generators with settings and addresses of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator
from pelican.writers import Writer

from plugins.content.locale import language
from plugins.domain.language import own_language, speaking
from plugins.site.alternates import InLanguage, alternates, site_language
from plugins.site.language_settings import language_settings


class _Run:
    """The generators of a language, with what they share."""

    def __init__(self, owner: LanguagesGenerator, there: InLanguage) -> None:
        shared = ("static_links", "static_content", "localsiteurl", "stylesheet", "look")
        self.there = there
        self.context: dict[str, Any] = {
            **there.settings,
            "generated_content": {},
            **{name: owner.context[name] for name in shared},
        }
        self.generators = [
            kind(
                context=self.context,
                settings=there.settings,
                path=owner.path,
                theme=owner.theme,
                output_path=owner.output_path,
            )
            for kind in owner.kinds
        ]

    def read(self) -> None:
        """Have the generators read the texts."""
        for generator in self.generators:
            if hasattr(generator, "generate_context"):
                generator.generate_context()

    def write(self, writer: Writer, owner: LanguagesGenerator) -> None:
        """Have the generators write, as Pelican's run has its own do it."""
        # A link to a text that is not there in this language leads to the original.
        for path, content in owner.context["generated_content"].items():
            self.context["generated_content"].setdefault(path, content)
        if "PICTURES" in owner.settings:
            self.there.settings["KEPT_PICTURES"] = owner.settings["PICTURES"]
        signals.all_generators_finalized.send(self.generators)
        own, writer.settings = writer.settings, self.there.settings
        try:
            for generator in self.generators:
                if hasattr(generator, "generate_output"):
                    generator.generate_output(writer)
        finally:
            writer.settings = own


class LanguagesGenerator(Generator):  # type: ignore[misc]
    """Makes the pages of each further language; comes before whoever copies static files, which texts may name."""

    # Of the run that has begun: generators whose pages there are in each language.
    kinds: ClassVar[list[type[Generator]]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Pelican's own arguments
        super().__init__(*args, **kwargs)
        self._runs: list[_Run] = []

    @property
    def generators_within(self) -> Iterator[Generator]:
        """Those of all further languages."""
        return (generator for run in self._runs for generator in run.generators)

    def generate_context(self) -> None:
        """Read the texts of each language, and tell the pages of all where they are found in others."""
        own = InLanguage(own_language(), self.settings["SITE"], self.settings)
        for code, site in own.site.further.items():
            spoken = language(code)
            with speaking(spoken):
                run = _Run(self, InLanguage(spoken, site, language_settings(self.settings, site)))
                run.read()
            self._runs.append(run)
        languages = [own, *(run.there for run in self._runs)]
        told = {"languages": tuple(map(site_language, languages)), "alternates": alternates(languages)}
        for context in (self.context, *(run.context for run in self._runs)):
            context.update(told)
        self.context["further_contexts"] = tuple(run.context for run in self._runs)

    def generate_output(self, writer: Writer) -> None:
        """Write the pages of each language."""
        for run in self._runs:
            with speaking(run.there.spoken):
                run.write(writer, self)


def note_kind(generator: Generator) -> None:
    """Note a generator whose pages there are in each language."""
    is_own = not generator.settings["SITE"].office.prefix
    is_of_each = isinstance(generator, ArticlesGenerator | PagesGenerator)
    if is_own and (is_of_each or getattr(generator, "in_each_language", False)):
        LanguagesGenerator.kinds.append(type(generator))
