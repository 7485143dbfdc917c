"""Identity reader: reads `identity.yaml`, with what needs more than its form to be checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from plugins.content.active_locale import IDENTITY, activate_locale_of, activate_typed_locale
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.yaml_locations import Document, read_yaml
from plugins.content.language_names import language_faults, language_names
from plugins.content.mail_addresses import mail_address
from plugins.content.translations import content_language, in_language
from plugins.content.vat_numbers import vat_number
from plugins.domain.identity import ITALY, Identity
from plugins.domain.language import _


def read_identity(root: Path, faults: list[Fault], code: str | None = None) -> tuple[Document, Identity] | None:
    """Who she is, with what her file says, in the site's own language or in that of a code.

    From here on everything is said in her language, what is wrong with her content too.
    """
    if code is None:
        activate_typed_locale(root)
    try:
        document = read_yaml(root, IDENTITY)
    except ContentError as error:
        faults.extend(error.faults)
        return None
    if code is None:
        activate_locale_of(document, faults)
    language = content_language(document, code)
    values = in_language(document, language).values
    country = str(values.get("country") or ITALY).strip().upper()
    carried: dict[str, object] = {"country": country}
    if code:
        carried["language"] = code
    if country != ITALY or values.get("currency"):
        carried |= _currency(document, country, faults)
    email, number = values.get("email"), values.get("vat_number")
    # Whatever else is wrong with them is told with the rest.
    if isinstance(email, str) and email.strip():
        carried["email"] = _checked(document, "email", lambda: mail_address(email.strip()), faults) or "nome@esempio.it"
    if isinstance(number, str | int) and str(number).strip():
        carried["vat_number"] = _checked(document, "vat_number", lambda: vat_number(str(number), country), faults)
    identity = read_value(replace(document, values=values | carried), Identity, faults)
    if identity is None:
        return None
    wrong = list(language_faults(document, identity.languages)) if code is None else []
    faults.extend(wrong)
    # Her pages show the address as she writes it.
    update = {"email": str(email).strip(), "language_names": () if wrong else language_names(identity.languages)}
    return document, identity.model_copy(update=update)


def _checked(document: Document, key: str, read: Callable[[], str], faults: list[Fault]) -> str | None:
    """A value as it is carried; None where it is none, which is told as that alone."""
    try:
        return read()
    except ValueError as error:
        faults.append(document.fault((key,), _("«%(key)s»: %(fault)s", key=key, fault=error)))
        return None


def _currency(document: Document, country: str, faults: list[Fault]) -> dict[str, str]:
    """The currency that she names, or else her country's own; a country without one is none."""
    from babel.numbers import get_territory_currencies, is_currency

    # Since 2026, which the data of CLDR 48 does not know.
    own = ["EUR"] if country == "BG" else get_territory_currencies(country)
    named = document.values.get("currency")
    if not own and len(country) == 2:
        what = _(
            "Il paese «%(country)s» non c’è. Scrivi il suo codice di due lettere, per esempio DE per la Germania, "
            "GB per il Regno Unito, GR per la Grecia. Esempio: country: IT",
            country=country,
        )
        faults.append(document.fault(("country",), what))
    if named and not is_currency(str(named)):
        what = _(
            "La moneta «%(currency)s» non c’è. Scrivi il suo codice di tre lettere maiuscole. Esempio: currency: CHF",
            currency=named,
        )
        faults.append(document.fault(("currency",), what))
    return {} if named or not own else {"currency": own[0]}
