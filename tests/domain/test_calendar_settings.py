"""A calendar has one address, it can be asked for in private, and it is taken as people paste it."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from plugins.domain.calendar_address import AddressVariable, CalendarAddress, private_address
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar

ICS, CALDAV = "https://calendario.example/privato.ics", "https://calendario.example/dav/"


@pytest.mark.parametrize(("given", "address"), [({"ics": ICS}, ICS), ({"caldav": CALDAV}, CALDAV)])
def test_a_busy_calendar_is_a_file_or_a_collection(given: dict[str, str], address: str) -> None:
    assert BusyCalendar.model_validate(given).address == address


@pytest.mark.parametrize("given", [{}, {"ics": ICS, "caldav": CALDAV}, {"ics": None, "credentials": "NAME"}])
def test_a_busy_calendar_with_no_or_two_addresses_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="un indirizzo solo"):
        BusyCalendar.model_validate(given)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"google": "nome@gmail.com"}, "google:nome@gmail.com"),
        ({"google": " Primary\n"}, "google:primary"),
        ({"google": "c_18@group.calendar.google.com"}, "google:c_18@group.calendar.google.com"),
        (
            {"google": "it.italian#holiday@group.v.calendar.google.com"},
            "google:it.italian#holiday@group.v.calendar.google.com",
        ),
        ({"microsoft": "primary"}, "microsoft:primary"),
        ({"microsoft": "AAMkAGI2TGuLAAA=" * 3}, "microsoft:" + "AAMkAGI2TGuLAAA=" * 3),
    ],
)
def test_a_calendar_of_an_account_is_named_by_its_id(given: dict[str, str], address: str) -> None:
    for model in (BusyCalendar, OwnCalendar):
        found = model.model_validate(given)
        assert (found.address, found.provider) == (address, address.partition(":")[0])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"google": "https://calendar.google.com/calendar/ical/a%40gmail.com/SEGRETO/basic.ics"}, "ID del calendario"),
        ({"google": "SEGRETO"}, "ID del calendario"),
        ({"google": ""}, "ID del calendario"),
        ({"google": 3}, "ID del calendario"),
        ({"google": "a b@gmail.com"}, "ID del calendario"),
        ({"google": "SEGRETO/..@gmail.com"}, "ID del calendario"),
        ({"microsoft": "SEGRETO@studio.example"}, "primary, il calendario"),
        ({"microsoft": "Lavoro"}, "primary, il calendario"),
        ({"google": "primary", "credentials": "SEGRETO"}, "senza password"),
    ],
)
def test_a_wrong_id_is_told_without_quoting_it(given: dict[str, object], told: str) -> None:
    for model in (BusyCalendar, OwnCalendar):
        with pytest.raises(ValidationError, match=told) as refused:
            model.model_validate(given)
        assert "SEGRETO" not in refused.value.errors()[0]["msg"]


@pytest.mark.parametrize("given", [{}, {"google": "primary", "microsoft": "primary"}, {"ics": ICS}])
def test_bookings_are_written_to_one_calendar(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        OwnCalendar.model_validate(given)


def test_a_collection_to_write_to_wants_a_login() -> None:
    with pytest.raises(ValidationError, match="utente e password"):
        OwnCalendar.model_validate({"caldav": CALDAV})


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


@pytest.mark.parametrize("scheme", ["webcal", "webcals", "Webcal", "WEBCAL", "HTTPS", "caldav", "caldavs", "https"])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), (" ", "\n"), ("<", ">"), ("“", "”"), ("\u200b\ufeff", "\u202c")]
)
def test_a_pasted_address_is_taken_as_it_was_meant(scheme: str, before: str, after: str) -> None:
    assert private_address(f"{before}{scheme}://calendario.example/Privato.ics{after}") == (
        "https://calendario.example/Privato.ics"
    )


def test_an_icloud_address_is_taken_without_change_of_its_rest() -> None:
    rest = "p23-caldav.icloud.com/published/2/MTA0_Nzk1-x~y"
    assert private_address(f"webcal://{rest}") == f"https://{rest}"


@pytest.mark.parametrize("host", ["outlook.office365.com", "outlook.live.com", "outlook.office.com"])
@pytest.mark.parametrize("name", ["calendar", "reachcalendar"])
def test_the_file_beside_a_page_of_outlook_is_asked_for(host: str, name: str) -> None:
    published = f"https://{host}/owa/calendar/a1@studio.example/b2/{name}"
    assert private_address(f"{published}.html") == f"{published}.ics"
    assert private_address(f"{published}.ics") == f"{published}.ics"
    assert private_address(f"https://altrove.example/owa/{name}.html") == f"https://altrove.example/owa/{name}.html"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://calendario.example/SEGRETO.ics", "Scrivi lo stesso indirizzo con https"),
        ("HTTP://calendario.example/SEGRETO.ics", "Scrivi lo stesso indirizzo con https"),
        ("https://calendario.example/a\n  SEGRETO.ics", "uno spazio in mezzo"),
        ("calendario.example/SEGRETO.ics", "comincia con https://"),
        ("https://calendar.google.com/calendar/embed?src=SEGRETO%40gmail.com&ctz=Europe%2FRome", "in formato iCal"),
        ("https://calendar.google.com/calendar/u/0/r", "in formato iCal"),
        ("https://calendar.google.com/calendar/u/0?cid=SEGRETO", "in formato iCal"),
        ("https://www.google.com/calendar/embed?src=SEGRETO", "in formato iCal"),
        ("https://cloud.example/index.php/apps/calendar/p/SEGRETO", "public-calendars"),
        ("https://cloud.example/apps/calendar/embed/SEGRETO", "public-calendars"),
        ("https://calendario.example/" + "SEGRETO" * 400, "troppo lungo"),
        ("", "comincia con https://"),
        (17, "comincia con https://"),
    ],
)
def test_what_is_no_address_is_told_with_the_right_form(address: object, told: str) -> None:
    with pytest.raises(ValidationError, match=told) as refused:
        BusyCalendar.model_validate({"ics": address})
    (error,) = refused.value.errors()
    assert "SEGRETO" not in error["msg"]
    assert error["loc"] == ("ics",)


@pytest.mark.parametrize(
    "address",
    [
        "https://calendar.google.com/calendar/ical/a%40gmail.com/private-1f/basic.ics",
        "https://www.google.com/calendar/ical/a%40gmail.com/public/basic.ics",
        "https://cloud.example/remote.php/dav/public-calendars/x?export",
        "https://ada:parola@calendario.example/a.ics",
        "https://[::1/",
    ],
)
def test_an_address_of_a_file_is_left_as_it_is(address: str) -> None:
    assert private_address(address) == address


def test_an_address_may_be_named_by_its_variable() -> None:
    for given in ({"ics": {"env": "CALENDARIO"}}, {"caldav": {"env": "CALENDARIO"}, "credentials": "LOGIN"}):
        found = BusyCalendar.model_validate(given)
        assert found.address == "env:CALENDARIO"
        assert AddressVariable(env="CALENDARIO") in (found.ics, found.caldav)
    own = OwnCalendar.model_validate({"caldav": {"env": "CALENDARIO"}, "credentials": "LOGIN"})
    assert own.address == "env:CALENDARIO"


@pytest.mark.parametrize(
    "given",
    [{}, {"env": "minuscole"}, {"env": 3}, {"env": ""}, {"env": "A", "url": "x"}, {"ENV": "A"}, {"env": "BOOKING_X"}],
)
def test_a_variable_that_is_not_well_named_is_told(given: object) -> None:
    with pytest.raises(ValidationError, match=r"\{env: CALENDARIO_PRIVATO\}"):
        BusyCalendar.model_validate({"ics": given})
