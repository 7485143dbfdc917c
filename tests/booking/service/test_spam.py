"""What looks like spam reaches the owner marked; nothing is dropped, and nobody is refused for it."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from plugins.booking.service.spam_score import MARKED_FROM, POINTS, SpamSignals, spam_signals
from plugins.booking.storage.schema import bookings, messages, outbox
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import FREE
from tests.booking.page import Page
from tests.booking.tables import count

OWNER = "bice@example.org"
MESSAGE = {"name": "Ada", "email": "ada@example.com", "message": "Mi serve una mano con i preventivi."}
CHOICE = {"meeting": "conoscitiva", "start": FREE}


def to_owner(desk: Endpoint) -> EmailMessage:
    """The mail that the owner got last."""
    return mails(desk, OWNER)[-1]


def mails(desk: Endpoint, recipient: str) -> list[EmailMessage]:
    with desk.engine.begin() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.recipient == recipient).order_by(outbox.c.id)).all()
    return [message_from_bytes(row.mime, policy=policy.default) for row in rows]


def post(desk: Endpoint, **fields: str) -> EmailMessage:
    answer = desk.http.post("/messaggi/", data=MESSAGE | fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/grazie/")
    return to_owner(desk)


def token(desk: Endpoint) -> str:
    answer = desk.http.get("/messaggi/modulo")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return answer.text


def is_marked(mail: EmailMessage) -> bool:
    marked = str(mail["Subject"]).startswith("[Forse spam] ")
    assert (mail["X-Maglia-Spam"] is not None) is marked
    # SpamAssassin drops headers of this name unread, and rspamd counts them against the mail.
    assert not [name for name in mail if name.lower().startswith("x-spam")]
    return marked


def test_message_sent_without_scripts_or_token_is_not_spam(desk: Endpoint) -> None:
    assert not is_marked(post(desk))


def test_a_message_that_took_its_time_says_nothing_of_spam(desk: Endpoint) -> None:
    begun = token(desk)
    desk.clock.now += timedelta(seconds=30)
    assert not is_marked(post(desk, form_token=begun, message="Tre link: https://a.it https://b.it https://c.it"))


@pytest.mark.parametrize(
    ("fields", "tests"),
    [
        ({"website": "https://x.example"}, "NO_TOKEN,TRAP_FILLED"),
        ({"form_token": "65a.falso", "message": "https://a.it https://b.it https://c.it"}, "FORGED_TOKEN,MANY_LINKS"),
        ({"form_token": "é", "name": "www.pillole.example"}, "FORGED_TOKEN,LINK_IN_NAME"),
        ({"message": '<a href="https://x.example">qui</a>'}, "LINK_MARKUP,NO_TOKEN"),
        ({"message": "[url=https://x.example]backlinks[/url]"}, "LINK_MARKUP,NO_TOKEN,WARES"),
    ],
)
def test_spam_like_message_is_delivered_marked_with_the_reasons(
    desk: Endpoint, fields: dict[str, str], tests: str
) -> None:
    mail = post(desk, **fields)
    assert is_marked(mail)
    assert mail["X-Maglia-Spam"].endswith(f" required={MARKED_FROM} tests={tests}")
    assert count(desk.engine, messages) == 1


def test_form_filled_instantly_and_full_of_links_is_marked_spam(desk: Endpoint) -> None:
    links = "https://a.it https://b.it https://c.it"
    assert "tests=MANY_LINKS,TOO_FAST" in post(desk, form_token=token(desk), message=links)["X-Maglia-Spam"]


def test_form_left_open_for_days_is_not_marked_spam(desk: Endpoint) -> None:
    begun = token(desk)
    desk.clock.now += timedelta(days=3)
    assert not is_marked(post(desk, form_token=begun))


def test_api_message_is_scored_for_spam_by_its_words_alone(desk: Endpoint) -> None:
    desk.http.post("/api/messages", json=MESSAGE)
    assert not is_marked(to_owner(desk))
    desk.clock.now += timedelta(seconds=1)
    desk.http.post("/api/messages", json=MESSAGE | {"message": "<a href=x>casino</a>"})
    assert is_marked(to_owner(desk))


def test_suspect_booking_is_kept_and_marked_for_the_owner_only(desk: Endpoint) -> None:
    details = Page(desk.http.get("/appuntamenti/dettagli", params=CHOICE)).form("/appuntamenti/controlla")
    assert details.fields["website"] == ""
    check = Page(details.send(desk.http, name="Ada", email="ada@example.com", website="https://x.example"))
    assert check.form("/appuntamenti/").send(desk.http).status_code == 303
    assert count(desk.engine, bookings) == 1
    assert is_marked(to_owner(desk))
    assert "tests=TOO_FAST,TRAP_FILLED" in to_owner(desk)["X-Maglia-Spam"]
    assert not is_marked(mails(desk, "ada@example.com")[0])


def test_an_unhurried_booking_is_not_suspect(desk: Endpoint) -> None:
    details = Page(desk.http.get("/appuntamenti/dettagli", params=CHOICE)).form("/appuntamenti/controlla")
    desk.clock.now += timedelta(seconds=40)
    check = Page(details.send(desk.http, name="Ada", email="ada@example.com"))
    check.form("/appuntamenti/").send(desk.http)
    assert not is_marked(to_owner(desk))


def test_spam_trap_and_token_are_ignored_by_idempotency(desk: Endpoint) -> None:
    first = {**MESSAGE, "idempotency_key": "k", "form_token": token(desk)}
    desk.clock.now += timedelta(seconds=5)
    for fields in (first, first | {"form_token": token(desk)}, first | {"website": "x"}):
        assert desk.http.post("/messaggi/", data=fields).headers["location"] == "/grazie/"
    assert count(desk.engine, messages) == 1


def test_a_form_that_is_wrong_keeps_when_it_was_begun(desk: Endpoint) -> None:
    begun = token(desk)
    desk.clock.now += timedelta(seconds=5)
    again = Page(desk.http.post("/messaggi/", data={"form_token": begun})).form("/messaggi/")
    assert again.fields["form_token"] == begun
    fresh = Page(desk.http.post("/messaggi/", data={"name": ""})).form("/messaggi/")
    assert fresh.fields["form_token"] not in {"", begun}


def test_only_allowed_origins_may_read_a_form_token(content: Path, tmp_path: Path) -> None:
    ours = "https://example.it"
    environment = {"BOOKING_ALLOWED_ORIGINS": ours, "BOOKING_SITE_URL": ours, "BOOKING_SECRET_KEY": "k" * 32}
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", None, **environment) as desk:
        for origin, allowed in ((ours, ours), ("https://evil.example", None), ("null", None)):
            answer = desk.http.get("/messaggi/modulo", headers={"Origin": origin})
            assert answer.headers.get("access-control-allow-origin") == allowed
            assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("name", ["D'Angelo", "Nicolò", "Zoë 李", "Www Rossi"])
def test_an_unusual_name_is_no_signal(name: str) -> None:
    assert spam_signals(name, ("Buongiorno, il mio sito è www.rossi.it",)) == SpamSignals()


def test_the_trap_alone_is_enough_and_nothing_else_is() -> None:
    assert {signal for signal, points in POINTS.items() if points >= MARKED_FROM} == {"TRAP_FILLED"}
