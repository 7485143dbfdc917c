"""E-mail addresses as mail carries them: ASCII local part, domain in A-labels (RFC 5890)."""

from __future__ import annotations

from contextlib import suppress

from plugins.domain.email_address import checked_address
from plugins.domain.language import _
from plugins.domain.pasted_text import plain_email


def mail_address(text: str) -> str:
    """Return an address with its domain in A-labels; raises ValueError, in words, where no mail can carry it."""
    local, at, host = text.rpartition("@")
    try:
        return checked_address(f"{local}{at}{_a_labels(host)}")
    except ValueError:
        raise ValueError(
            _(
                "a questa email non si può scrivere. Prima della chiocciola vanno lettere senza accenti, cifre e "
                "segni, con i punti né in fondo né doppi; dopo, il nome di un dominio, per esempio nome@esempio.it"
            )
        ) from None


def visitor_address(text: str) -> str:
    """Return an address as a visitor typed it, its domain in letters of its own too; raises ValueError for her.

    Some browsers send a domain in A-labels that was typed in letters (HTML, 4.10.5.1.5).
    """
    if text.isascii() and "xn--" not in text.lower():
        return checked_address(text)
    import idna

    local, at, host = text.rpartition("@")
    try:
        carried = checked_address(f"{local}{at}{_a_labels(host)}")
        return f"{local}{at}{idna.decode(carried.rpartition('@')[2])}"
    except UnicodeError:
        return checked_address(text)  # which says what is wrong


def forms_of(address: str) -> tuple[str, ...]:
    """The ways an address is kept, in small letters: as it was typed, and its domain in A-labels and in letters."""
    address = plain_email(address).lower()
    forms = {address}
    with suppress(ValueError):
        carried = mail_address(address)
        forms.add(carried)
        local, at, host = carried.rpartition("@")
        if "xn--" in host:
            import idna

            forms.add(f"{local}{at}{idna.decode(host)}")
    return tuple(sorted(forms))


def _a_labels(host: str) -> str:
    if host.isascii():
        return host
    import idna  # whose tables few need

    return idna.encode(host, uts46=True).decode("ascii")
