"""Attendance: whether an event keeps its owner's time, by its status and by what she has answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plugins.booking.calendars.ics.ics_properties import Property, worded

_ANSWERED_LATER = {"TENTATIVE", "NEEDS-ACTION"}
_MAILTO = "mailto:"


@dataclass(frozen=True)
class Attendance:
    """What is known of the owner: her addresses in small letters, and whether what is not certain leaves time free."""

    addresses: frozenset[str] = frozenset()
    tentative_is_free: bool = False

    def keeps_time(self, found: Mapping[str, list[str]]) -> bool:
        """Say whether an event of these properties keeps time."""
        outlook = _word(found, "X-MICROSOFT-CDO-BUSYSTATUS")
        status = _word(found, "STATUS")
        if status == "CANCELLED" or _word(found, "TRANSP") == "TRANSPARENT" or outlook == "FREE":
            return False
        answers = self._answers(map(worded, found.get("ATTENDEE", ()))) if self.addresses else set()
        if answers == {"DECLINED"}:
            return False
        tentative = status == "TENTATIVE" or outlook == "TENTATIVE" or (answers and answers <= _ANSWERED_LATER)
        return not (tentative and self.tentative_is_free)

    def _answers(self, guests: Iterable[Property]) -> set[str]:
        """What the owner has answered; another's answer is nothing to her time."""
        answers = set()
        for guest in guests:
            named = {guest.value, guest.parameters.get("EMAIL", "")}
            if any(one.lower().removeprefix(_MAILTO).strip() in self.addresses for one in named):
                answers.add(guest.parameters.get("PARTSTAT", "NEEDS-ACTION").upper())
        return answers


def _word(found: Mapping[str, list[str]], name: str) -> str:
    return worded(found[name][0]).value.upper() if name in found else ""
