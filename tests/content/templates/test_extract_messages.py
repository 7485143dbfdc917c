"""The catalogue has every message that code and templates say, and each language says all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from plugins.content.locale import LOCALES, faults
from plugins.content.templates.extract_messages import TEMPLATE, extracted, merged, said_by, written

LANGUAGES = sorted(path.stem for path in LOCALES.glob("*.po"))


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extracted()


def test_the_template_has_every_message_there_is(template: Catalog) -> None:
    assert (LOCALES / TEMPLATE).read_text(encoding="utf-8") == written(template), "run make messages"


def test_messages_are_found_wherever_code_says_them() -> None:
    within = "a = f\"x {_('Uno')} {_('Due %(n)s', n=1)}\"\n"
    code = within + 'b = N_("Tre" " e mezzo")\nngettext("quattro", "molti", 4)\n_(name)\n'
    assert sorted(said_by(code), key=str) == [
        (1, "Due %(n)s"),
        (1, "Uno"),
        (2, "Tre e mezzo"),
        (3, ("quattro", "molti")),
    ]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_says_every_message_and_no_other(code: str, template: Catalog) -> None:
    assert (LOCALES / f"{code}.po").read_text(encoding="utf-8") == written(merged(code, template)), "run make messages"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_translates_all_messages_with_the_same_placeholders(code: str) -> None:
    with (LOCALES / f"{code}.po").open("rb") as file:
        assert faults(read_po(file)) == []


def test_what_is_wrong_with_a_catalogue_is_told(tmp_path: Path) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Ciao", "Hello")
    catalogue.add("Prezzo", "")
    catalogue.add("Ciao %(name)s", "Hello %(nam)s")
    catalogue.add("%(name)s: %(day)s", "%(day)s")
    catalogue.add("Passo", "Step", flags=["fuzzy"])
    catalogue.add(("%(number)s minuto", "%(number)s minuti"), ("a minute", "%(number)s minutes"))
    catalogue.add(("%(number)s ora", "%(number)s ore"), ("%(number)s hour", ""))
    assert faults(catalogue) == [
        "not translated: Prezzo",
        "other placeholders: Ciao %(name)s",
        "other placeholders: %(name)s: %(day)s",
        "fuzzy: Passo",
        "not translated: %(number)s ora",
    ]
