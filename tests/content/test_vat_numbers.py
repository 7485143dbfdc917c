"""A VAT number is checked by its country's rules, and shown as that country shows it."""

from __future__ import annotations

import pytest

from plugins.content.vat_numbers import vat_number


@pytest.mark.parametrize(
    ("country", "written", "shown"),
    [
        ("IT", "12345678903", "12345678903"),
        ("IT", "IT 01234567897", "01234567897"),
        ("IT", "it.123.456.789-03", "12345678903"),
        ("DE", "136695976", "DE136695976"),
        ("DE", "DE 136 695 976", "DE136695976"),
        ("FR", "K7399859412", "FRK7399859412"),
        ("GR", "094259216", "EL094259216"),
        ("GR", "EL 094259216", "EL094259216"),
        ("GR", "GR 094259216", "EL094259216"),
        ("AT", "ATU13585627", "ATU13585627"),
        ("ES", "ES B-58378431", "ESB58378431"),
        ("CY", "CY-10259033P", "CY10259033P"),
    ],
)
def test_a_number_of_the_union_is_shown_with_its_prefix(country: str, written: str, shown: str) -> None:
    assert vat_number(written, country) == shown


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("GB", "GB 980 7806 84"),
        ("CH", "CHE-107.787.577 IVA"),
        ("CH", "CHE-107.787.577"),
        ("NO", "NO 995 525 828 MVA"),
        ("NO", "995525828"),
        ("JP", "T5835678256246"),
        ("US", "12-3456789"),
    ],
)
def test_outside_the_union_a_number_stays_as_written(country: str, written: str) -> None:
    assert vat_number(f" {written} ", country) == written


@pytest.mark.parametrize(
    ("country", "written", "told"),
    [
        ("IT", "12345678904", "non supera il controllo delle cifre"),
        ("IT", "IT1234567890", "ha 10 segni, ma in Italia sono undici cifre"),
        ("IT", "DE136695976", "comincia con DE, ma il tuo paese (country) è IT"),
        ("DE", "IT12345678903", "comincia con IT, ma il tuo paese (country) è DE"),
        ("DE", "EL094259216", "comincia con EL, ma il tuo paese (country) è DE"),
        ("DE", "136695975", "non supera il controllo delle cifre"),
        ("DE", "1366959", "non ha la forma di una partita IVA di DE"),
        ("CH", "CHE-107.787.578 IVA", "non supera il controllo delle cifre"),
        ("US", "nessuna", "non ha cifre"),
        ("IT", "１２３４５６７８９０３", "non ha cifre"),
    ],
)
def test_what_is_wrong_with_a_number_is_said(country: str, written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("(", r"\(").replace(")", r"\)")):
        vat_number(written, country)
