"""Whatever a client types, the file made of it is read back as what was kept."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plugins.booking.service.testimonial_file import file_of_words
from plugins.content.base.faults import Fault
from plugins.content.testimonials_reader import read_testimonials, without_marks
from plugins.domain.requests import InvalidRequest
from plugins.domain.testimonial_form import GivenTestimonial, read_testimonial

NOW = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)  # the first of April in Rome
ROME = ZoneInfo("Europe/Rome")
PIECES = [
    "**", "__", "`", "```", "[", "](", "x](", "!", "{static}", "{filename}", "<b>", "</", "<!--", "<3", "#", "## ",
    "> ", ">", "- ", "* ", "+ ", "\n", "\n\n", "\r\n", "---", "\n---\n", "---\nwho: Altra\n---\n", " ", "\t", "Brava",
    "è", "🎉", ": ", "'", '"', "\\", "|", "{{ x }}", "{% raw %}", "*", "_", "yes", "2027-01-01", "null", "~", "&a",
    "!!python/x", "%",
]  # fmt: skip


def read_back(folder: Path, text: str, name: str, role: str | None) -> tuple[str, str, str | None]:
    given = GivenTestimonial(
        booking_id="0" * 32, text=text, name=name, role=role, given_at=NOW, changed_at=NOW, approved_at=NOW
    )
    file = file_of_words(given, "ricerca", ROME)
    path = folder / file.path
    path.parent.mkdir(exist_ok=True)
    path.write_text(file.text, encoding="utf-8", newline="")
    faults: list[Fault] = []
    (source,) = read_testimonials(folder, faults)[0]
    path.unlink()
    assert faults == []
    one = source.value
    assert (one.when.isoformat(), one.service, one.slug) == ("2027-04-01", "ricerca", file.slug)
    assert one.consent == "dal modulo del sito, il 1 aprile 2027"
    return one.text, one.who, one.role


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("**Brava** e __puntuale__", "Brava e puntuale"),
        ("- Prima\n\n- Poi\n- e poi", "– Prima\n\n– Poi\n- e poi"),
        ("> # Brava", "Brava"),
        ("Vedi [qui](https://x.test) e <b>là</b>", "Vedi [qui] (https://x.test) e < b>là< /b>"),
        ("Il suo `metodo`", "Il suo ’metodo’"),
        ("Le voglio bene <3 e 2 * 3", "Le voglio bene <3 e 2 * 3"),
    ],
)
def test_signs_of_markdown_are_plain_text(typed: str, kept: str, tmp_path: Path) -> None:
    assert without_marks(typed) == kept
    assert read_back(tmp_path, kept, "Ada", None) == (kept, "Ada", None)


@pytest.mark.parametrize(
    "name", ["yes", "null", "- Ada", "Ada: x", "{a}", "#1", "'", '"', "2027-01-01", "*a", "漢字", "Ada 🎉"]
)
def test_any_name_is_read_back(name: str, tmp_path: Path) -> None:
    assert read_back(tmp_path, "Brava.", name, name) == ("Brava.", name, name)


def test_random_words_are_read_back_as_they_were_kept(tmp_path: Path) -> None:
    drawn = random.Random(20270401)
    kept = 0
    for _ in range(1500):
        fields = {
            "text": "".join(drawn.choices(PIECES, k=drawn.randint(1, 14))),
            "name": "".join(drawn.choices(PIECES, k=drawn.randint(1, 4))),
            "role": "".join(drawn.choices(PIECES, k=drawn.randint(0, 4))),
            "consent": "1",
        }
        try:
            asked = read_testimonial(fields)
        except InvalidRequest:
            continue
        if text := without_marks(asked.text):
            assert read_back(tmp_path, text, asked.name, asked.role) == (text, asked.name, asked.role), fields
            kept += 1
    assert kept > 300
