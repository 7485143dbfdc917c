"""An Italian professional is known by a VAT number that can be checked."""

from __future__ import annotations

import pytest

from plugins.domain.email_address import checked_address
from plugins.domain.identity import is_vat_number


def test_a_vat_number_passes_the_luhn_check() -> None:
    assert is_vat_number("12345678903")


@pytest.mark.parametrize(
    "number", ["12345678901", "1234567890", "123456789033", "IT345678903", "１２３４５６７８９０３", ""]
)
def test_what_is_no_vat_number_is_refused(number: str) -> None:
    assert not is_vat_number(number)


def test_one_wrong_digit_is_always_found() -> None:
    right = "12345678903"
    for place, digit in enumerate(right):
        for other in set("0123456789") - {digit}:
            assert not is_vat_number(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("address", ["nome@esempio.it", "o'brien+sito@posta.esempio.test", "A_b-c@x1.it"])
def test_an_address_that_can_be_written_to_passes(address: str) -> None:
    assert checked_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        *("nome", "nome@", "@esempio.it", "nome@esempio", "a@b@c.it", "a b@c.it", "a@-b.it", "a..b@c.it", ".a@c.it"),
        *("a@c.it\nBcc: x@y.it", "<a@c.it>", '"a b"@c.it', "a@c.it,b@c.it", "à@c.it", "a" * 65 + "@c.it"),
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(ValueError, match=r"per esempio nome@esempio\.it"):
        checked_address(address)
