"""Past days: what an identity and words of clients say of the past may not lie ahead; and words that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from plugins.content.active_locale import IDENTITY
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.yaml_locations import read_yaml
from plugins.content.testimonials_reader import read_testimonials
from plugins.domain.language import _

# What somebody says is read to its end; beyond it people skip.
MOST_LETTERS = 400


def days_ahead(content: Path, day: date) -> Iterator[Fault]:
    """Tell the years and days of the past that are still to come on a day."""
    with suppress(ContentError):  # told already
        document = read_yaml(content, IDENTITY)
        since = document.values.get("since")
        if isinstance(since, int) and since > day.year:
            what = _(
                "«since» è il %(year)s, che deve ancora venire. Scrivi l’anno in cui hai cominciato. "
                "Esempio: since: 2019",
                year=since,
            )
            yield document.fault(("since",), what)
    for source in (one for some in read_testimonials(content, []) for one in some):
        if source.value.when > day:
            what = _("«when» è un giorno che deve ancora venire. Controlla l’anno. Esempio: when: %(day)s", day=day)
            yield source.document.fault(("when",), what)


def long_testimonials(content: Path) -> Iterator[Fault]:
    """Advice on testimonials that are longer than people read."""
    for source in read_testimonials(content, [])[0]:
        length = len(source.value.text)
        if length > MOST_LETTERS:
            what = _(
                "La testimonianza ha %(length)s caratteri: in %(most)s si legge per intero. Tieni la parte che dice "
                "di più.",
                length=length,
                most=MOST_LETTERS,
            )
            yield Fault(source.path, source.document.body_line, what)
