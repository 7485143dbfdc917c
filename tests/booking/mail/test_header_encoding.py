"""Subjects and names arrive as they were written, by two decoders that are none of ours."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64decode
from email import message_from_bytes
from email.header import decode_header
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.booking.mail.header_encoding import named_mailbox, text_header
from plugins.booking.mail.mime import compose
from plugins.booking.mail.texts.contact_mails import Mail
from tests.booking.office import NOW
from tests.soak import soak_count

NAMES = [
    "Renée Müller-Lüdenscheidt",
    "Niccolò d’Àvalos",
    "Ada Rossi",
    "Søren Æbelø",
    "山田 太郎",
    "Zoë 👩🏽‍💻",
    "O'Hara",
    "Łukasz",
]
TITLES = [
    "Mezza giornata di lavoro insieme, più una telefonata",
    "Caffè",
    "È già lunedì",
    "Revisione preventivi",
    "Perché no?",
]
DAYS = ["lunedì 9 gennaio 2027 alle 10:00 (ora italiana)", "ven 4 dic, 10:00", "mercoledì 30 settembre"]
WORDS = ["è", "più", "a", "città,", "(ora)", "lunedì", "?", "=", "_", "=?", "?=", "«così»", "x" * 40, "à" * 50, "🧶"]
ANY = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=300)
ENCODED_WORD = re.compile(rb"=\?utf-8\?([qb])\?([!->@-~]+)\?=")


@st.composite
def subjects(draw: st.DrawFn) -> str:
    """What the product writes, with long names and titles; or words in any order, with any spaces; or any text."""
    if draw(st.booleans()):
        parts = [draw(st.sampled_from(some)) for some in (["Confermato", "È annullato"], DAYS, TITLES, NAMES)]
        return draw(st.sampled_from(["%s: %s, %s, %s", "%s: %s %s (%s)"])) % tuple(parts)
    words = draw(st.lists(st.sampled_from(WORDS + TITLES + NAMES), min_size=1, max_size=12))
    return draw(st.sampled_from([" ", " ", "  "])).join(words) if draw(st.booleans()) else draw(ANY)


def is_safe(text: str) -> bool:
    return not re.search(r"=\?[^?\s]*\?[bqBQ]\?", text)


def with_the_standard_library(value: str) -> str:
    parts = decode_header(value)
    return "".join(part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts)


def strictly(value: bytes) -> str:
    """As RFC 2047 has it and no more: a value of encoded words alone, or of none."""
    words = value.replace(b"\r\n", b"").split(b" ")
    found = [ENCODED_WORD.fullmatch(word) for word in words]
    if not all(found):
        assert not re.search(rb"=\?utf-8\?", value), value
        return value.replace(b"\r\n", b"").decode("ascii")
    said = ""
    for word in found:
        assert word
        assert len(word[0]) <= 75
        plain = word[2].replace(b"_", b" ")
        quoted = re.sub(rb"=([0-9A-F]{2})", lambda hexadecimal: bytes([int(hexadecimal[1], 16)]), plain)
        said += (b64decode(word[2], validate=True) if word[1] == b"b" else quoted).decode()
    return said


def check_lines(header: bytes) -> None:
    assert header.endswith(b"\r\n")
    for line in header.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= (76 if b"=?utf-8" in line else 78)
        assert line.strip() == line.lstrip()


@settings(max_examples=soak_count(600, 50_000), deadline=None)
@given(subjects().filter(is_safe))
def test_subject_is_read_as_it_was_written(subject: str) -> None:
    header = text_header("Subject", subject)
    check_lines(header)
    value = header.removeprefix(b"Subject: ").removesuffix(b"\r\n")
    assert strictly(value) == subject
    raw = message_from_bytes(header + b"\r\n")["Subject"]
    assert with_the_standard_library(str(raw).replace("\r\n", "").replace("\n", "")) == subject


@settings(max_examples=soak_count(300, 20_000), deadline=None)
@given(st.one_of(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), min_size=2, max_size=5).map(" ".join), ANY))
def test_name_of_a_mailbox_is_read_as_it_was_written(name: str) -> None:
    name = unicodedata.normalize("NFC", name).strip()
    if not name or not is_safe(name):
        return
    header = named_mailbox("Reply-To", name, "ada@example.com")
    value = header.removeprefix(b"Reply-To: ").removesuffix(b"\r\n")
    if not name.isascii():
        check_lines(header)
        assert strictly(re.sub(rb"(\r\n)? <ada@example\.com>$", b"", value)) == name
    read, address = parseaddr(value.decode("ascii").replace("\r\n", ""))
    assert address == "ada@example.com"
    assert with_the_standard_library(read) == name if "=?" in read and not name.isascii() else read == name


@pytest.mark.parametrize(
    "subject",
    [
        "Confermato: Renée Müller-Lüdenscheidt, lunedì 9 gennaio 2027 alle 10:00 (ora italiana)",
        "Confermato: Affiancamento di mezza giornata, venerdì 4 dicembre 2026 alle 10:00 (ora italiana)",
        "Richiesta ricevuta: Chiacchierata conoscitiva sulla contabilità, lunedì 11 gennaio",
    ],
)
def test_long_accented_subject_loses_and_doubles_no_space(subject: str) -> None:
    mail = Mail(kind="k", to="a@example.org", subject=subject, plain="x", html="x")
    written = compose(mail, "Béatrice Ça-và <b@example.org>", "B", "<1@x>", NOW)
    assert with_the_standard_library(str(message_from_bytes(written)["Subject"]).replace("\r\n", "")) == subject
    assert b"?==?" not in written


def test_short_ascii_subject_stays_readable() -> None:
    assert text_header("Subject", "Confermato: gio 14 gen, 10:00") == b"Subject: Confermato: gio 14 gen, 10:00\r\n"
