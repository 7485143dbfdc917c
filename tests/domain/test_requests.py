"""What a visitor may ask, and what she is told when something is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.requests import (
    BookingRequest,
    InvalidRequest,
    MessageRequest,
    UnknownMeeting,
    read_booking,
    read_email,
    read_message,
    read_start,
    read_word,
)
from tests.domain.office import AVAILABILITY, CATALOGUE

BOOKING: dict[str, Any] = {
    "meeting": "conoscitiva",
    "start": "2027-01-11T10:30:00+01:00",
    "name": "Nicolò D’Angelo",
    "email": "nicolo@esempio.test",
    "answers": {"urgenza": "molto"},
}
MESSAGE: dict[str, Any] = {"name": "Zoë 李", "email": "zoe@esempio.test", "message": "Buongiorno.\r\nA presto"}


def booking(**fields: object) -> BookingRequest:
    return read_booking({**BOOKING, **fields}, AVAILABILITY, CATALOGUE)


def message(**fields: object) -> MessageRequest:
    return read_message({**MESSAGE, **fields}, CATALOGUE)


def refused(**fields: object) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as caught:
        booking(**fields)
    return {error.field: error.message for error in caught.value.errors}


def test_a_complete_booking_is_read() -> None:
    read = booking(service="macro/costi", phone=" +39 333 1234567 ", message="Prima riga\r\nseconda")
    assert read.start == datetime(2027, 1, 11, 9, 30, tzinfo=UTC)
    assert (read.name, read.service, read.phone) == ("Nicolò D’Angelo", "costi", "+39 333 1234567")
    assert (read.message, read.answers) == ("Prima riga\nseconda", {"urgenza": "molto"})


def test_every_missing_field_is_told_at_once() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_booking({"meeting": "conoscitiva"}, AVAILABILITY, CATALOGUE)
    fields = {error.field for error in caught.value.errors}
    assert fields == {"start", "name", "email", "answers.urgenza"}


def test_an_unknown_meeting_is_not_a_mistake_of_the_visitor() -> None:
    with pytest.raises(UnknownMeeting):
        booking(meeting="cena")


def test_a_meeting_by_phone_wants_a_number() -> None:
    assert "phone" in refused(meeting="telefonata", answers={})
    assert booking(meeting="telefonata", answers={}, phone="011 123456").phone == "011 123456"


@pytest.mark.parametrize("phone", ["chiamami", "12345", "+39 333 abc 1234", "0" * 31])
def test_a_number_that_cannot_be_called_is_refused(phone: str) -> None:
    assert "phone" in refused(phone=phone)


@pytest.mark.parametrize("phone", ["123456", "+39 (011) 12.34-56/7", "0" * 30])
def test_a_number_that_can_be_called_is_read_as_typed(phone: str) -> None:
    assert booking(phone=phone).phone == phone


def test_a_number_is_asked_for_only_by_phone_meetings() -> None:
    assert booking().phone is None
    assert refused(meeting="telefonata", answers={}).keys() == {"phone"}


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2027-01-11T10:30:00+01:00", datetime(2027, 1, 11, 9, 30, tzinfo=UTC)),
        ("2027-01-11t09:30z", datetime(2027, 1, 11, 9, 30, tzinfo=UTC)),
        ("2027-01-11 04:30-05:00", datetime(2027, 1, 11, 9, 30, tzinfo=UTC)),
        (" 2027-01-11T09:30:15.25Z ", datetime(2027, 1, 11, 9, 30, 15, 250_000, tzinfo=UTC)),
    ],
)
def test_a_start_is_read_into_utc(raw: str, instant: datetime) -> None:
    assert read_start(raw) == instant
    assert read_start(raw).tzinfo is UTC


@pytest.mark.parametrize(("raw", "words"), [(None, "Scegli un giorno"), ("", "Scegli un giorno"), ("domani", "fuso")])
def test_an_unreadable_start_is_told_once_with_its_reason(raw: object, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as caught:
        read_start(raw)
    assert [error.field for error in caught.value.errors] == ["start"]


def test_an_address_is_read_by_itself() -> None:
    assert read_email(" ada@esempio.test") == "ada@esempio.test"
    with pytest.raises(InvalidRequest, match="email: "):
        read_email("ada")


@pytest.mark.parametrize(
    ("raw", "word"), [(None, None), ("", None), (" ", None), ("a\r\nb", "a\nb"), ("x" * 1000, "x" * 1000)]
)
def test_a_word_to_the_other_may_be_left_out(raw: object, word: str | None) -> None:
    assert read_word("reason", raw) == word


@pytest.mark.parametrize("raw", ["x" * 1001, 7, "a\x00"])
def test_an_unreadable_word_is_refused_by_its_name(raw: object) -> None:
    with pytest.raises(InvalidRequest, match="reason: "):
        read_word("reason", raw)


@pytest.mark.parametrize(
    "start",
    ["domani", "2027-01-11", "2027-01-11T10:30:00", "2027-13-11T10:30:00Z", "0001-01-01T00:00:00+23:00", 1768123800],
)
def test_a_start_without_a_readable_instant_is_refused(start: object) -> None:
    assert "start" in refused(start=start)


def test_empty_optional_fields_count_as_absent() -> None:
    read = booking(phone=" ", service="", message="", answers={"urgenza": "sì", "attivita": ""})
    assert (read.phone, read.service, read.message, read.answers) == (None, None, None, {"urgenza": "sì"})


def test_an_unknown_service_and_an_unknown_question_are_told() -> None:
    assert set(refused(service="volare", answers={"urgenza": "sì", "segno": "leone"})) == {"service", "answers.segno"}


def test_an_unknown_question_is_told_by_forty_characters_at_most() -> None:
    key = "k" * 60
    assert refused(answers={"urgenza": "sì", key: "?"}).keys() == {"answers." + "k" * 40}


def test_answers_have_lines_up_to_a_limit() -> None:
    assert booking(answers={"urgenza": "a\r\nb"}).answers == {"urgenza": "a\nb"}
    assert booking(answers={"urgenza": "x" * 1000}).answers == {"urgenza": "x" * 1000}
    assert refused(answers={"urgenza": "x" * 1001}).keys() == {"answers.urgenza"}


@pytest.mark.parametrize("answers", [None, {}, {"urgenza": None}, {"urgenza": " "}, {"attivita": "Pane"}])
def test_a_required_question_left_out_is_told_by_its_words(answers: object) -> None:
    assert refused(answers=answers) == {"answers.urgenza": "Rispondi alla domanda «Quanto è urgente?»"}


def test_without_a_meeting_no_question_is_judged() -> None:
    assert refused(meeting="", answers={"segno": "leone"}).keys() == {"meeting"}


def test_the_longer_texts_have_lines_and_limits() -> None:
    assert booking(message="a\r\nb" + "x" * 4997).message == "a\nb" + "x" * 4997
    assert refused(message="x" * 5001).keys() == {"message"}
    assert booking(name="x" * 100).name == "x" * 100
    assert booking(timezone="America/New_York").timezone == "America/New_York"
    assert refused(timezone="America/Roma").keys() == {"timezone"}


@pytest.mark.parametrize("field", ["meeting", "start", "name", "email"])
def test_a_booking_lacks_nothing_it_needs(field: str) -> None:
    assert refused(**{field: ""}).keys() == {field}
    assert refused(**{field: None}).keys() == {field}


def test_a_draft_service_cannot_be_asked_for() -> None:
    assert "service" in refused(service="nuovo")


@pytest.mark.parametrize(
    "name",
    [
        "a\nBcc: x@y.it",
        "a\rb",
        "a\x0bb",
        "a\x0cb",
        "a\x85b",
        "a\u2028b",
        "a\x00b",
        "a\ud800b",
        "=?utf-8?q?a?= b",
        "x" * 101,
        "\u200b",
        "\u200b \u2060\ufeff",
        "\u3164",
        "Ada \u202eissoR",
    ],
)
def test_a_name_that_could_harm_a_mail_is_refused(name: str) -> None:
    assert "name" in refused(name=name)


@pytest.mark.parametrize("name", ["D'Angelo", "Nicolò", "Zoë 李", "Anne-Marie O’Neill", "Nicolo\u0300"])
def test_names_as_people_have_them_pass(name: str) -> None:
    assert booking(name=name).name in {name, "Nicolò"}


def test_what_turns_the_reading_direction_is_in_no_text() -> None:
    assert "message" in refused(message="Ciao \u202eoaic")
    assert booking(message="\ufeffChiama\u00a0\u202a+39 333\u202c").message == "Chiama\u00a0+39 333"
    assert booking(answers={"urgenza": "mol\u2067to"}).answers == {"urgenza": "molto"}
    assert booking(name="\u2066Ada\u2069").name == "Ada"


def test_letters_that_need_an_invisible_joiner_keep_it() -> None:
    assert booking(name="می\u200cخواهم").name == "می\u200cخواهم"


@pytest.mark.parametrize("answers", ["", 0, False, [], "sì"])
def test_answers_that_are_no_object_are_refused(answers: object) -> None:
    assert "answers" in refused(answers=answers)


@pytest.mark.parametrize("email", ["a@127.0.0.1", "a@esempio.123"])
def test_an_email_at_a_number_is_refused(email: str) -> None:
    assert "email" in refused(email=email)


@pytest.mark.parametrize("value", [7, ["a"], {"a": 1}, True])
def test_a_field_that_is_no_text_is_refused(value: object) -> None:
    assert "name" in refused(name=value)


def test_a_message_keeps_its_lines() -> None:
    assert message().message == "Buongiorno.\nA presto"


def test_a_message_may_have_a_subject_and_a_service() -> None:
    plain, full = message(), message(subject="Ciao", service="macro/costi")
    assert (plain.subject, plain.service, plain.name) == (None, None, "Zoë 李")
    assert (full.subject, full.service, full.email) == ("Ciao", "costi", "zoe@esempio.test")


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        *((name, "") for name in ("name", "email", "message")),
        *(("name", "x" * 101), ("subject", "x" * 201), ("message", "x" * 5001), ("service", "volare")),
    ],
)
def test_a_message_is_refused_by_the_field_that_is_wrong(field: str, raw: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        message(**{field: raw})
    assert [error.field for error in caught.value.errors] == [field]


def test_a_message_wants_name_email_and_words() -> None:
    with pytest.raises(InvalidRequest) as caught:
        read_message({"subject": "Ciao"}, CATALOGUE)
    assert {error.field for error in caught.value.errors} == {"name", "email", "message"}


@given(
    st.dictionaries(st.sampled_from([*BOOKING, "phone", "service", "message"]), st.none() | st.text() | st.integers())
)
def test_whatever_comes_is_read_or_refused(fields: dict[str, object]) -> None:
    for read in (
        lambda: read_booking({**BOOKING, **fields}, AVAILABILITY, CATALOGUE),
        lambda: read_message({**MESSAGE, **fields}, CATALOGUE),
    ):
        try:
            accepted = read()
        except (InvalidRequest, UnknownMeeting):
            continue
        accepted.model_dump_json().encode("utf-8")
        assert "\n" not in accepted.name
