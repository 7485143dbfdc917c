"""Testimonials and cases are read with the rest of the content, every fault told at its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from plugins.content.site import read_site
from tests.building import CONTENT, edit

HEAD = "---\nwho: Ada\nwhen: 2027-02-03\nconsent: a voce\n---\n"
CASE = HEAD.replace("who: Ada\n", "who: Ada\ntitle: Un caso\nsummary: Come è andata.\n")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def write(content: Path, file: str, text: str) -> None:
    (content / file).parent.mkdir(exist_ok=True)
    (content / file).write_text(text, encoding="utf-8")


def faults(content: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        read_office(content)
    return [str(fault) for fault in raised.value.faults]


def test_the_sample_has_words_of_clients_in_their_order() -> None:
    office = read_office(CONTENT)
    assert [one.slug for one in office.testimonials] == ["ceramista", "fornaia", "geometra"]
    assert office.testimonials[0].paragraphs[0].startswith("Le mail le guardavo")
    assert [one.slug for one in office.cases] == ["trecento-mail"]
    assert [one.slug for one in office.testimonials_about("posta-e-telefono")] == ["ceramista"]
    assert [one.slug for one in office.cases_about("posta-e-telefono")] == ["trecento-mail"]


def test_a_content_without_any_is_whole(content: Path) -> None:
    shutil.rmtree(content / "testimonials")
    shutil.rmtree(content / "cases")
    office = read_office(content)
    assert (office.testimonials, office.cases) == ((), ())


def test_drafts_are_not_told(content: Path) -> None:
    write(content, "testimonials/nuova.md", "---\nwho: Ada\nwhen: 2027-02-03\nstatus: draft\n---\nParole.\n")
    write(content, "cases/nuovo.md", CASE.replace("consent: a voce", "status: draft") + "Parole.\n")
    office = read_office(content)
    assert "nuova" not in [one.slug for one in office.testimonials]
    assert "nuovo" not in [one.slug for one in office.cases]


@pytest.mark.parametrize("folder", ["testimonials", "cases"])
@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("consent: a voce\n", "", 1, "Manca «consent», come e quando"),
        ("consent: a voce\n", "service: manca\nconsent: a voce\n", None, "Il servizio «manca» non esiste. Scegli fra "),
        ("when: 2027-02-03\n", "", 1, "«when» manca. Aggiungilo. Esempio: when: 2027-02-03"),
        ("when: 2027-02-03", "when: febbraio", None, "«when» non è una data che esiste."),
        ("who: Ada\n", "who: Ada\nstars: 5\n", 3, "«stars» non è un campo previsto."),
        ("who: Ada\n", "who: Ada\nslug: ada\n", 3, "«slug» non è un campo previsto."),
        ("Parole.\n", "", None, "Mancano le parole."),
        ("Parole.", "Parole.\n\nMolto **belle**.", None, "e «**b» si leggerebbe così com’è."),
        ("Parole.", "[Qui]({filename}/pages/contatti.md)", None, "e «[Qui](» si leggerebbe così com’è."),
        ("Parole.", "- Parole.", None, "e «-» si leggerebbe così com’è."),
        ("Parole.", "<b>Parole.</b>", None, "e «<b» si leggerebbe così com’è."),
    ],
)
def test_what_is_wrong_is_told_at_its_line(
    content: Path, folder: str, old: str, new: str, line: int | None, told: str
) -> None:
    text = (HEAD if folder == "testimonials" else CASE) + "Parole.\n"
    write(content, f"{folder}/nuova.md", text.replace(old, new))
    found = faults(content)
    assert len(found) == 1, found
    assert found[0].startswith(f"{folder}/nuova.md:{line or ''}")
    assert told in found[0]


def test_marks_are_told_at_their_line(content: Path) -> None:
    for marked in ("Molto **belle**.", "- Belle.\n- Giuste.", "> Belle."):
        write(content, "testimonials/nuova.md", f"{HEAD}Parole.\n\n{marked}\n")
        assert faults(content)[0].startswith("testimonials/nuova.md:8 — ")


@pytest.mark.parametrize(
    "words",
    [
        "È 1 di 3 - e basta.",
        "Era il 3. Poi il 4.",
        "Costa 3 * 4 = 12 < 20.",
        "snake_case_name",
        "La sera\n- quando finisco - trovo tre righe.",
        "Lavoro da solo dal\n2019. Poi è arrivata lei.",
    ],
)
def test_plain_words_are_no_marks(content: Path, words: str) -> None:
    write(content, "testimonials/nuova.md", HEAD + words)
    assert words in [one.text for one in read_office(content).testimonials]


def test_a_service_that_cannot_be_read_may_be_named(content: Path) -> None:
    edit(content / "services/micro/posta-e-telefono.md", "title:", "titolo:")
    assert all(found.startswith("services/") for found in faults(content))


def test_no_link_leads_to_what_is_no_page(content: Path) -> None:
    with (content / "pages/home.md").open("a", encoding="utf-8") as file:
        file.write("\n[Lei]({filename}/testimonials/ceramista.md)\n")
    with pytest.raises(ContentError, match=r"pages/home.md:\d+ — Il collegamento «\{filename\}/testimonials/cer"):
        read_site(content)


def test_the_owners_own_words_stand_beside_them(content: Path) -> None:
    assert read_office(content).testimonials_note.startswith("Sono parole di chi è stato cliente")
    edit(content / "identity.yaml", "name:", "testimonials_note: Le ho raccolte io.\nname:")
    assert read_office(content).testimonials_note == "Le ho raccolte io."
