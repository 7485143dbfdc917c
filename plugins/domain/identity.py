"""Identity: the owner of the site, her brand and her contact data."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from plugins.domain.base import FormAddress, HttpsAddress, Slug, Text, Value
from plugins.domain.email_address import EmailAddress
from plugins.domain.language import _

ITALY = "IT"
# The European Economic Area, with the parts of it that have codes of their own, and the United Kingdom, whose law has
# the same articles.
_GDPR = (
    "AT AX BE BG CY CZ DE DK EE ES FI FR GB GF GP GR HR HU IE IS IT LI LT LU LV MF MQ MT NL NO PL PT RE RO SE SI SK YT"
)
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


def is_vat_number(number: str) -> bool:
    """Whether eleven digits form an Italian VAT number (the Luhn check of D.M. 23 December 1976)."""
    if len(number) != 11 or not (number.isascii() and number.isdigit()):
        return False
    plain = sum(int(digit) for digit in number[0::2])
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in number[1::2])
    return (plain + doubled) % 10 == 0


# Of which only the form is known here; the digits of each country are checked where the content is read.
VatNumber = Annotated[
    str,
    BeforeValidator(lambda raw: str(raw) if isinstance(raw, int) else raw),
    StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-z][0-9A-Za-z .,/+*-]{1,29}$"),
]


class Place(Value):
    """Where meetings in person are held."""

    slug: Slug
    name: Text
    address: Text
    # For who comes: the bell, the stairs, the bus.
    how_to_get_there: Annotated[Text, Field(max_length=600)] | None = None


class FooterLink(Value):
    """A link at the foot of each page: to a page of the content, by its slug, or to another site."""

    title: Text
    page: Slug | None = None
    url: HttpsAddress | None = None

    @model_validator(mode="after")
    def _leads_to_one_place(self) -> FooterLink:
        if (self.page is None) == (self.url is None):
            raise ValueError(_("porta a una pagina (page) o a un indirizzo (url). Scrivi uno dei due"))
        return self


def _comma_separated(raw: object) -> object:
    return [part.strip() for part in raw.split(",") if part.strip()] if isinstance(raw, str) else raw


# BCP 47, as far as a language that somebody speaks needs it.
LanguageTag = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]
LanguageTags = Annotated[tuple[LanguageTag, ...], BeforeValidator(_comma_separated)]


class Identity(Value):
    """The owner of the site, as visitors and the law want her named."""

    # Of the interface; the content speaks its own. Its catalogues are in the theme.
    language: Text = "it"
    name: Text
    brand: Text
    claim: Text
    email: EmailAddress
    phone: Text | None = None
    # Where she works: it says which VAT numbers and which currency there are.
    country: Country = ITALY
    vat_number: VatNumber | None = None
    # Of all prices.
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    address: Text
    region: Text | None = None
    # Files of the content's images; the icon is that of browsers and telephones.
    logo: Text | None = None
    logo_dark: Text | None = None
    favicon: Text | None = None
    # Her face, her sentence, and what else tells a person from a firm.
    portrait: Text | None = None
    portrait_alt: Text | None = None
    voice: Annotated[Text | None, Field(max_length=160)] = None
    since: Annotated[int | None, Field(ge=1950)] = None
    languages: LanguageTags = ()
    clients: Annotated[int | None, Field(ge=1)] = None
    # How she knows that testimonials are of clients; without it, the words of the interface.
    testimonials_note: Text | None = None
    # Put there by the reader, in the language of the site; no file says it.
    language_names: Annotated[tuple[str, ...], Field(exclude=True)] = ()
    # Where meetings in person are held that name one of these; the others are at the address.
    places: tuple[Place, ...] = ()
    # The room where video meetings are held, unless a meeting has one of its own.
    video: HttpsAddress | None = None
    # Of other services, such as a newsletter, to which forms of her texts may be sent.
    form_addresses: tuple[FormAddress, ...] = ()
    social: dict[str, HttpsAddress] = Field(default_factory=dict)
    links: tuple[FooterLink, ...] = ()
    legal: Text | None = None

    @model_validator(mode="after")
    def _italian_digits(self) -> Identity:
        if self.country == ITALY and self.vat_number is not None and not is_vat_number(self.vat_number):
            raise ValueError(wrong_digits(self.vat_number))
        return self

    @property
    def is_under_gdpr(self) -> bool:
        """Whether the General Data Protection Regulation holds where she works."""
        return self.country in _GDPR.split()

    @property
    def vat_line(self) -> str | None:
        """The VAT number as pages and mails name it; None where she has none."""
        if self.vat_number is None:
            return None
        if self.country == ITALY:
            return _("P.IVA %(number)s", number=self.vat_number)
        return _("Partita IVA %(number)s", number=self.vat_number)

    def place(self, slug: str) -> Place | None:
        """The place of that slug, or None."""
        return next((one for one in self.places if one.slug == slug), None)


def wrong_digits(number: str) -> str:
    """What to say of a VAT number whose digits do not agree with each other."""
    return _(
        "la partita IVA «%(number)s» non supera il controllo delle cifre. Ricopiala dal certificato di attribuzione",
        number=number,
    )
