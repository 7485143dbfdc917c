"""The endpoint's pages, rendered with exactly what its views pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from plugins.booking.mail.texts.next_steps import NextSteps
from plugins.booking.web.appointment_words import Standing
from plugins.booking.web.dev_mailbox import Received
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.rendering import THEME, Renderer
from plugins.booking.web.view_models import day_views, slot_views
from plugins.content.office import Office
from plugins.content.office_reader import read_office
from plugins.content.templates.security_policy import inlined
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.used_css import cut, read_names
from plugins.domain.bookings import Booking, Status
from plugins.domain.busy_time import Occupied
from plugins.domain.requests import FieldError
from plugins.domain.slots import offered
from tests.building import CONTENT
from tests.theme.selectors import selectors

NOW = datetime(2027, 2, 22, 8, tzinfo=UTC)
NAME = FieldError(field="name", message="Inserisci il tuo nome e cognome.")

Render = Callable[..., "Reading"]


def sent_to(form: dict[str, str | None]) -> str:
    """Where a form is sent, without the part that is its page's own."""
    return (form["action"] or "").partition("?answer=")[0]


class Reading(HTMLParser):
    """A page as those read it who cannot see it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_title = self._in_title or (tag == "title" and not self.title)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.elements if "id" in attributes]

    def hidden(self) -> dict[str | None, str | None]:
        return {one["name"]: one["value"] for one in self.all("input", type="hidden")}


def lacking(html: str) -> set[tuple[str, ...]]:
    """The rules that meet something of a page, or could once its scripts have run, and are not among its styles."""
    head, _, rest = html.partition("<style>")
    own, _, body = rest.partition("</style>")
    scripts = [text for text in inlined(THEME) if f">{text}</script>" in body]
    could_meet = cut(stylesheet(THEME), read_names(head + body, scripts))
    return selectors(could_meet) - selectors(own)


@pytest.fixture(scope="module")
def office() -> Office:
    return read_office(CONTENT)


@pytest.fixture(scope="module")
def render(office: Office) -> Render:
    renderer = Renderer(lambda: office, dev=False)

    def rendered(template: str, **context: object) -> Reading:
        page = Reading(renderer(template, **context))
        assert len(page.all("h1")) == 1
        assert len(page.ids()) == len(set(page.ids()))
        assert page.title.endswith(f" — {office.identity.brand}")
        assert "Undefined" not in page.html
        assert lacking(page.html) == set()
        return page

    return rendered


@pytest.fixture(scope="module")
def chosen(office: Office) -> dict[str, object]:
    meeting = office.availability.meetings[0]
    start = datetime(2027, 3, 3, 9, 30, tzinfo=UTC)
    end = start + timedelta(minutes=meeting.minutes)
    return {"meeting": meeting, "service": office.catalogue.services[0], "start": start, "end": end} | {
        "starts": [start],
        "repeat_fields": {},
        "targets": {},
    }


@pytest.fixture(scope="module")
def times(office: Office) -> dict[str, object]:
    meeting, timetable = office.availability.meetings[0], office.availability
    slots = offered(meeting, date(2027, 2, 22), date(2027, 3, 23), timetable, Occupied(), NOW)
    return {
        "meeting": meeting,
        "service": None,
        "next_slots": slot_views(slots[:3]),
        "days": day_views(slots, timetable.timezone),
        "earlier": None,
        "later": date(2027, 3, 24),
        "chosen": None,
        "lost": False,
        "kept": {},
        "errors": [],
    }


def test_each_free_slot_is_a_button_named_with_its_day(render: Render, times: dict[str, object]) -> None:
    page = render("booking/times.html", **times)
    values = [one["value"] for one in page.all("button", name="start")]
    first, of_days = values[:3], values[3:]
    assert first == of_days[:3]
    assert len(of_days) == len(set(of_days)) > 3
    # There is no other button to go on with.
    assert [one for one in page.all("button") if one.get("name") != "start"] == []
    assert "ora italiana" in page.html
    assert "mercoledì 3 marzo, 14 orari liberi" in page.html
    assert '10:30</time><span class="visually-hidden"> di mercoledì 3 marzo</span>' in page.html
    assert page.title.startswith("Passo 2 di 4: giorno e ora")


def test_slots_page_after_lost_slot_keeps_all_input(render: Render, times: dict[str, object]) -> None:
    page = render("booking/times.html", **times | {"lost": True, "kept": {"name": "Ada", "answers.attivita": "Sedie"}})
    assert page.title.startswith("Errore: ")
    assert page.hidden()["answers.attivita"] == "Sedie"
    form, pages = page.all("form")
    assert (form["method"], sent_to(form)) == ("post", "/appuntamenti/controlla")
    assert (pages["method"], sent_to(pages)) == ("post", "/appuntamenti/orari")


def test_no_free_time_at_all_still_leaves_a_way(office: Office, render: Render, times: dict[str, object]) -> None:
    page = render("booking/times.html", **times | {"next_slots": [], "days": [], "later": None})
    assert not page.all("form")
    assert f"mailto:{office.identity.email}?subject=" in page.html


def test_the_time_chosen_before_is_still_chosen(render: Render, times: dict[str, object]) -> None:
    page = render("booking/times.html", **times | {"chosen": "2027-03-03T09:30:00Z"})
    (current,) = page.all("button", **{"aria-current": "true"})
    assert current["value"] == "2027-03-03T09:30:00Z"
    assert len([one for one in page.all("details") if "open" in one]) == 1


def test_field_error_is_linked_to_its_field_and_listed_first(render: Render, chosen: dict[str, object]) -> None:
    values = {"start": "2027-03-03T09:30:00Z", "email": 'ada"@esempio.it', "answers.attivita": "Sedie"}
    page = render("booking/details.html", **chosen, values=values, errors=[NAME])
    assert page.title.startswith("Errore: Passo 3 di 4")
    (field,) = page.all("input", name="name")
    assert field["aria-invalid"] == "true"
    assert all(one in page.ids() for one in str(field["aria-describedby"]).split())
    assert page.all("a", href=f"#{field['id']}")
    assert page.all("input", name="email")[0]["value"] == 'ada"@esempio.it'
    assert "autofocus" in page.all("div", role="alert")[0]


def test_a_meeting_on_the_phone_asks_for_the_number(office: Office, render: Render, chosen: dict[str, object]) -> None:
    meeting = next(one for one in office.availability.meetings if one.where == "phone")
    page = render("booking/details.html", **chosen | {"meeting": meeting}, values={}, errors=[])
    assert "Telefono</label>" in page.html


@pytest.mark.parametrize("unavailable", [False, True])
def test_the_last_step_sends_everything_back_both_ways(
    render: Render, chosen: dict[str, object], unavailable: bool
) -> None:
    values = {"start": "2027-03-03T09:30:00Z", "name": "Ada", "email": "ada@esempio.it", "message": "Due\nrighe"}
    page = render("booking/check.html", **chosen, values=values, idempotency_key="chiave", unavailable=unavailable)
    assert [sent_to(form) for form in page.all("form")] == ["/appuntamenti/", "/appuntamenti/dettagli"]
    assert len(page.all("input", name="message", value="Due\nrighe")) == 2
    assert len(page.all("input", name="idempotency_key")) == 1
    assert page.title.startswith("Errore: ") is unavailable
    assert page.all("a", href="/privacy/")


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("can_change", [False, True])
def test_an_appointment_says_how_it_stands(
    render: Render, chosen: dict[str, object], status: Status, can_change: bool
) -> None:
    booking = Booking(
        id="1",
        meeting="conoscitiva",
        status=status,
        start=NOW,
        end=NOW + timedelta(minutes=30),
        name="Ada",
        email="ada@esempio.it",
        created_at=NOW,
        updated_at=NOW,
    )
    about = {"meeting": chosen["meeting"], "service": None, "calendar_url": "/c.ics", "token": "t"}
    live = status in (Status.PENDING, Status.CONFIRMED)
    stands = Standing("Come sta", "Chi lo sa", is_ahead=live)
    steps = NextSteps(None, None, room_was_due=False, reminder_at=None, change_until=None, can_change=can_change)
    page = render("booking/appointment.html", booking=booking, standing=stands, steps=steps, mail="sent", **about)
    assert "Come sta: lunedì 22 febbraio alle 09:00" in page.title
    assert bool(page.all("a", href="/c.ics")) is live
    assert bool(page.all("a", href="/appuntamenti/t/sposta")) is (live and can_change)
    assert bool(page.all("a", href="/appuntamenti/t/annulla")) is (live and can_change)
    assert "lunedì 22 febbraio" in page.html


@pytest.mark.parametrize("unavailable", [False, True])
def test_a_message_that_cannot_go_keeps_its_words(render: Render, unavailable: bool) -> None:
    values = {"message": "Ciao\n<b>", "service": "archivio-digitale"}
    errors = [] if unavailable else [FieldError(field="name", message="Inserisci il tuo nome.")]
    page = render("messages/form.html", values=values, errors=errors, idempotency_key="k", unavailable=unavailable)
    assert "Ciao\n&lt;b&gt;</textarea>" in page.html
    assert "selected" in page.all("option", value="archivio-digitale")[0]
    assert page.title.startswith("Errore: ")


@pytest.mark.parametrize("status", [404, 429, 503])
def test_a_problem_says_what_happened_and_whom_to_write_to(office: Office, render: Render, status: int) -> None:
    problem = Problem(status)
    page = render("problem.html", status=problem.status, title=problem.title, detail=problem.detail)
    assert problem.detail in page.html.replace("&#39;", "'")
    assert office.identity.email in page.html


def test_mail_is_shown_in_a_fully_sandboxed_frame(render: Render) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Ciao", "a@esempio.it"
    message.set_content("Testo")
    message.add_alternative('<p onclick="x()">Testo</p>', subtype="html")
    mail = Received("1", message.as_bytes(), message, "b@esempio.it")
    (frame,) = render("posta/mail.html", mail=mail).all("iframe")
    assert frame["sandbox"] in (None, "")
    assert frame["srcdoc"] == '<p onclick="x()">Testo</p>\n'
    assert render("posta/list.html", mails=[mail]).all("a", href="/posta/1/")
    assert render("posta/list.html", mails=[])


@pytest.mark.parametrize(("country", "is_named"), [("IT", True), ("GB", True), ("CH", False), ("US", False)])
def test_the_law_is_named_where_it_holds(office: Office, country: str, is_named: bool) -> None:
    identity = office.identity.model_copy(update={"country": country})
    abroad = replace(office, identity=identity)
    page = Renderer(lambda: abroad, dev=False)("messages/form.html", values={}, errors=[])
    assert ("informativa sulla privacy</a> (art. 13 del GDPR)." in page) is is_named
    assert ("informativa sulla privacy</a>." in page) is not is_named


def test_page_has_skip_link_first_and_the_owners_legal_footer(office: Office, render: Render) -> None:
    page = render("problem.html", status=404, title="Titolo", detail="Dettaglio")
    first_link = page.all("a")[0]
    assert (first_link["class"], first_link["href"]) == ("skip", "#contenuto")
    assert page.all("html", lang="it")
    for said in (office.identity.name, f"P.IVA {office.identity.vat_number}", office.identity.legal):
        assert said is not None
        assert said in page.html
