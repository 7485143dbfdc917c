"""Pelican plugin of the site: content by our own reader; a fault stops the build.

Every template gets `office`, `stylesheet` and the filters that the endpoint's pages have too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pelican import signals

from plugins.content.output_folder import announced
from plugins.site.pruning import Written

if TYPE_CHECKING:
    from pelican import Pelican
    from pelican.contents import Content
    from pelican.generators import Generator
    from pelican.readers import Readers

written = Written()


def _read(pelican: Pelican) -> type[Generator] | None:
    # Only when it is needed: a build with nothing to do is over before all of this is imported.
    from plugins.site.content_reader import read
    from plugins.site.pruning import check, mark_as_ours

    # Before Pelican writes or removes anything.
    check(pelican)
    read(pelican)
    mark_as_ours(pelican)
    if not pelican.settings["SITE"].further:
        return None
    from plugins.site.further_languages import LanguagesGenerator

    LanguagesGenerator.kinds.clear()
    return LanguagesGenerator


def _share(generator: Generator) -> None:
    from plugins.site.content_reader import leave_translations_out
    from plugins.site.template_context import share

    share(generator)
    leave_translations_out(generator)
    if generator.settings["SITE"].further:
        from plugins.site.further_languages import note_kind

        note_kind(generator)


def _add_reader(readers: Readers) -> None:
    from plugins.site.content_reader import add_reader

    add_reader(readers)


def _keep_sections(content: Content) -> None:
    # An attribute; among the metadata, which all lists look at, a text's headings would have all of it read.
    content.metadata.pop("sections", None)


def register() -> None:
    """Connect to Pelican."""
    signals.initialized.connect(written.begin)
    signals.content_object_init.connect(_keep_sections)
    signals.get_generators.connect(_read)
    signals.generator_init.connect(_share)
    signals.readers_init.connect(_add_reader)
    announced.connect(written.expect)
    signals.content_written.connect(written.add)
    signals.feed_written.connect(written.add)
    signals.static_generator_finalized.connect(written.add_static)
    signals.finalized.connect(written.prune)
