"""Why a calendar does not answer is said in the site's language, whatever the reason."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.booking.agenda.calendar_words import told
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.content.locale import language
from plugins.domain.language import ITALIAN, speak

CALENDARS = Path(__file__).parents[3] / "plugins" / "booking" / "calendars"
VALUES = {
    "seconds": "15", "bytes": 8_000_000, "coding": "br", "to": "https://cloud.example/dav/", "scheme": "Bearer",
    "variable": "CALENDARIO", "status": 418, "host": "accounts.example", "format": "JSON", "calendars": [],
}  # fmt: skip


@pytest.fixture
def english() -> Iterator[None]:
    """The other language of the interface."""
    speak(language("en"))
    yield
    speak(ITALIAN)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_without_its_code(reason: Reason) -> None:
    words = told(Unanswered("in English", reason, **VALUES).stored)
    assert "in English" not in words
    assert reason.value == "other" or "registro del server" not in words
    assert "%" not in words


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_said_in_english_too(reason: Reason) -> None:
    words = told(Unanswered("", reason, **VALUES).stored)
    assert not {"non", "risponde", "calendario", "indirizzo"} & set(words.split())


def test_calendars_found_there_are_offered_by_name() -> None:
    found = [{"name": "Casa & 100 %(di) tutto", "address": "https://c.example/1/"}]
    one = told(Unanswered("", Reason.NO_CALENDAR, calendars=found, is_certain=True).stored)
    assert "se ne trova uno: «Casa & 100 %(di) tutto» (https://c.example/1/)" in one
    three = told(Unanswered("", Reason.NO_EVENTS, calendars=found * 3).stored)
    assert "solo cose da fare" in three
    assert "se ne trovano 3: «Casa" in three


def test_an_id_that_an_account_lacks_is_found_by_command() -> None:
    stored = Unanswered("", Reason.NOT_THERE).stored
    assert "`calendars google`" in told(stored, "google")
    assert "`calendars" not in told(stored)


def test_where_a_calendar_moved_to_is_said() -> None:
    words = told(Unanswered("", Reason.MOVED, to="https://cloud.example/dav/calendars").stored)
    assert words == "risponde da un altro indirizzo: https://cloud.example/dav/calendars. Scrivi quello"


@pytest.mark.parametrize("stored", ["it answers 401", "", "[]", "3", '{"reason": "unheard of"}', '{"x": 1}', "{"])
def test_words_of_an_earlier_version_are_said_as_they_are(stored: str) -> None:
    assert told(stored) == stored


def test_a_value_that_is_missing_breaks_no_page() -> None:
    assert "registro del server" in told(json.dumps({"reason": "moved"}))


def test_every_error_of_a_calendar_names_its_reason() -> None:
    raised = [
        (path.name, node)
        for path in sorted(CALENDARS.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Unanswered"
    ]
    assert len(raised) > 20
    assert [(name, node.lineno) for name, node in raised if len(node.args) != 2] == []
