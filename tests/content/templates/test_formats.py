"""Days, instants and amounts as an Italian says them, and as others do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from plugins.content.templates.formats import (
    clock,
    clock_name,
    day_year,
    decimal,
    duration,
    hour,
    long_day,
    long_day_year,
    moment,
    money,
)
from plugins.domain.language import ITALIAN, Language, speak

ROME = ZoneInfo("Europe/Rome")


def test_a_day_is_said_with_its_weekday_and_month() -> None:
    assert long_day(date(2027, 3, 4)) == "giovedì 4 marzo"


def test_the_first_of_a_month_is_an_ordinal() -> None:
    assert long_day(date(2027, 6, 1)) == "martedì 1º giugno"


def test_clock_shows_an_instant_in_zone_time_winter_and_summer() -> None:
    assert clock(datetime(2027, 1, 11, 9, 30, tzinfo=UTC), ROME) == "10:30"
    assert clock(datetime(2027, 7, 12, 8, 30, tzinfo=UTC), ROME) == "10:30"


def test_a_moment_names_its_clock() -> None:
    instant = datetime(2027, 3, 4, 23, 30, tzinfo=UTC)
    assert moment(instant, ROME) == "venerdì 5 marzo 2027 alle 00:30 (ora italiana)"
    assert moment(instant, ZoneInfo("Europe/Athens")).endswith("(ora di Athens)")


@pytest.fixture
def speaking() -> Iterator[Callable[[str], None]]:
    yield lambda locale: speak(Language(locale, locale.replace("_", "-"), locale))
    speak(ITALIAN)


def test_italian_days_months_and_amounts_are_those_of_cldr(speaking: Callable[[str], None]) -> None:
    days = [date(2028, 1, 1) + timedelta(days=one) for one in range(366)]
    amounts = [Decimal(one) for one in ("0", "28", "28.50", "999", "1200", "1234.56", "1200000")]
    instant = datetime(2027, 3, 4, 23, 5, tzinfo=UTC)

    def said() -> list[list[str]]:
        return [
            # An ordinal is ours: CLDR has 1 for the first.
            [long_day(day).replace("1º", "1") for day in days],
            [long_day_year(day).replace("1º", "1") for day in days],
            [day_year(day) for day in days],
            [money(amount) for amount in amounts],
            [decimal(1234.56, places) for places in (0, 1, 2)],
            [clock(instant, ROME), hour(9 * 60 + 5), hour(0)],
        ]

    ours = said()
    speaking("it_IT")
    assert said() == ours


@pytest.mark.parametrize(
    ("locale", "day", "whole", "dated", "time", "amounts"),
    [
        ("en_GB", "Thursday 4 March", "Thursday, 4 March 2027", "4 March 2027", "22:05", ("€28", "€1,234.50")),
        (
            "en_US",
            "Thursday, March 4",
            "Thursday, March 4, 2027",
            "March 4, 2027",
            "10:05\N{NARROW NO-BREAK SPACE}PM",
            ("€28", "€1,234.50"),
        ),
        (
            "de_DE",
            "Donnerstag, 4. März",
            "Donnerstag, 4. März 2027",
            "4. März 2027",
            "22:05",
            ("28\xa0€", "1.234,50\xa0€"),
        ),
        (
            "es_ES",
            "jueves, 4 de marzo",
            "jueves, 4 de marzo de 2027",
            "4 de marzo de 2027",
            "22:05",
            ("28\xa0€", "1.234,50\xa0€"),
        ),
    ],
)
def test_another_language_says_them_its_own_way(
    speaking: Callable[[str], None], locale: str, day: str, whole: str, dated: str, time: str, amounts: tuple[str, str]
) -> None:
    speaking(locale)
    instant = datetime(2027, 3, 4, 21, 5, tzinfo=UTC)
    local = instant.astimezone(ROME)
    assert (long_day(local), long_day_year(local), day_year(local)) == (day, whole, dated)
    assert (clock(instant, ROME), hour(22 * 60 + 5)) == (time, time)
    assert (money(Decimal(28)), money(Decimal("1234.5"))) == amounts


@pytest.mark.parametrize(
    ("locale", "currency", "written"),
    [
        ("en_GB", "CHF", "CHF\xa0180"),
        ("en_GB", "EUR", "€180"),
        ("en_GB", "USD", "US$180"),
        ("en_GB", "SEK", "SEK\xa0180"),
        ("it_IT", "CHF", "180\xa0CHF"),
    ],
)
def test_letters_of_a_currency_stand_apart_from_digits(
    speaking: Callable[[str], None], locale: str, currency: str, written: str
) -> None:
    speaking(locale)
    assert money(Decimal(180), currency) == written


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=90), "90 minuti"),
        (timedelta(hours=1), "un’ora"),
        (timedelta(hours=12), "12 ore"),
        (timedelta(hours=24), "24 ore"),
        (timedelta(hours=36), "36 ore"),
        (timedelta(days=2), "2 giorni"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(length: timedelta, said: str) -> None:
    assert duration(length) == said


def test_zone_is_named_by_its_city_in_the_current_language(speaking: Callable[[str], None]) -> None:
    assert clock_name(ZoneInfo("Europe/Lisbon")) == "ora di Lisbon"
    speaking("de_DE")
    assert clock_name(ZoneInfo("Europe/Lisbon")) == "ora di Lissabon"
    for zone in ("Etc/GMT+5", "UTC", "Factory", "EST5EDT"):
        assert clock_name(ZoneInfo(zone)).startswith("ora di ")
