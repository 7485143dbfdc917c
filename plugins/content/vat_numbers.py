"""VAT numbers of any country: checked by python-stdnum, and written as pages show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from plugins.domain.identity import ITALY, is_vat_number, wrong_digits
from plugins.domain.language import _

_SEPARATORS = re.compile(r"[\s.,/-]+")
# Greece has two: that of its numbers is no code of a country (Directive 2006/112/EC, article 215).
_PREFIXES = {"GR": "EL"}


def vat_number(written: str, country: str) -> str:
    """Return a number as pages show it; raises ValueError, in words, where it is none of its country.

    In Italy without a prefix, elsewhere in the European Union with it; as she wrote it in other countries.
    """
    compact, prefix = _SEPARATORS.sub("", written).upper(), _PREFIXES.get(country, country)
    if not compact.isascii() or not re.search(r"\d", compact):
        raise ValueError(
            _("«%(number)s» non è una partita IVA: non ha cifre. Ricopiala, o togli la riga", number=written)
        )
    plain = compact.removeprefix(prefix).removeprefix(country)
    if country == ITALY:
        if not is_vat_number(plain):
            raise ValueError(_fault(compact, country, _italian_fault(plain)))
        return plain
    from stdnum import get_cc_module
    from stdnum.eu.vat import MEMBER_STATES

    rules, is_member = get_cc_module(country.lower(), "vat"), country.lower() in MEMBER_STATES
    fault = _by(rules.validate, [compact, plain], country, strict=is_member) if rules else None
    if fault is not None:
        raise ValueError(_fault(compact, country, fault))
    return f"{prefix}{plain}" if is_member else " ".join(written.split())


def _by(validate: Callable[[str], str], forms: list[str], country: str, strict: bool) -> str | None:
    """What is wrong with a number in every form of it that its country's rules were asked about."""
    from stdnum.exceptions import InvalidChecksum, ValidationError

    fault = None
    for form in forms:
        try:
            validate(form)
        except InvalidChecksum:
            return wrong_digits(form)
        except ValidationError:
            # Outside the Union letters may follow that say what a number is for (MVA, TVA, RT0001): they vary.
            fault = _wrong_form(form, country) if strict else None
        else:
            return None
    return fault


def _italian_fault(number: str) -> str:
    return wrong_digits(number) if len(number) == 11 and number.isdigit() else _wrong_form(number, ITALY)


def _wrong_form(number: str, country: str) -> str:
    if country == ITALY:
        return _(
            "la partita IVA «%(number)s» ha %(length)s segni, ma in Italia sono undici cifre. Esempio: 12345678903",
            number=number,
            length=len(number),
        )
    return _(
        "«%(number)s» non ha la forma di una partita IVA di %(country)s. Ricopiala con le sue lettere",
        number=number,
        country=country,
    )


def _fault(number: str, country: str, otherwise: str) -> str:
    """What to say of a wrong number: that it is another country's, where it begins as one of those does."""
    other = next((one for one in _others(country) if number.startswith(one)), None)
    if other is None:
        return otherwise
    return _(
        "«%(number)s» comincia con %(prefix)s, ma il tuo paese (country) è %(country)s. "
        "Cambia il paese o togli quelle due lettere",
        number=number,
        prefix=other,
        country=country,
    )


def _others(country: str) -> Iterator[str]:
    from stdnum.eu.vat import MEMBER_STATES

    codes = {code.upper() for code in MEMBER_STATES} | {"EL", "GB", "CH", "NO"}
    yield from sorted(codes - {country, _PREFIXES.get(country, country)})
