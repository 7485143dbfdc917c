"""The owner at her agenda: she signs in through her mail, and presses what the pages offer."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import httpx
from sqlalchemy import select

from plugins.booking.storage.schema import outbox
from tests.booking.endpoint import Endpoint
from tests.booking.office import asked
from tests.booking.page import Page


def link(desk: Endpoint) -> str:
    """Ask for a link, and read it in the mail."""
    before = links(desk)
    answer = desk.http.post("/agenda/entra")
    assert answer.status_code == 303, answer.text
    return next(one for one in links(desk) if one not in before)


def links(desk: Endpoint) -> list[str]:
    """The paths of all links mailed so far."""
    return [re.findall(r"/agenda/entra/[\w-]+/", text)[0] for text in mails(desk, kind="sign-in")]


def sign_in(desk: Endpoint) -> Page:
    """Enter, and return the first page."""
    assert desk.http.post(link(desk)).status_code == 303
    return read(desk, "/agenda/")


def read(desk: Endpoint, path: str) -> Page:
    """Read a page that is there."""
    answer = desk.http.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return Page(answer)


def press(desk: Endpoint, page: Page, action: str, **typed: str) -> Page:
    """Send a form and follow to where it leads; what goes with a button of its own is named by its action."""
    answer = page.form(action).send(desk.http, **typed)
    assert answer.status_code == 303, answer.text
    return read(desk, answer.headers["location"])


def mails(desk: Endpoint, kind: str | None = None, to: str | None = None) -> list[str]:
    """The plain words of the mails queued so far, with their subject."""
    query = select(outbox).order_by(outbox.c.id)
    with desk.engine.begin() as connection:
        rows = connection.execute(query).all()
    wanted = [row for row in rows if (kind is None or row.kind == kind) and (to is None or row.recipient == to)]
    read: list[Any] = [message_from_bytes(row.mime, policy=policy.default) for row in wanted]
    return [f"{one['Subject']}\n{one.get_body(('plain',)).get_content()}" for one in read]


def book(desk: Endpoint, **changed: object) -> str:
    """Book as a visitor, and return the booking's id."""
    with httpx.Client(base_url=desk.http.base_url) as visitor:
        answer = visitor.post("/api/bookings", json=asked(**changed))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def status(desk: Endpoint, booking_id: str) -> str:
    """How a booking stands in the database."""
    booking = desk.store.booking(booking_id)
    assert booking
    return booking.status.value
