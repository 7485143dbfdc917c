"""Dates and prices read as an Italian writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plugins.content.templates.formats import day_year, price
from plugins.content.templates.template_filters import jinja_filters, stylesheet
from plugins.domain.catalogue import Price


def test_a_price_is_written_with_its_unit() -> None:
    assert price(Price.model_validate({"from": Decimal("1200"), "unit": "a progetto"})) == "da 1.200\xa0€ a progetto"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"exact": "70", "unit": "a seduta"}, "70\xa0€ a seduta"),
        ({"exact": "70.50"}, "70,50\xa0€"),
        ({"on_request": True}, "prezzo su richiesta"),
        ({"on_request": True, "unit": "a progetto"}, "prezzo su richiesta a progetto"),
    ],
)
def test_an_exact_price_has_no_from(written: dict[str, object], shown: str) -> None:
    assert price(Price.model_validate(written)) == shown


def test_prices_are_in_the_owners_currency() -> None:
    filters = jinja_filters(ZoneInfo("Europe/Zurich"), "CHF")
    assert filters["price"](Price.model_validate({"from": 1200, "unit": "a progetto"})) == "da 1.200\xa0CHF a progetto"


def test_a_date_is_written_in_words() -> None:
    assert day_year(date(2027, 3, 4)) == "4 marzo 2027"


def test_an_instant_is_read_on_the_owners_clock() -> None:
    filters = jinja_filters(ZoneInfo("Europe/Rome"))
    instant = datetime(2027, 3, 3, 23, 30, tzinfo=UTC)
    assert filters["clock"](instant) == "00:30"
    assert filters["day_long"](instant) == "giovedì 4 marzo"


def test_the_stylesheet_loses_comments_and_spare_spaces_but_no_word(tmp_path: Path) -> None:
    folder = tmp_path / "static" / "css"
    folder.mkdir(parents=True)
    (folder / "b.css").write_text("a { color: red ; }\n/* nota; */\n", encoding="utf-8")
    (folder / "a.css").write_text(
        """:root { --w: calc(1px + 2px) }
p::after { content: "; {  } /* no */"; background: url(data:image/svg+xml;utf8, <a b="c"/>) }
""",
        encoding="utf-8",
    )
    assert stylesheet(tmp_path) == (
        ":root{--w: calc(1px + 2px)}"
        'p::after{content: "; {  } /* no */";background: url(data:image/svg+xml;utf8, <a b="c"/>)}'
        "a{color: red;}"
    )
