"""Instants as an Italian says them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from plugins.content.saying import clock, long_day, moment

ROME = ZoneInfo("Europe/Rome")


def test_a_day_is_said_with_its_weekday_and_month() -> None:
    assert long_day(date(2027, 3, 4)) == "giovedì 4 marzo"


def test_the_first_of_a_month_is_an_ordinal() -> None:
    assert long_day(date(2027, 6, 1)) == "martedì 1º giugno"


def test_an_instant_is_read_on_the_clock_of_the_zone_in_winter_and_summer() -> None:
    assert clock(datetime(2027, 1, 11, 9, 30, tzinfo=UTC), ROME) == "10:30"
    assert clock(datetime(2027, 7, 12, 8, 30, tzinfo=UTC), ROME) == "10:30"


def test_a_moment_names_its_clock() -> None:
    instant = datetime(2027, 3, 4, 23, 30, tzinfo=UTC)
    assert moment(instant, ROME) == "venerdì 5 marzo 2027 alle 00:30 (ora italiana)"
    assert moment(instant, ZoneInfo("Europe/Athens")).endswith("(ora di Athens)")
