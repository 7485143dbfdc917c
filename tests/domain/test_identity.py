"""An Italian professional is known by a VAT number that can be checked."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from plugins.domain.identity import Identity, is_vat_number
from tests.domain.office import IDENTITY

# Of these the sums of both halves are 30, 20 and 40, and no two are alike in any place.
RIGHT = ["12345678903", "00743110157", "07643520567"]


@pytest.mark.parametrize("number", RIGHT)
def test_a_vat_number_passes_the_luhn_check(number: str) -> None:
    assert is_vat_number(number)


@pytest.mark.parametrize(
    "number",
    [
        "12345678901",
        "1234567890",
        "123456789033",
        "IT345678903",
        "１２３４５６７８９０３",
        "",
        "1234567890３",
        "0" * 10,
        "0" * 12,
    ],
)
def test_what_is_no_vat_number_is_refused(number: str) -> None:
    assert not is_vat_number(number)


@pytest.mark.parametrize("right", RIGHT)
def test_one_wrong_digit_is_always_found(right: str) -> None:
    for place, digit in enumerate(right):
        for other in set("0123456789") - {digit}:
            assert not is_vat_number(right[:place] + other + right[place + 1 :])


def test_a_vat_number_may_be_written_without_quotes() -> None:
    raw = IDENTITY.model_dump() | {"vat_number": 12345678903}
    assert Identity.model_validate(raw).vat_number == "12345678903"
    with pytest.raises(ValidationError, match="non supera il controllo"):
        Identity.model_validate(raw | {"vat_number": 12345678904})


def test_an_owner_without_a_vat_number_has_none_to_name() -> None:
    raw = IDENTITY.model_dump(exclude={"vat_number", "legal"})
    identity = Identity.model_validate(raw)
    assert (identity.vat_number, identity.vat_line, identity.legal) == (None, None, None)


def test_a_vat_number_is_named_as_in_its_country() -> None:
    raw = IDENTITY.model_dump()
    assert Identity.model_validate(raw).vat_line == "P.IVA 12345678903"
    abroad = Identity.model_validate(raw | {"country": "DE", "vat_number": "DE136695976"})
    assert abroad.vat_line == "Partita IVA DE136695976"


@pytest.mark.parametrize("wrong", [{}, {"page": "privacy", "url": "https://altrove.example/"}])
def test_a_footer_link_leads_to_one_place(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="Scrivi uno dei due"):
        Identity.model_validate(IDENTITY.model_dump() | {"links": [{"title": "Privacy", **wrong}]})
