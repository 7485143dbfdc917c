"""What follows a meeting: one mail, in her words, and nothing where she has none or it is too late."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.booking.jobs.lifecycle import LifecycleJob
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.storage.outdated_mails import let_lapse
from plugins.booking.storage.schema import outbox
from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from plugins.domain.booking_lifecycle import Actor
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content

DAY = timedelta(days=1)
WORDS: dict[str, Any] = {
    "follow_up": "1d",
    "follow_up_text": "Grazie di cuore.\n\nA presto.",
    "no_show_text": "Peccato!",
}


@contextmanager
def held(folder: Path, talk: dict[str, Any] | None = None, **rules: object) -> Iterator[tuple[Endpoint, str]]:
    """An office in which a meeting was booked, with its id, two hours after the meeting is over."""
    with endpoint(write_content(folder, talk, **rules), f"sqlite:///{folder}/booking.db") as desk:
        booked = desk.http.post("/api/bookings", json=asked())
        assert booked.status_code == 201
        desk.clock.now += DAY + timedelta(hours=4)
        yield desk, booked.json()["id"]


def job(desk: Endpoint) -> LifecycleJob:
    office = ContentReloader(desk.content)
    services = services_of(desk.settings, desk.store, desk.clock, office)
    return LifecycleJob(desk.engine, services, office, desk.clock)


def sent(desk: Endpoint) -> list[tuple[str, str]]:
    """Subject and words of what follows."""
    job(desk).make()
    with desk.engine.connect() as connection:
        rows = connection.execute(select(outbox.c.mime).where(outbox.c.kind == "follow-up-visitor")).scalars().all()
    mails = [message_from_bytes(mime, policy=policy.default) for mime in rows]
    bodies = [mail.get_body(("plain",)) for mail in mails]
    return [
        (str(mail["Subject"]), body.get_content() if body else "") for mail, body in zip(mails, bodies, strict=True)
    ]


def test_thanks_follow_a_meeting_once(tmp_path: Path) -> None:
    with held(tmp_path, **WORDS) as (desk, _id):
        assert sent(desk) == []
        desk.clock.now += DAY
        ((subject, words),) = sent(desk)
        assert subject.startswith("Grazie: ")
        assert "Grazie di cuore.\r\n\r\nA presto." in words.replace("\n", "\r\n").replace("\r\r", "\r")
        assert "Peccato" not in words
        desk.clock.now += timedelta(hours=1)
        assert len(sent(desk)) == 1


def test_a_missed_meeting_has_words_of_its_own(tmp_path: Path) -> None:
    with held(tmp_path, **WORDS) as (desk, booking_id):
        office = ContentReloader(desk.content)
        services_of(desk.settings, desk.store, desk.clock, office).changes.miss(booking_id)
        desk.clock.now += DAY
        ((subject, words),) = sent(desk)
        assert subject.startswith("Non ci siamo trovati: ")
        assert "Peccato!" in words


def test_without_words_nothing_follows(tmp_path: Path) -> None:
    with held(tmp_path, follow_up="1d", no_show_text="Peccato!") as (desk, _id):
        desk.clock.now += DAY
        assert sent(desk) == []


def test_what_was_held_long_ago_is_left_alone(tmp_path: Path) -> None:
    with held(tmp_path, **WORDS) as (desk, _id):
        desk.clock.now += 4 * DAY
        assert sent(desk) == []


def test_a_kind_of_meeting_has_its_own_words_and_time(tmp_path: Path) -> None:
    own = {"follow_up": "1h", "follow_up_text": "Ecco gli appunti."}
    with held(tmp_path, own, **WORDS) as (desk, _id):
        ((_subject, words),) = sent(desk)
        assert "Ecco gli appunti." in words


def test_a_called_off_meeting_is_followed_by_nothing(tmp_path: Path) -> None:
    with endpoint(write_content(tmp_path, **WORDS), f"sqlite:///{tmp_path}/booking.db") as desk:
        booked = desk.http.post("/api/bookings", json=asked()).json()
        services = services_of(desk.settings, desk.store, desk.clock, ContentReloader(desk.content))
        services.changes.cancel(booked["id"], Actor.OWNER)
        desk.clock.now += 2 * DAY + timedelta(hours=4)
        assert sent(desk) == []


def test_it_goes_out_though_the_meeting_is_over(tmp_path: Path) -> None:
    with held(tmp_path, **WORDS) as (desk, _id):
        desk.clock.now += DAY
        assert len(sent(desk)) == 1
        with desk.engine.begin() as connection:
            mail = connection.execute(select(outbox).where(outbox.c.kind == "follow-up-visitor")).one()
            assert not let_lapse(connection, mail, desk.clock.now)


@pytest.mark.parametrize(
    ("rules", "talk", "told"),
    [
        ({"follow_up": "1d"}, {}, "Manca che cosa scrivere"),
        ({"follow_up_text": "Grazie"}, {}, "non parte mai"),
        ({}, {"no_show_text": "Peccato"}, "non parte mai"),
        ({}, {"follow_up": "1d"}, "Manca che cosa scrivere"),
        ({"follow_up": "1d"}, {"follow_up_text": "Grazie"}, None),
        ({"follow_up_text": "Grazie"}, {"follow_up": "1d"}, None),
    ],
)
def test_words_and_time_go_together(
    tmp_path: Path, rules: dict[str, Any], talk: dict[str, Any], told: str | None
) -> None:
    content = write_content(tmp_path, talk, **rules)
    if told is None:
        read_office(content)
    else:
        with pytest.raises(ContentError, match=told):
            read_office(content)


@pytest.mark.parametrize(
    ("rules", "talk", "is_wrong"),
    [
        ({"testimonials": True}, {}, True),
        ({"testimonials": True, "follow_up": "1d", "no_show_text": "Peccato"}, {}, True),
        ({"follow_up": "1d"}, {"testimonials": True, "no_show_text": "Peccato"}, True),
        ({"testimonials": True} | WORDS, {}, False),
        ({"testimonials": True, "follow_up": "1d"}, {"follow_up_text": "Grazie"}, False),
        (WORDS, {"testimonials": True}, False),
        ({"testimonials": False}, {"testimonials": False}, False),
    ],
)
def test_words_are_asked_for_only_where_a_mail_follows(
    tmp_path: Path, rules: dict[str, Any], talk: dict[str, Any], is_wrong: bool
) -> None:
    content = write_content(tmp_path, talk, **rules)
    if is_wrong:
        with pytest.raises(ContentError, match="Le parole dei clienti si chiedono nella mail"):
            read_office(content)
    else:
        read_office(content)


@pytest.mark.parametrize(("own", "is_asked"), [(None, True), (False, False), (True, True)])
def test_a_kind_of_meeting_says_whether_words_are_asked_for(tmp_path: Path, own: bool | None, is_asked: bool) -> None:
    talk = {} if own is None else {"testimonials": own}
    with held(tmp_path, talk, testimonials=True, **WORDS) as (desk, _id):
        desk.clock.now += DAY
        ((_subject, words),) = sent(desk)
        assert ("/appuntamenti/parole/" in words) is is_asked
