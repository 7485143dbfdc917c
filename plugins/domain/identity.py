"""Identity: the owner of the site, her brand and her contact data."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from plugins.domain.base import HttpsAddress, Text, Value
from plugins.domain.email_address import EmailAddress
from plugins.domain.language import _


def is_vat_number(number: str) -> bool:
    """Whether eleven digits form an Italian VAT number (the Luhn check of D.M. 23 December 1976)."""
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return False
    plain = sum(int(digit) for digit in number[0::2])
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[1::2])
    return (plain + doubled) % 10 == 0


def _checked(number: str) -> str:
    if not is_vat_number(number):
        raise ValueError(
            _("la partita IVA non supera il controllo delle cifre. Ricopiala dalla visura. Esempio: 12345678903")
        )
    return number


VatNumber = Annotated[
    str, BeforeValidator(lambda raw: str(raw) if isinstance(raw, int) else raw), AfterValidator(_checked)
]


class Identity(Value):
    """The owner of the site, as visitors and the law want her named."""

    # Of the interface; the content speaks its own. Its catalogues are in the theme.
    language: Text = "it"
    name: Text
    brand: Text
    claim: Text
    email: EmailAddress
    phone: Text | None = None
    vat_number: VatNumber
    address: Text
    region: Text | None = None
    # Files of the content's images; the icon is that of browsers and telephones.
    logo: Text | None = None
    logo_dark: Text | None = None
    favicon: Text | None = None
    # The room where video meetings are held, unless a meeting has one of its own.
    video: HttpsAddress | None = None
    social: dict[str, HttpsAddress] = Field(default_factory=dict)
    legal: Text
