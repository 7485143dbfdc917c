"""Calendar id of an account at Google or Microsoft, as its owner writes it; `primary` is the account's own."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator

from plugins.domain.language import N_, _

# Whoever keeps the account; the endpoint asks there by a connection of its own, so the content names no login.
AccountProvider = Literal["google", "microsoft"]
PRIMARY = "primary"
# An address of mail, or of a calendar that is nobody's (…@group.calendar.google.com), in which a # may stand.
_GOOGLE = re.compile(r"[^\s@/?<>\"]{1,200}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20}")
_MICROSOFT = re.compile(r"[A-Za-z0-9+/=_-]{20,500}")
_AROUND = "\u200b\ufeff<>\"'«»“”‘’ \t\r\n"
_WRONG_GOOGLE = N_(
    "qui va l’ID del calendario, o primary per quello dell’account. Lo trovi in Google Calendar, nelle impostazioni "
    "del calendario, sotto «Integra calendario». Esempio: {google: nome@gmail.com}"
)
_WRONG_MICROSOFT = N_(
    "qui va primary, il calendario dell’account, o l’ID di un altro dei suoi: chi cura il server li elenca con "
    "python -m plugins.booking calendars microsoft. Esempio: {microsoft: primary}"
)


def _google(raw: object) -> str:
    return _id(raw, _GOOGLE, _WRONG_GOOGLE)


def _microsoft(raw: object) -> str:
    return _id(raw, _MICROSOFT, _WRONG_MICROSOFT)


def _id(raw: object, shape: re.Pattern[str], wrong: str) -> str:
    text = raw.strip(_AROUND) if isinstance(raw, str) else ""
    if text.lower() == PRIMARY:
        return PRIMARY
    if not shape.fullmatch(text) or not text.isprintable():
        raise ValueError(_(wrong))
    return text


GoogleCalendar = Annotated[str, BeforeValidator(_google)]
MicrosoftCalendar = Annotated[str, BeforeValidator(_microsoft)]
