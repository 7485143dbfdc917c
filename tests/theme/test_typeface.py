"""The typeface has every letter and sign that the site can show, and is light."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont

from tests.building import CONTENT, ROOT
from tests.theme.typeface import FILE, LETTERS, SIGNS

THEME = ROOT / "theme"
FONT = TTFont(FILE)
KNOWN = set(FONT.getBestCmap())
# A pangram or names of each.
WRITTEN = {
    "Albanian": "Zoë Çeku, Besë",
    "Catalan": "Núria Vilà i Gràcia, Marcel·lí, paral\u0140lel, L\u2019Hospitalet",
    "Croatian": "Đurđica Žižić, Čučković, Šibenik",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. Ňouma, Řehoř, Ťapka, Ůčko",
    "Danish": "Søren Ærø, Åse Kjærgård",
    "Dutch": "Daniëlle, coöperatie, reünie, één",
    "Estonian": "Põder, Jõgeva, Šveits, žürii, Ülle Äär",
    "Finnish": "Äijö Åkerblom, šakki",
    "French": "Où l\u2019œuvre naïve d\u2019un garçon âgé s\u2019achève : Ÿ, LŒSS, Élodie, Çà, Noëlle",
    "German": "Jürgen Groß, Äpfel, Öl, GROẞ",
    "Hungarian": "Árvíztűrő tükörfúrógép, Őry Ödön, Űr",
    "Icelandic": "Þórður Æsir, Guðrún Ýr, Ðað",
    "Irish": "Seán Ó Súilleabháin, Máiréad Ní Ghráda",
    "Italian": "Perché così è già più giù, Nicolò, virtù, «Là»",
    "Latvian": "Ģirts Ķēniņš, Ļaudis, Ņina, Žūra, Ādažu Čūska, Šī Īle, Ēriks, Ūdris",
    "Lithuanian": "Įlinkdama fechtuotojo špaga blykčiojusi, Žemaitė, Ąžuolas, Ęėų, Ūla, Ųųį, Čėsna",
    "Maltese": "Ġużè Ħabib, Ċensu, Żebbuġ, għażla",
    "Norwegian": "Bjørn Ålesund, Ærlig, Øystein",
    "Polish": "Zażółć gęślą jaźń: Łukasz, Świątek, Ćwikła, Żaneta, Źródło, Ńeć, Ósmy",
    "Portuguese": "João Conceição, Lourenço, À vó, avô, Três, útil, Õ",
    "Romanian": "Țară, Șerban, înțelegător, Ștefan, Ânsă, Ţară, Şerban",
    "Sami": "Áŋŋel Čáhppes, Đ, Ŧ ŧ, Ŋ, Š, Ž",
    "Slovak": "Ľuboš Šťastný, Ĺ ĺ, Ŕ ŕ, Ďurica, Ňaňa, Ôsmy, Äžď",
    "Slovene": "Žiga Čehovin, Škofja Loka",
    "Spanish": "¿Qué pasó, Íñigo? ¡Ñandú, pingüino!",
    "Swedish": "Åsa Öberg, Äppelviken",
    "Turkish": "Şükrü Çağrı, İğdır, Işık, Ömür, kâğıt",
    "Welsh": "Siân Ŵyn, Ŷ, ŵŷ, Ẁ ẁ Ẃ ẃ Ẅ ẅ Ỳ ỳ Ÿ",
}


def missing(text: str) -> set[str]:
    return {one for one in text if one.isprintable() and ord(one) not in KNOWN}


def shown() -> list[Path]:
    """The files whose characters may come onto a page."""
    theme = [file for kind in ("html", "js", "css", "json") for file in THEME.rglob(f"*.{kind}")]
    return [*theme, *CONTENT.rglob("*.md"), *CONTENT.rglob("*.yaml")]


def test_the_site_shows_no_sign_that_the_typeface_lacks() -> None:
    files = shown()
    assert len(files) > 100
    assert {file.name: found for file in files if (found := missing(file.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("catalogue", ["maglia.pot", "en.po", "de.po"])
def test_no_word_of_the_catalogue_lacks_a_letter(catalogue: str) -> None:
    with open(THEME / "locales" / catalogue, encoding="utf-8") as file:
        said = "".join(f"{message.id}{message.string}" for message in read_po(file))
    assert len(said) > 10_000
    assert missing(said) == set()


@pytest.mark.parametrize("language", WRITTEN)
def test_names_of_every_european_language_are_set_in_one_face(language: str) -> None:
    assert missing(WRITTEN[language]) == set()


def test_the_file_has_what_its_recipe_says() -> None:
    assert {ord(one) for one in LETTERS + SIGNS} <= KNOWN
    assert set(LETTERS + SIGNS) >= set("←→✓«»’…–—×·€ªº№")


def test_the_typeface_is_light() -> None:
    # The letters of Italian alone were 14,136.
    assert FILE.stat().st_size <= 14_136 + 4 * 1024


def test_the_zero_of_prices_has_no_stroke() -> None:
    glyph = FONT["glyf"][FONT.getBestCmap()[ord("0")]]
    # An outline and one counter; a stroke parts the counter in two.
    assert glyph.numberOfContours == 2


def test_digits_of_a_table_are_as_wide_as_one_another() -> None:
    features = {record.FeatureTag: record.Feature for record in FONT["GSUB"].table.FeatureList.FeatureRecord}
    (at,) = features["tnum"].LookupListIndex
    (same,) = FONT["GSUB"].table.LookupList.Lookup[at].SubTable
    named = FONT.getBestCmap()
    widths = {FONT["hmtx"][same.mapping[named[ord(digit)]]][0] for digit in "0123456789"}
    assert widths == {FONT["hmtx"][named[ord("0")]][0]}


def test_weights_from_regular_to_bold_are_in_the_one_file() -> None:
    axis = FONT["fvar"].axes[0]
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)
    rule = (THEME / "static" / "css" / "tokens" / "fonts.css").read_text(encoding="utf-8")
    assert re.search(rf'{re.escape(FILE.name)}"\) format\("woff2"\);\s*font-weight: 400 700;', rule)
