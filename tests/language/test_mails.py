"""Nothing that a mail or an invitation says is said past the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import icalendar
import pytest
from sqlalchemy import select

from plugins.booking.mail.texts.contact_mails import message_mails
from plugins.booking.mail.texts.sign_in_mail import sign_in_mail
from plugins.booking.storage.outbox import Outbox
from plugins.booking.storage.schema import history, outbox
from plugins.content.office_reader import read_office
from plugins.domain.bookings import Message
from tests.booking.mail.texts.golden_mails import LIVES, Scene, mails_of, scene
from tests.booking.office import NOW
from tests.language.marking import take_words_away, unmarked, unmarked_on

# What the lives of the golden mails type.
TYPED = re.compile(
    "Quel giorno sono in viaggio.|Ho un contrattempo.|Ho la febbre.|Non riesco a venire.|Vendo gomitoli|Ada Rossi"
    r"|Buongiorno,(?:\s*|<br>)ho un negozio di lana\.|[a-z]+@example\.(?:com|org)|ricerca|attivita"
)


def left_in(mime: bytes) -> list[tuple[str, str]]:
    mail: Any = message_from_bytes(mime, policy=policy.default)
    found = [("subject", str(mail["Subject"])), ("plain", mail.get_body(("plain",)).get_content())]
    found += [("html", text) for _, text in unmarked_on(TYPED.sub(" ", mail.get_body(("html",)).get_content()))]
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            calendar: Any = icalendar.Calendar.from_ical(part.get_content())
            (event,) = calendar.walk("VEVENT")
            found += [(name, str(event[name])) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")]
    return [(where, " ".join(left)) for where, text in found if (left := unmarked(TYPED.sub(" ", text)))]


@pytest.mark.parametrize("life", LIVES)
def test_each_mail_of_a_life_speaks_out_of_the_catalogue(life: str, tmp_path: Path, with_marks: None) -> None:
    written = mails_of(life, tmp_path, take_words_away)
    assert written
    assert {name: left for name, mime in written.items() if (left := left_in(mime))} == {}
    for mime in written.values():
        mail: Any = message_from_bytes(mime, policy=policy.default)
        assert '<html lang="el-GR">' in mail.get_body(("html",)).get_content()
        assert "⟦" in str(mail["Subject"])


@pytest.fixture
def life(tmp_path: Path, with_marks: None) -> Iterator[Scene]:
    with scene(tmp_path, take_words_away) as found:
        yield found


def test_the_other_mails_speak_out_of_the_catalogue(life: Scene, tmp_path: Path) -> None:
    write, office = life.services.mail_composer, read_office(tmp_path / "office")
    message = Message(id="x", name="xx", email="x@x.xx", message="xxx", created_at=NOW)
    zone = office.availability.timezone
    mails = [*message_mails(message, None, office.identity, zone, "x@x.xx")]
    mails.append(sign_in_mail("https://x.xx/", "12345678", timedelta(minutes=15), office.identity, "x@x.xx"))
    written = [*write.envelopes(mails, NOW), *write.about_message(message, NOW, "Yes")]
    assert [left for one in written if (left := left_in(one.mime))] == []


def test_the_daily_digest_speaks_out_of_the_catalogue(life: Scene) -> None:
    queue = Outbox(life.engine)
    life.book()
    life.book(start="2027-01-14T11:30:00+01:00")
    life.services.booking_service.leave_message({"name": "xx", "email": "x@x.xx", "message": "xx"}, None)
    with life.engine.begin() as connection:
        first = connection.execute(select(history.c.booking_id).order_by(history.c.id)).scalars().first()
        connection.execute(outbox.delete().where(outbox.c.about == first))
    while leased := queue.lease(life.clock.now):
        queue.dead(leased, life.clock.now, "xx")
    life.clock.now += timedelta(hours=22)
    life.lifecycle_job.make()
    with life.engine.begin() as connection:
        digests = connection.execute(select(outbox.c.mime).where(outbox.c.kind == "digest")).scalars().all()
    assert digests
    assert [left for mime in digests if (left := left_in(mime))] == []
