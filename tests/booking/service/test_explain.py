"""Why a time is offered or not, rule by rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.booking.__main__ import main
from plugins.booking.service.explain import Verdict, explain
from plugins.content.office_reader import read_office
from plugins.domain.availability import Availability
from plugins.domain.busy_time import Group, Holder, Occupied, Taken
from plugins.domain.slots import Rule, judge
from plugins.domain.wall_clock import Interval
from tests.booking.office import NOW, write_content

TUESDAY = "2027-01-12T{}+01:00"


@pytest.fixture
def availability(tmp_path: Path) -> Availability:
    rules: dict[str, Any] = {
        "closures": [{"from": "2027-01-20", "to": "2027-01-22", "reason": "ferie"}],
        "holidays": {"also": ["01-19"]},
        "openings": [{"date": "2027-01-18", "hours": ["15:00-16:00"]}],
    }
    return read_office(write_content(tmp_path, {"after": 15, "per_day": 1}, **rules)).availability


def told(availability: Availability, start: str, occupied: Occupied | None = None) -> dict[Rule, Verdict]:
    at = datetime.fromisoformat(start)
    meeting, occupied = availability.meetings[0], occupied or Occupied()
    verdicts = explain(meeting, at, availability, occupied, NOW)
    broken = {refusal.rule for refusal in judge(meeting, at, availability, occupied, NOW)}
    assert {verdict.rule for verdict in verdicts if not verdict.holds} == broken
    return {verdict.rule: verdict for verdict in verdicts}


def test_every_rule_speaks_of_a_free_time(availability: Availability) -> None:
    verdicts = told(availability, TUESDAY.format("10:00"))
    assert list(verdicts) == [rule for rule in Rule if rule is not Rule.FULL]
    assert all(verdict.holds and verdict.words for verdict in verdicts.values())


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (TUESDAY.format("08:00"), "Le 08:00 sono fuori da questi orari."),
        (TUESDAY.format("12:45"), "finisce dopo le 13:00"),
        (TUESDAY.format("10:10"), "i più vicini sono alle 10:00 e alle 10:30"),
        ("2027-01-19T10:00:00+01:00", "chiuso, è festa"),
        ("2027-01-21T10:00:00+01:00", "chiuso, dal 20 gennaio 2027 al 22 gennaio 2027 (ferie)"),
        ("2027-01-18T10:00:00+01:00", "apertura straordinaria, 15:00–16:00"),
    ],
)
def test_hours_say_why_they_do_not_hold(availability: Availability, start: str, words: str) -> None:
    verdict = told(availability, start)[Rule.HOURS]
    assert (verdict.holds, words in verdict.words) == (False, True)


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (TUESDAY.format("10:00"), "in questo giorno della settimana questo incontro non si tiene"),
        ("2027-01-13T10:00:00+01:00", "orari di questo incontro 17:00–19:00"),
        ("2027-01-18T17:00:00+01:00", "apertura straordinaria, ma fuori dagli orari di questo incontro"),
        ("2027-01-27T17:00:00+01:00", "27 gennaio 2027: chiuso."),
    ],
)
def test_hours_of_a_meetings_own_are_explained(tmp_path: Path, start: str, words: str) -> None:
    own = {"hours": {"wednesday": ["17:00-19:00"]}, "closures": [{"from": "2027-01-27", "to": "2027-01-27"}]}
    opening = {"date": "2027-01-18", "hours": ["15:00-16:00"]}
    verdict = told(read_office(write_content(tmp_path, own, openings=[opening])).availability, start)[Rule.HOURS]
    assert (verdict.holds, words in verdict.words) == (False, True)


def test_notice_and_horizon_of_a_meetings_own_are_explained(tmp_path: Path) -> None:
    rules = read_office(write_content(tmp_path, {"notice": "3d", "horizon": "5d"})).availability
    assert "giovedì 14 gennaio 2027 alle 09:00" in told(rules, TUESDAY.format("10:00"))[Rule.NOTICE].words
    assert "sabato 16 gennaio 2027" in told(rules, TUESDAY.format("10:00"))[Rule.HORIZON].words


def test_notice_and_horizon_name_their_limits(availability: Availability) -> None:
    near = told(availability, "2027-01-11T10:00:00+01:00")[Rule.NOTICE]
    assert (near.holds, "lunedì 11 gennaio 2027 alle 11:00" in near.words) == (False, True)
    far = told(availability, "2027-03-01T10:00:00+01:00")[Rule.HORIZON]
    assert (far.holds, "mercoledì 10 febbraio 2027" in far.words) == (False, True)


def test_what_takes_the_time_is_named(availability: Availability) -> None:
    ten = datetime.fromisoformat(TUESDAY.format("10:00"))
    quarter = Interval(ten + timedelta(minutes=40), ten + timedelta(minutes=55))
    for holder, words in ((Holder.BOOKING, "l’appuntamento di Ada"), (Holder.BLOCK, "un tuo blocco (Ada)")):
        occupied = Occupied([Taken(quarter, holder, "Ada")], [("conoscitiva", ten)])
        verdicts = told(availability, TUESDAY.format("10:00"), occupied)
        assert f"{words}, 10:40–10:55" in verdicts[Rule.TAKEN].words
        assert verdicts[Rule.PER_DAY].words == "Quel giorno ce ne sono già 1, il massimo è 1."


@pytest.mark.parametrize(
    ("people", "minutes", "holds", "words"),
    [
        (0, 30, "", ("in questo tempo non c’è altro", "ancora nessuno", "sono già 0")),
        (1, 30, "", ("c’è già un gruppo, e questo tempo è tenuto per lui", "c’è già 1 persona", "non conta di nuovo")),
        (3, 30, "full", ("c’è già un gruppo, e", "I posti sono 3, e a quest’ora ci sono già 3 persone", "non conta")),
        (1, 45, "taken", ("finisce alle 10:45, con un’altra durata", "c’è già 1 persona", "non conta")),
    ],
)
def test_a_group_is_told_with_its_seats(
    availability: Availability, people: int, minutes: int, holds: str, words: tuple[str, ...]
) -> None:
    meeting = availability.meetings[0].model_copy(update={"seats": 3})
    seated = availability.model_copy(update={"meetings": (meeting,)})
    ten = datetime.fromisoformat(TUESDAY.format("10:00"))
    end = ten + timedelta(minutes=minutes)
    groups = [Group("conoscitiva", ten, end, people, Interval(ten, end))] if people else []
    verdicts = told(seated, TUESDAY.format("10:00"), Occupied(groups=groups))
    said = [verdicts[rule].words for rule in (Rule.TAKEN, Rule.FULL, Rule.PER_DAY)]
    assert all(part in whole for part, whole in zip(words, said, strict=True)), said
    assert [rule.value for rule, verdict in verdicts.items() if not verdict.holds] == ([holds] if holds else [])


def test_a_group_takes_time_from_another_meeting(availability: Availability) -> None:
    ten = datetime.fromisoformat(TUESDAY.format("10:00"))
    taken = Occupied(groups=[Group("corso", ten, ten + timedelta(hours=1), 2, Interval(ten, ten + timedelta(hours=1)))])
    assert "un gruppo, 10:00–11:00" in told(availability, TUESDAY.format("10:00"), taken)[Rule.TAKEN].words


def test_the_command_explains_and_names_what_it_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = write_content(tmp_path / "office")
    environment = {
        "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
        "BOOKING_CONTENT": str(content),
    }
    assert main(["explain", "conoscitiva", "2020-01-14T10:00:00+01:00"], environment) == 0
    said = capsys.readouterr().out
    assert "NO  Preavviso: " in said
    assert "sì  Tempo libero: " in said
    assert said.endswith("Questo orario non si può prenotare.\n")
    assert main(["explain", "niente", "2020-01-14T10:00:00+01:00"], environment) == 2
    assert "conoscitiva" in capsys.readouterr().err
    assert main(["explain", "conoscitiva", "domani"], environment) == 2


def test_a_public_holiday_is_told_by_its_name(availability: Availability) -> None:
    named = availability.with_national_holidays({date(2027, 1, 12): "Festa della lana"})
    assert "chiuso, è festa (Festa della lana)" in told(named, TUESDAY.format("10:00"))[Rule.HOURS].words
