"""What is pasted is read as it looks: marks that nobody sees and odd spaces are no fault of whoever pastes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.domain.email_address import checked_address
from plugins.domain.pasted_text import plain_email, plain_lines, plain_number, plain_words
from plugins.domain.requests import (
    BookingRequest,
    InvalidRequest,
    MessageRequest,
    read_booking,
    read_email,
    read_message,
    read_start,
)
from tests.domain.office import AVAILABILITY, CATALOGUE

MARKS = [
    *("\u00ad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2060", "\ufeff"),
    *map(chr, [*range(0x202A, 0x202E), *range(0x2066, 0x206A)]),
]
SPACES = ["\u00a0", "\u2002", "\u2009", "\u202f", "\u3000", " "]
ENDS = ["\t", *SPACES, *MARKS]


@st.composite
def pasted(draw: st.DrawFn, text: str) -> str:
    """A text with marks anywhere in it, odd spaces for its own, and both around it."""
    said = "".join(draw(st.sampled_from(SPACES)) if letter == " " else letter for letter in text)
    for mark in draw(st.lists(st.sampled_from(MARKS), max_size=5)):
        at = draw(st.integers(0, len(said)))
        said = said[:at] + mark + said[at:]
    before, after = (draw(st.lists(st.sampled_from(ENDS), max_size=3)) for _ in range(2))
    return "".join([*before, said, *after])


def booking(**fields: object) -> BookingRequest:
    asked = {"meeting": "conoscitiva", "start": "2027-03-04T10:30:00+01:00", "name": "Ada", "email": "ada@esempio.test"}
    return read_booking({**asked, "answers": {"urgenza": "sì"}, **fields}, AVAILABILITY, CATALOGUE)


@given(pasted("+39 333 1234567"))
def test_pasted_number_is_the_number(phone: str) -> None:
    assert booking(phone=phone).phone == "+39 333 1234567"


@given(pasted("ada.rossi+sito@esempio.test"))
def test_pasted_email_is_the_email(email: str) -> None:
    assert booking(email=email).email == read_email(email) == "ada.rossi+sito@esempio.test"


@given(pasted("Ada Rossi"))
def test_pasted_name_and_short_answer_are_what_they_look_like(text: str) -> None:
    read = booking(name=text, answers={"urgenza": text})
    assert (read.name, read.answers["urgenza"]) == ("Ada Rossi", "Ada Rossi")
    message: MessageRequest = read_message(
        {"name": text, "email": "ada@esempio.test", "message": "Ciao", "subject": text}, CATALOGUE
    )
    assert (message.name, message.subject) == ("Ada Rossi", "Ada Rossi")


@given(pasted("2027-03-04T10:30:00+01:00"))
def test_pasted_start_is_the_start(start: str) -> None:
    assert read_start(start) == read_start("2027-03-04T10:30:00+01:00")


@given(st.text(max_size=60))
def test_reading_twice_is_reading_once(text: str) -> None:
    for plain in (plain_words, plain_lines):
        assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["L", "N", "P"]), min_size=1))
def test_what_is_visible_stays_in_a_name(text: str) -> None:
    assert plain_words(text) == text


@pytest.mark.parametrize(
    "phone",
    [
        "\u202a+39 333 1234567\u202c", "\u202d+39 333 1234567\u202c", "\u2068+39 333 1234567\u2069",
        "tel:+39 333 1234567", "tel:+39%20333%201234567", "tel://+39 333 1234567",
        "TEL: +39\u00a0333\u00a01234567", "＋３９ ３３３ １２３４５６７", "+٣٩ ٣٣٣ ١٢٣٤٥٦٧", "\t+39 333 1234567",
    ],
)  # fmt: skip
def test_numbers_as_programs_copy_them(phone: str) -> None:
    assert booking(phone=phone).phone == "+39 333 1234567"


def test_dashes_of_word_processors_are_dashes() -> None:
    assert plain_number("+39‑333–1234—567") == "+39-333-1234-567"


@pytest.mark.parametrize(
    "email",
    [
        "mailto:ada@esempio.test", "MAILTO:ada@esempio.test?subject=Ciao", "mailto:ada%40esempio.test",
        "Ada Rossi <ada@esempio.test>", '"Rossi, Ada" <ada@esempio.test>', "<ada@esempio.test>",
        "Ada <mailto:ada@esempio.test>", "ada@esempio.test,", "ada@esempio.test;", "Ada <ada@esempio.test>;",
        "ａｄａ＠ｅｓｅｍｐｉｏ．ｔｅｓｔ", "ada@esempio.test.",
    ],
)  # fmt: skip
def test_addresses_as_programs_copy_them(email: str) -> None:
    assert checked_address(plain_email(email)) == "ada@esempio.test"


@pytest.mark.parametrize(
    "email",
    [
        "ada@a.test, bice@b.test",
        "Ada <ada@a.test>, Bice <b@b.test>",
        "ada @a.test",
        "mailto:",
        "<>",
        "a@b.test>",
        "a@b\n.test",
    ],
)
def test_more_than_one_address_is_still_no_address(email: str) -> None:
    with pytest.raises(ValueError, match="per esempio"):
        checked_address(plain_email(email))


@pytest.mark.parametrize(
    "name",
    [
        "می\u200cخواهم",
        "ක්\u200dරිෂ්",
        "രാജ\u200dന്",
        "👩\u200d💻 Zoë",
        "👩🏽\u200d🚀",
        "🏳\ufe0f\u200d🌈",
        "ශ්\u200dරී ලංකා",
        "نیما\u200cیوشیج",
        "അനില്\u200d കുമാര്\u200d",
        "ᠰᠠᠷ\u180eᠠ",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_joiners_that_names_are_written_with_stay(name: str) -> None:
    assert booking(name=name).name == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "name", ["A\u200dda", "Ada\u200c", "\u200dAda", "Ada \u200d Rossi", "Al\u200c\u200dice", "Nguyễ\u200cn"]
)
def test_joiners_that_join_nothing_go(name: str) -> None:
    read = plain_words(name)
    assert "\u200c" not in read
    assert "\u200d" not in read


@pytest.mark.parametrize("end", ["\n", "\r\n", "\u2028", "\u2029", "\x0b", "\x85"])
def test_ends_of_lines_around_what_is_pasted_go(end: str) -> None:
    read = booking(name=f"{end}Ada Rossi{end}", phone=f"333 1234567{end}", email=f"ada@esempio.test{end}")
    assert (read.name, read.phone, read.email) == ("Ada Rossi", "333 1234567", "ada@esempio.test")


def test_two_cells_of_a_table_are_two_words() -> None:
    read = booking(name="Ada\tRossi", phone="+39\t333 1234567", email="ada@esempio.test")
    assert (read.name, read.phone) == ("Ada Rossi", "+39 333 1234567")


@given(st.lists(st.sampled_from([*map(chr, [0x034F, 0x180B, 0x206A, 0xFE0F, 0xFFF9, 0xE0020, 0xE0100])]), min_size=1))
def test_whatever_is_drawn_as_nothing_leaves_numbers_and_addresses(unseen: list[str]) -> None:
    marks = "".join(unseen)
    read = booking(phone=f"{marks}333 12{marks}34567", email=f"ada{marks}@esempio.test{marks}")
    assert (read.phone, read.email) == ("333 1234567", "ada@esempio.test")


def test_message_keeps_its_writers_spaces_and_hyphens() -> None:
    text = "Bonjour\u202f! Un\u00a0prix\u200fמחיר a\u00adb"
    assert plain_lines(text) == text


@pytest.mark.parametrize("field", ["name", "phone", "email", "message"])
def test_text_shown_backwards_is_told(field: str) -> None:
    with pytest.raises(InvalidRequest, match=field):
        booking(**{field: "\u202e7654321 333"})
