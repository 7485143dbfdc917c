"""A calendar has one address, and it can be asked for in private."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from plugins.domain.calendar_settings import BusyCalendar, CalendarAddress

ICS, CALDAV = "https://calendario.example/privato.ics", "https://calendario.example/dav/"


@pytest.mark.parametrize(("given", "address"), [({"ics": ICS}, ICS), ({"caldav": CALDAV}, CALDAV)])
def test_a_busy_calendar_is_a_file_or_a_collection(given: dict[str, str], address: str) -> None:
    assert BusyCalendar.model_validate(given).address == address


@pytest.mark.parametrize("given", [{}, {"ics": ICS, "caldav": CALDAV}, {"ics": None, "credentials": "NAME"}])
def test_a_busy_calendar_with_no_or_two_addresses_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="un indirizzo solo"):
        BusyCalendar.model_validate(given)


def accepted(address: str) -> bool:
    try:
        return TypeAdapter(CalendarAddress).validate_python(address) == address
    except ValidationError:
        return False


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        *((one, True) for one in (ICS, "http://localhost:5232/a", "http://127.0.0.1/", "http://[::1]:80/x")),
        *((one, False) for one in ("http://calendario.example/", "https:///x", "ftp://localhost/", "https://a b/")),
        ("http://localhost.example/", False),
        ("https://a/" + "x" * 1990, True),
        ("https://a/" + "x" * 1991, False),
    ],
)
def test_an_address_is_encrypted_or_of_this_machine(address: str, allowed: bool) -> None:
    assert accepted(address) is allowed
