"""E-mail addresses as mail carries them: ASCII local part, domain in A-labels (RFC 5890)."""

from __future__ import annotations

from plugins.domain.email_address import checked_address
from plugins.domain.language import _


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


def _a_labels(host: str) -> str:
    if host.isascii():
        return host
    import idna  # whose tables few need

    return idna.encode(host, uts46=True).decode("ascii")
