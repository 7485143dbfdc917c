"""Who the owner is: what she leaves out, and what her country decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.content.base.faults import Fault
from plugins.content.identity_reader import read_identity
from plugins.domain.identity import Identity
from plugins.domain.language import ITALIAN, speak

LEAST = "name: Ada Prova\nbrand: Studio Prova\nclaim: Prove\nemail: ada@prova.example\naddress: Via Prova 1\n"


def read(folder: Path, more: str) -> tuple[Identity | None, list[str]]:
    (folder / "identity.yaml").write_text(LEAST + more, encoding="utf-8")
    faults: list[Fault] = []
    found = read_identity(folder, faults)
    return found and found[1], [str(fault) for fault in faults]


@pytest.mark.parametrize(
    ("more", "country", "number", "currency"),
    [
        ("", "IT", None, "EUR"),
        ("vat_number: 12345678903\n", "IT", "12345678903", "EUR"),
        ('vat_number: "IT 12345678903"\n', "IT", "12345678903", "EUR"),
        ("country: de\nvat_number: 136695976\n", "DE", "DE136695976", "EUR"),
        ("country: CH\n", "CH", None, "CHF"),
        ("country: BG\n", "BG", None, "EUR"),
        ("country: CH\ncurrency: EUR\n", "CH", None, "EUR"),
        ("country: NO\nvat_number: NO 995 525 828 MVA\n", "NO", "NO 995 525 828 MVA", "NOK"),
        ("vat_number:\nlegal:\n", "IT", None, "EUR"),
    ],
)
def test_country_decides_number_and_currency(
    tmp_path: Path, more: str, country: str, number: str | None, currency: str
) -> None:
    identity, faults = read(tmp_path, more)
    assert faults == []
    assert identity is not None
    assert (identity.country, identity.vat_number, identity.currency) == (country, number, currency)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("country: UK\n", "identity.yaml:6 — Il paese «UK» non c’è."),
        ("country: Germania\n", "identity.yaml:6 — «country» non ha la forma giusta."),
        ("currency: XYZ\n", "identity.yaml:6 — La moneta «XYZ» non c’è."),
        ("legal: x\nvat_number: 12345678904\n", "identity.yaml:7 — «vat_number»: la partita IVA «12345678904» non"),
        ("vat_number: DE136695976\n", "identity.yaml:6 — «vat_number»: «DE136695976» comincia con DE"),
        ("vat_number: [1]\n", "identity.yaml:6 — «vat_number» deve essere un testo."),
        ("links: [{title: Privacy}]\n", "identity.yaml:6 — «links»: porta a una pagina (page) o a un indirizzo (url)."),
    ],
)
def test_what_is_no_identity_is_told_once_at_its_line(tmp_path: Path, more: str, told: str) -> None:
    _, faults = read(tmp_path, more)
    assert len(faults) == 1
    assert faults[0].startswith(told)


@pytest.mark.parametrize("more", ["links:\n\t- x\n", 'legal: "mai chiusa\n', "links: [\n"])
def test_an_unreadable_file_is_told_in_the_language_it_names(tmp_path: Path, more: str) -> None:
    try:
        told = read(tmp_path, "language: en\n" + more)[1]
        assert told
        assert not any("Rientra" in one or "Controlla" in one for one in told), told
    finally:
        speak(ITALIAN)


def test_who_she_is_may_be_left_out(tmp_path: Path) -> None:
    identity, faults = read(tmp_path, "")
    assert faults == []
    assert identity
    told = (identity.portrait, identity.voice, identity.since, identity.clients)
    assert told == (None, None, None, None)
    assert (identity.languages, identity.language_names) == ((), ())


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("languages: [it, en]\n", ("italiano", "inglese")),
        ("languages: it, en-GB, pt-br\n", ("italiano", "inglese britannico", "portoghese brasiliano")),
        ("languages: [it-CH, fur, no]\n", ("italiano (Svizzera)", "friulano", "norvegese")),
        ("languages: [IT, zh-hant]\n", ("italiano", "cinese tradizionale")),
        ("language: en\nlanguages: [en, it]\n", ("English", "Italian")),
    ],
)
def test_languages_have_names_in_the_sites_language(tmp_path: Path, more: str, names: tuple[str, ...]) -> None:
    try:
        identity, faults = read(tmp_path, more)
    finally:
        speak(ITALIAN)
    assert faults == []
    assert identity
    assert identity.language_names == names


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("languages: [en, it]\n", "La prima lingua è quella del sito, che è «it» (language), e qui c’è «en»."),
        ("languages: [en, it]\n", "Esempio: languages: [it, en]"),
        ("languages: [it, xx]\n", "La lingua «xx» non c’è."),
        ("languages: [it, inglese]\n", "«languages» non ha la forma giusta."),
        ("voice: " + "a" * 161 + "\n", "«voice» è troppo lungo. Al massimo 160 caratteri."),
        ("since: 1949\n", "«since» deve essere almeno 1950."),
        ("since: dal 2019\n", "«since» deve essere un numero intero."),
        ("clients: oltre 40\n", "«clients» deve essere un numero intero."),
        ("clients: 0\n", "«clients» deve essere almeno 1."),
    ],
)
def test_what_is_wrong_of_her_is_told(tmp_path: Path, more: str, told: str) -> None:
    _, faults = read(tmp_path, more)
    assert len(faults) == 1, faults
    assert faults[0].startswith("identity.yaml:6 — ")
    assert told in faults[0]
