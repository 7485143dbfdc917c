"""A language is its catalogue, read as it is; what cannot be said in it is said in English, or else in Italian."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.content import locale
from plugins.content.base.faults import Fault
from plugins.content.locale import UnreadableCatalogueError, codes, language, speak_again
from plugins.content.office_reader import gather_office
from plugins.domain.language import ITALIAN, _, ngettext, speak, spoken
from tests.booking.office import write_content, write_json

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {}\\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"
"""
MESSAGES = """
msgid "Prenota"
msgstr "Zarezerwuj"

msgid "Ciao %(name)s"
msgstr "Witaj %(imie)s"

#, fuzzy
msgid "Cerca"
msgstr "Szukajcie"

msgid "%(number)s ora"
msgid_plural "%(number)s ore"
msgstr[0] "godzina"
msgstr[1] "%(number)s godziny"
msgstr[2] "%(number)s godzin"
"""


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "locales"
    folder.mkdir()
    (folder / "pl.po").write_text(HEADER.format("pl") + MESSAGES, encoding="utf-8")
    monkeypatch.setattr(locale, "LOCALES", folder)
    yield folder
    speak(ITALIAN)


def test_what_is_translated_is_said_and_the_rest_in_italian(locales: Path) -> None:
    speak(language("pl"))
    assert _("Prenota") == "Zarezerwuj"
    assert _("Una frase nuova") == "Una frase nuova"
    assert _("Cerca") == "Cerca", "a guess is not said"
    assert _("Ciao %(name)s", name="Ada") == "Ciao Ada", "what names other things would fail"


def test_the_rest_is_said_in_english_where_it_is_known(locales: Path) -> None:
    english = MESSAGES.replace("Zarezerwuj", "Book").replace("Witaj %(imie)s", "Hello %(name)s").replace("#, fuzzy", "")
    english = english.replace("Szukajcie", "Search").partition('msgid "%(number)s ora"')[0]
    english += 'msgid "%(number)s minuto"\nmsgid_plural "%(number)s minuti"\nmsgstr[0] "%(number)s minute"\n'
    english += 'msgstr[1] "%(number)s minutes"\n'
    header = HEADER.format("en").replace("nplurals=3; plural=(n==1 ? 0 :", "nplurals=2; plural=(n==1 ? 0 : 1 || ")
    (locales / "en.po").write_text(header + english, encoding="utf-8")
    before = language("pl").version
    speak(language("pl"))
    assert (_("Prenota"), _("Cerca"), _("Ciao %(name)s", name="Ada")) == ("Zarezerwuj", "Search", "Hello Ada")
    assert ngettext("%(number)s minuto", "%(number)s minuti", 2) == "2 minutes"
    assert _("Una frase nuova") == "Una frase nuova"
    (locales / "en.po").write_text(header + english.replace("Search", "Look"), encoding="utf-8")
    assert language("pl").version != before
    (locales / "en.po").write_text("qualcosa di strano", encoding="utf-8")
    speak(language("pl"))
    assert (_("Prenota"), _("Cerca")) == ("Zarezerwuj", "Cerca")


def test_the_plural_forms_are_those_of_the_language(locales: Path) -> None:
    speak(language("pl"))
    said = [ngettext("%(number)s ora", "%(number)s ore", number) for number in (1, 3, 5, 22)]
    assert said == ["godzina", "3 godziny", "5 godzin", "22 godziny"]


def test_language_tag_and_locale_are_read_from_the_catalogue_header(locales: Path) -> None:
    (locales / "en.po").write_text(HEADER.format("en_GB"), encoding="utf-8")
    assert (language("pl").tag, language("pl").locale) == ("pl", "pl_PL")
    assert (language("en").tag, language("en").locale) == ("en-GB", "en_GB")
    assert codes() == ["en", "it", "pl"]


def test_decimals_and_days_in_figures_are_those_of_the_locale(locales: Path) -> None:
    (locales / "en.po").write_text(HEADER.format("en_GB"), encoding="utf-8")
    (locales / "bg.po").write_text(HEADER.format("bg"), encoding="utf-8")
    told = [(language(code).decimal_sign, language(code).numbered_day) for code in ("it", "en", "pl", "bg")]
    numbered = "%d.%m.%Y"
    assert told[:3] == [(",", "%d/%m/%Y"), (".", "%d/%m/%Y"), (",", numbered)]
    assert told[3] == (",", f"{numbered}\N{NARROW NO-BREAK SPACE}г.")


def test_italian_needs_no_catalogue(locales: Path) -> None:
    assert language("it") is ITALIAN


def test_unknown_language_is_a_located_fault_listing_the_available_ones(locales: Path, tmp_path: Path) -> None:
    content = write_content(tmp_path / "content")
    (content / "identity.yaml").write_text(
        (content / "identity.yaml").read_text(encoding="utf-8").replace("{", '{\n "language": "../en",', 1),
        encoding="utf-8",
    )
    faults: list[Fault] = []
    gather_office(content, faults)
    what = "La lingua «../en» non c’è fra quelle del sito. Scegli fra it, pl."
    assert faults == [Fault(Path("identity.yaml"), 2, what)]
    assert spoken() is ITALIAN


@pytest.mark.parametrize(
    "text",
    [
        HEADER.format("pl") + "\nqualcosa di strano\n",
        HEADER.format("klingon"),
        HEADER.format("pl").replace("n==1", "n===1"),
        "\udcff",
    ],
)
def test_a_catalogue_that_cannot_be_read_is_a_located_fault(locales: Path, tmp_path: Path, text: str) -> None:
    (locales / "pl.po").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnreadableCatalogueError, match=r"^pl\.po: "):
        language("pl")
    content = write_content(tmp_path / "content")
    write_json(content / "identity.yaml", {"language": "pl"})
    faults: list[Fault] = []
    gather_office(content, faults)
    assert any("Il catalogo di questa lingua non si legge" in fault.what and fault.line == 2 for fault in faults)


def test_a_language_that_is_gone_leaves_the_one_there_is(locales: Path) -> None:
    speak(language("pl"))
    speak_again("xx")
    assert spoken().code == "pl"
    speak_again("it")
    assert spoken() is ITALIAN
