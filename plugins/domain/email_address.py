"""E-mail address: its syntax, as far as it can be written to."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from plugins.domain.language import _

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")


def checked_address(text: str) -> str:
    """Return the address when it is a dot-atom at a dotted host name (RFC 5321, 4.1.2); ValueError otherwise.

    Reserved domains such as `.test` pass: whether a host receives mail is the relay's answer to give.
    """
    local = text.partition("@")[0]
    if "@" in text and any(char.isalpha() and not char.isascii() for char in local):
        # Only relays with SMTPUTF8 (RFC 6531) take these, and few do: nobody could promise to write there.
        raise ValueError(
            _(
                "Prima della chiocciola ci sono lettere accentate o di un altro alfabeto, e lì le mail spesso non "
                "arrivano: scrivi un’altra email, per esempio nome@esempio.it"
            )
        )
    # No top-level domain is a number (RFC 3696, 2); what ends in one is an IP address, or a slip.
    if len(text) > 254 or len(local) > 64 or text.rpartition(".")[2].isdigit() or not _ADDRESS.fullmatch(text):
        raise ValueError(_("Inserisci un’email completa, per esempio nome@esempio.it"))
    return text


EmailAddress = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(checked_address)]
