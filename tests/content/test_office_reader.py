"""Everything the content says is read at once, or every fault of it is told."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from plugins.domain.language import ITALIAN, speak
from tests.building import CONTENT, edit


def test_the_sample_content_has_no_fault() -> None:
    office = read_office(CONTENT)
    assert [area.slug for area in office.catalogue.areas] == ["macro", "micro", "sfumature"]
    assert len(office.catalogue.services) == 8
    assert [address for _, address in office.menu][:2] == ["servizi/", "come-lavoro/"]


def test_national_and_own_holidays_close_the_day() -> None:
    availability = read_office(CONTENT).availability
    assert availability.ranges_on(date(2026, 12, 8)) == ()
    assert availability.ranges_on(date(2026, 12, 7)) == ()
    assert availability.ranges_on(date(2026, 12, 9)) != ()


def test_a_country_that_nobody_knows_is_a_fault(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    edit(content / "availability.yaml", "country: IT", "country: XX")
    with pytest.raises(ContentError, match="«XX»"):
        read_office(content)


@pytest.mark.parametrize(
    ("written", "day", "name"),
    [
        # The library has no Italian names of German days.
        ("country: DE, region: BE", date(2027, 3, 8), None),
        ("country: DE, region: berlin", date(2027, 3, 8), None),
        # Corpus Christi and Easter Monday are on another day each year.
        ("country: DE, region: Bayern", date(2027, 5, 27), None),
        ("country: DE, region: Bayern", date(2028, 6, 15), None),
        ("country: AT, region: 9", date(2027, 3, 29), None),
        ("country: CH, region: TI", date(2027, 3, 19), "San Giuseppe"),
        ("country: IT, region: MI", date(2026, 12, 7), "Sant'Ambrogio"),
        ("country: IT", date(2026, 12, 8), "Immacolata Concezione"),
    ],
)
def test_holidays_of_the_region_close_the_day_by_name(
    tmp_path: Path, written: str, day: date, name: str | None
) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "availability.yaml", 'country: IT, also: ["12-07"]', written)
    availability = read_office(content).availability
    assert availability.ranges_on(day) == ()
    assert availability.holidays.name(day) == name


def test_a_holiday_has_its_name_in_the_owners_language(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "availability.yaml", 'country: IT, also: ["12-07"]', "country: DE, region: BE")
    edit(content / "identity.yaml", "name:", "language: en\nname:")
    edit(content / "identity.yaml", "[it, en]", "[en, it]")
    try:
        assert read_office(content).availability.holidays.name(date(2027, 3, 8)) == "Women's Day"
    finally:
        speak(ITALIAN)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "country: DE, region: Berlino",
            "La regione «Berlino» di DE non si conosce. Forse «Berlin»? Scegli fra Augsburg, BB (Br",
        ),
        ("country: SM, region: Rimini", "Di SM non si conoscono feste regionali. Togli region."),
        ("region: Berlin", "Manca il paese della regione."),
    ],
)
def test_an_unknown_region_lists_those_of_the_country(tmp_path: Path, written: str, told: str) -> None:
    (what,) = _told(tmp_path, "availability.yaml", 'country: IT, also: ["12-07"]', written)
    assert what.startswith(told)


def test_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    identity = content / "identity.yaml"
    identity.write_text(identity.read_text(encoding="utf-8").replace("12345678903", "12345678900"), encoding="utf-8")
    service = content / "services" / "macro" / "verifica-costi.md"
    service.write_text(service.read_text(encoding="utf-8").replace("meeting: ", "meeting: non-"), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_office(content)
    assert {fault.path.name for fault in caught.value.faults} == {"identity.yaml", "verifica-costi.md"}
    assert all(fault.line > 1 for fault in caught.value.faults)


def _told(tmp_path: Path, file: str, old: str, new: str) -> list[str]:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / file, old, new)
    with pytest.raises(ContentError) as caught:
        read_office(content)
    return [fault.what for fault in caught.value.faults]


def test_unknown_key_fault_lists_the_keys_allowed_there(tmp_path: Path) -> None:
    (what,) = _told(tmp_path, "availability.yaml", "    per_day: 3", "    capacity: 10")
    assert what.startswith(
        "«capacity» non è un campo previsto. Controlla come è scritto o toglilo. Le chiavi qui sono:"
    )
    assert what.endswith(
        ", link, room, place, questions, listed, hours, closures, notice, horizon, follow_up, follow_up_text,"
        " no_show_text, testimonials, repeat."
    )


def test_a_list_of_faulty_entries_is_not_told_empty(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    availability = content / "availability.yaml"
    availability.write_text(
        availability.read_text(encoding="utf-8").replace("    per_day:", "    capacity:"), encoding="utf-8"
    )
    with pytest.raises(ContentError) as caught:
        read_office(content)
    assert [fault.what.partition(" ")[0] for fault in caught.value.faults] == ["«capacity»", "«capacity»"]
    text = availability.read_text(encoding="utf-8")
    availability.write_text(text.partition("meetings:")[0] + "meetings: []\nbusy: []\n", encoding="utf-8")
    with pytest.raises(ContentError, match="«meetings» è vuoto"):
        read_office(content)


def test_a_misspelt_key_is_told_with_the_likely_one_first(tmp_path: Path) -> None:
    (what,) = _told(tmp_path, "identity.yaml", "claim:", 'claims: ["x"]\nclaim:')
    assert " Forse «claim»? Le chiavi qui sono: language, name, brand, " in what
    assert what.endswith("Esempio: claim: Prove, non parole")


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("availability.yaml", "{country: IT, ", "{country: IT, national: [], ", "national"),
        ("services/macro/index.md", "path:", "services: []\npath:", "services"),
    ],
)
def test_what_the_program_works_out_is_an_unknown_key(tmp_path: Path, file: str, old: str, new: str, key: str) -> None:
    (what,) = _told(tmp_path, file, old, new)
    assert what.startswith(f"«{key}» non è un campo previsto.")
    assert f" {key}" not in what.partition("Le chiavi qui sono:")[2]


def test_the_example_is_the_one_of_the_place(tmp_path: Path) -> None:
    (what,) = _told(tmp_path, "availability.yaml", "{from: 2027-08-09", "{from: 9 agosto")
    assert what.endswith("Esempio: from: 2027-08-09")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("where: phone, room: https://meet.example/{room}", "un incontro in video"),
        ("link: https://video.example/x, room: https://meet.example/{room}", "Togli una delle due"),
        ("room: https://meet.example/room", "come nell’esempio"),
        ("room: https://meet.example/{room}/{room}", "come nell’esempio"),
        ("room: https://{room}.example/", "come nell’esempio"),
        ("room: http://meet.example/{room}", "come nell’esempio"),
    ],
)
def test_a_room_for_each_booking_that_cannot_be_is_told(tmp_path: Path, said: str, told: str) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    file = content / "availability.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "meetings:\n", f"meetings:\n  - {{slug: x, title: X, minutes: 30, {_quoted(said)}}}\n"
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_office(content)
    assert told in str(caught.value)


def _quoted(said: str) -> str:
    """Pairs of a flow mapping, each value in quotes."""
    return ", ".join(f'{key}: "{value}"' for key, _, value in (one.partition(": ") for one in said.split(", ")))
