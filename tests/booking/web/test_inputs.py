"""Thousands of hostile inputs in every field: no 5xx, nothing reflected raw, no header or recipient too many."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import select

from plugins.booking.mail.delivery import Delivery
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.storage.schema import messages, outbox
from plugins.domain.email_address import checked_address
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.naughty import MARK, made, written
from tests.booking.office import NOW, asked, write_content
from tests.booking.sink import Sink, sinking
from tests.soak import soak_count

OWNER = "bice@example.org"
BOOKING = ("meeting", "start", "name", "email", "phone", "service", "message", "answers.attivita", "timezone")
MESSAGE = ("name", "email", "subject", "service", "message")
FORMS = {
    "/messaggi/": (*MESSAGE, "idempotency_key", "form_token", "website"),
    "/appuntamenti/": (*BOOKING, "idempotency_key", "form_token", "website"),
    "/appuntamenti/controlla": BOOKING,
    "/appuntamenti/date": (*BOOKING, "repeat.count", "repeat.every", "repeat.date.2027-01-19"),
    "/appuntamenti/dettagli": BOOKING,
    "/appuntamenti/orari": (*BOOKING, "from"),
}
QUERIES = {
    "/appuntamenti/orari": ("meeting", "service", "from", "timezone", "start"),
    "/appuntamenti/dettagli": ("meeting", "service", "start", "timezone"),
    "/api/slots": ("meeting", "from", "to", "limit"),
    "/agenda/": ("fatto", "mandato"),
}
HEADERS = ("Idempotency-Key", "User-Agent", "Referer", "Cookie", "Accept-Language", "X-Forwarded-For", "Authorization")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# Elements that no letter of ours has.
FOREIGN = re.compile(r"<(?!/?(?:html|head|meta|title|body|p|dl|dt|dd|b|ul|li|a|br|small)\b|!doctype)", re.I)
# All that our mails and the relay's own trace ever have.
KNOWN = {
    *("from", "to", "reply-to", "subject", "date", "message-id", "auto-submitted", "content-language", "mime-version"),
    *("content-type", "content-transfer-encoding", "content-disposition", "in-reply-to", "references"),
    *("x-auto-response-suppress", "x-maglia-spam", "x-maglia-message-id"),
}


@dataclass
class Attack:
    """Sends inputs to an endpoint and holds each answer to what any answer must be."""

    desk: Endpoint
    token: str
    sent: int = 0
    numbers: Iterator[int] = field(default_factory=count)

    def start(self) -> str:
        """A time that is probably free."""
        number = next(self.numbers)
        day = NOW + timedelta(days=2 + number // 8 % soak_count(28, 300))
        return f"{day:%Y-%m-%d}T{9 + number % 8 // 2:02}:{30 * (number % 2):02}:00+01:00"

    def fields(self, name: str, text: str, message: bool) -> dict[str, str]:
        """A form that could be accepted but for one field."""
        booking = asked(start=self.start(), name="Ada", email=f"ada{self.sent % 50}@example.com")
        good = {"name": "Ada", "email": "ada@example.com", "message": f"Ciao {self.sent}"} if message else booking
        return {key: str(value) for key, value in good.items()} | {name: text}

    def form(self, path: str, name: str, text: str) -> None:
        """As a browser's form sends it; what is no Unicode goes as the bytes that it would be."""
        fields = self.fields(name, text, path == "/messaggi/")
        body = "&".join(f"{key}={quote(value.encode('utf-8', 'surrogatepass'))}" for key, value in fields.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.hold(self.desk.http.post(path, content=body, headers=headers), text)

    def json(self, path: str, name: str, value: object) -> None:
        """As a program sends it."""
        plain = self.fields("name", "Ada", path == "/api/messages")
        key, _, inner = name.partition(".")
        fields: dict[str, object] = {**plain, key: {inner: value} if inner else value}
        if path.endswith(("cancel", "reschedule")):
            fields = {name: value}
        headers = {"Content-Type": "application/json"}
        self.hold(self.desk.http.post(path, content=json.dumps(fields), headers=headers), str(value))

    def query(self, path: str, name: str, text: str) -> None:
        """In the address."""
        told = urlencode({"meeting": "conoscitiva"} | {name: text.encode("utf-8", "surrogatepass")})
        self.hold(self.desk.http.get(f"{path}?{told}"), text)

    def path(self, text: str) -> None:
        """In the place of a token."""
        for where in ("/appuntamenti/{}/", "/api/bookings/{}", "/agenda/entra/{}/", "/agenda/appuntamenti/{}/"):
            told = where.format(quote(text.encode("utf-8", "surrogatepass"), safe=""))
            if len(told) < 8_000:
                self.hold(self.desk.http.get(told), text)

    def header(self, name: str, text: str) -> None:
        """In a header, as far as HTTP carries it."""
        value = "".join(char for char in text if char not in "\r\n\0").strip().encode("utf-8", "replace")[:2000]
        message = {"name": "Ada", "email": "ada@example.com", "message": f"Ciao {self.sent}"}
        try:
            answer = self.desk.http.post("/messaggi/", data=message, headers={name.encode(): value})
        except httpx.LocalProtocolError:
            return  # no client can send it
        self.hold(answer, text)

    def hold(self, answer: httpx.Response, text: str) -> None:
        """No 5xx, no header of the input's own, nothing of it raw in a page, and a 422 that says what to do."""
        self.sent += 1
        where = (str(answer.request.url)[:200], answer.status_code, text[:200])
        assert answer.status_code < 500, where
        assert not [name for name, value in answer.headers.items() if MARK in name or MARK in value], where
        kind = answer.headers.get("content-type", "")
        if kind.startswith("text/html"):
            body = answer.text.lower()
            raw = [piece for piece in (f"<{MARK}", f"<b>{MARK}", f"<script>{MARK}", f"={MARK}()", f"<h1>{MARK}")]
            assert not [piece for piece in raw if piece in body and _opens(body, piece)], where
        if answer.status_code == 422 and "json" in kind:
            assert all(error["message"][:1].isupper() for error in answer.json()["errors"]), where


def _opens(body: str, piece: str) -> bool:
    """Whether a piece stands in a page as markup: what is escaped has its sign of less written out."""
    before = body.split(piece)[0]
    return piece.startswith("<") or before.rfind("<") > before.rfind("&lt;")


@pytest.fixture(scope="module")
def relay() -> Iterator[Sink]:
    with sinking() as running:
        yield running


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attack]:
    folder = tmp_path_factory.mktemp("inputs")
    content = write_content(folder / "content", horizon=f"{soak_count(30, 365)}d")
    with endpoint(content, f"sqlite:///{folder}/booking.db") as desk:
        desk.http.timeout = httpx.Timeout(300)  # how long an answer takes is no matter here
        answer = desk.http.post("/api/bookings", json=asked())
        yield Attack(desk, answer.json()["manage_url"].rstrip("/").rpartition("/")[2])


def ways(attack: Attack) -> list[tuple[object, ...]]:
    """Every field, by every way it can come."""
    booking, page = f"/api/bookings/{attack.token}", f"/appuntamenti/{attack.token}"
    return [
        *((attack.form, path, name) for path, names in FORMS.items() for name in names),
        *((attack.form, f"{page}/{what}", name) for what, name in (("sposta", "start"), ("annulla", "reason"))),
        *((attack.json, "/api/bookings", name) for name in BOOKING),
        *((attack.json, "/api/messages", name) for name in MESSAGE),
        *((attack.json, f"{booking}/{what}", name) for what, name in (("reschedule", "start"), ("cancel", "reason"))),
        *((attack.query, path, name) for path, names in QUERIES.items() for name in names),
        *((attack.header, name) for name in HEADERS),
        (attack.path,),
    ]  # fmt: skip


@pytest.mark.soak
def test_control_characters_are_refused_and_unusual_names_are_kept_unchanged(attack: Attack) -> None:
    told = attack.desk.http
    for name in ("D'Angelo", "Nicolò", "Zoë 李", "O’Brien", "Łukasz"):
        for path, fields in (
            ("/api/messages", {}),
            ("/api/bookings", {"start": attack.start(), "meeting": "conoscitiva"}),
        ):
            body = {"name": name, "email": "zoe@example.com", "message": name} | fields
            assert told.post(path, json=body).status_code == 201
    with attack.desk.engine.begin() as connection:
        kept = set(connection.execute(select(messages.c.name)).scalars())
    assert {"D'Angelo", "Nicolò", "Zoë 李", "O’Brien", "Łukasz"} <= kept
    encoded = f"=?utf-8?q?a=0D=0ABcc:_{MARK}@evil.it?="
    for text in ("Ada\r\nBcc: x", "Ada\x00", "Ada\x1b[31m", "Ada\u2028x", "Ada\x85x", "\ud83d", "Ada\u202ex", encoded):
        for path, names in (("/api/messages", MESSAGE), ("/api/bookings", BOOKING)):
            for name in names:
                if name in {"meeting", "answers.attivita"} or (name == "message" and text.startswith("Ada\r\n")):
                    continue
                fields = attack.fields(name, text, path == "/api/messages")
                answer = told.post(path, content=json.dumps(fields), headers={"Content-Type": "application/json"})
                assert answer.status_code == 422, (path, name, text)
                assert [error["field"] for error in answer.json()["errors"]] == [name]


@pytest.mark.soak
def test_no_hostile_text_in_any_field_does_any_harm(attack: Attack, relay: Sink) -> None:
    rng = random.Random(20270112)
    texts = written()
    every = ways(attack)
    rng.shuffle(texts)
    # Each way meets as many texts of its own as it takes for all of them together to be that many.
    each = -(-soak_count(160, 6_000) // len(every))
    for number, (send, *about) in enumerate(every):
        for turn in range(each):
            known = (number * each + turn) % (2 * len(texts))
            send(*about, texts[known] if known < len(texts) else made(rng))  # type: ignore[operator]
    assert attack.sent >= soak_count(160, 6_000)
    held_at_the_relay(attack, relay)


def held_at_the_relay(attack: Attack, relay: Sink) -> None:
    """Hand over all that was queued, and hold what came out against what may."""
    desk, asked_for = attack.desk, []

    def heard(recipient: str) -> str:
        asked_for.append(recipient)
        return ""

    relay.at_recipient = heard
    with desk.engine.begin() as connection:
        queued = connection.execute(select(outbox.c.recipient).where(outbox.c.state == "pending")).scalars().all()
    Delivery(desk.outbox, SmtpSender(relay.relay, "localhost"), desk.clock).deliver_due()
    assert len(relay.taken) == len(queued) > 0
    # One recipient a mail, and none that is not in the outbox.
    assert sorted(asked_for) == sorted(queued)
    for mail in relay.taken:
        assert mail.recipient == OWNER or checked_address(mail.recipient)
        head = mail.raw.partition(b"\r\n\r\n")[0]
        names = {name.lower() for name in re.findall(r"^([\w-]+):", head.decode("ascii"), re.MULTILINE)}
        assert names <= KNOWN, names - KNOWN
        parsed = message_from_bytes(mail.raw, policy=policy.default)
        assert [one.addr_spec for one in parsed["To"].addresses] == [mail.recipient]
        assert len(parsed["From"].addresses) == 1
        for part in parsed.walk():
            if part.get_content_type() == "text/html":
                assert not re.search(
                    r"<(?!/?(?:html|head|meta|title|body|p|dl|dt|dd|b|ul|li|a|br|small)\b|!doctype)",
                    str(part.get_content()),
                )
            if part.get_content_type() == "text/calendar":
                text = str(part.get_content())
                # Within a value such words are words: what counts is a line of its own.
                assert [len(re.findall(rf"^{edge}:VEVENT\r?$", text, re.MULTILINE)) for edge in ("BEGIN", "END")] == [
                    1,
                    1,
                ]
                assert len(re.findall(r"^ATTENDEE", text, re.MULTILINE)) <= 1
                assert not re.search(rf"^X-{MARK}|^BEGIN:VALARM", text, re.MULTILINE)
        if mail.recipient != OWNER:
            # Nothing that was typed but the address it goes to.
            assert MARK.encode() not in mail.raw.replace(mail.recipient.encode(), b"")


@pytest.mark.soak
def test_bodies_and_forms_that_are_torn_apart_get_an_answer(attack: Attack) -> None:
    rng = random.Random(20270113)
    good = urlencode(attack.fields("name", "Zoë", message=True)).encode()
    boundary = b'--x\r\nContent-Disposition: form-data; name="name"; filename="a.html"\r\n\r\nAda\r\n--x--\r\n'
    kinds = [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json",
        "multipart/form-data",
        "",
    ]
    for number in range(soak_count(100, 3_000)):
        kind = kinds[number % len(kinds)]
        body = bytearray(
            boundary if "multipart" in kind else json.dumps({"name": "Ada"}).encode() if "json" in kind else good
        )
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(body) + 1)
            body[at : at + rng.randint(0, 3)] = rng.choice(
                [b"%", b"&", b"=", b"\r\n", b"--x", b"\0", b"\xff", b"%ff", b";", b"{", b'"']
            )
        path = rng.choice(["/messaggi/", "/appuntamenti/", "/api/messages", "/api/bookings", "/agenda/entra"])
        attack.hold(attack.desk.http.post(path, content=bytes(body), headers={"Content-Type": kind}), "")


@pytest.mark.soak
def test_generated_api_requests_are_answered_as_the_openapi_document_says(attack: Attack) -> None:
    schema = schemathesis.openapi.from_url(f"{attack.desk.http.base_url}/api/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) >= 8
    for operation in operations:

        @settings(
            max_examples=soak_count(1, 250), deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(GenerationMode.NEGATIVE) | operation.as_strategy(GenerationMode.POSITIVE))
        def answers(case: schemathesis.Case[Any]) -> None:
            attack.sent += 1
            case.validate_response(case.call(), checks=CHECKS)

        answers()
