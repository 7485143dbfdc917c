"""Calendars that are slow, wrong or hostile."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from plugins.booking.calendars.client import http_client
from plugins.booking.calendars.client.caldav import Collection
from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.client.http_login import Login
from plugins.booking.calendars.entries.calendar_objects import CalendarObjects
from plugins.booking.calendars.entries.write_refusal import WriteFailed
from plugins.domain.wall_clock import Interval
from tests.booking.calendars.server import answering, say

NOW = datetime(2027, 1, 11, 8, tzinfo=UTC)
WEEK = Interval(NOW, NOW + timedelta(days=7))
LOGIN = Login("bice", "segreto")


def test_an_answer_comes_whole_with_its_status() -> None:
    with answering(lambda handler: say(handler, 404, b"non c'e")) as address:
        reply = ask(Question("GET", address))
    assert (reply.status, reply.body) == (404, b"non c'e")


def test_the_login_is_sent_and_never_shown() -> None:
    seen: list[str | None] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers["authorization"])
        say(handler, 200)

    with answering(answer) as address:
        ask(Question("GET", address, LOGIN))
    assert seen == ["Basic YmljZTpzZWdyZXRv"]
    assert "segreto" not in repr(Question("GET", address, LOGIN))


def test_deadline_covers_the_whole_answer_of_a_slowly_dripping_server() -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    with answering(drip) as address, pytest.raises(Unanswered, match="within"):
        ask(Question("GET", address), deadline=0.3)


def test_an_answer_without_end_is_left_at_its_limit() -> None:
    with answering(lambda handler: say(handler, 200, b"x" * 100_000)) as address:
        with pytest.raises(Unanswered, match="longer"):
            ask(Question("GET", address, limit=99_999))
        assert len(ask(Question("GET", address, limit=100_000)).body) == 100_000


def redirecting(to: str, first: str = "/calendario.ics") -> object:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == first:
            say(handler, 302, Location=to)
        else:
            say(handler, 200, b"arrivato")

    return answer


def test_a_redirect_on_this_machine_is_followed() -> None:
    with answering(redirecting("/altrove")) as address:  # type: ignore[arg-type]
        assert ask(Question("GET", address)).body == b"arrivato"


@pytest.mark.parametrize(
    "to", ["http://example.org/", "file:///etc/passwd", "ftp://127.0.0.1/", "http://169.254.169.254/"]
)
def test_a_redirect_to_what_is_not_https_is_not_followed(to: str) -> None:
    with answering(redirecting(to)) as address, pytest.raises(Unanswered, match="not https"):  # type: ignore[arg-type]
        ask(Question("GET", address))


def test_a_redirect_from_elsewhere_to_this_machine_is_not_followed() -> None:
    with pytest.raises(Unanswered, match="this very machine"):
        http_client._followed("https://calendario.example/a.ics", "http://127.0.0.1:5432/")


def test_redirects_come_to_an_end() -> None:
    with (
        answering(redirecting("/calendario.ics")) as address,  # type: ignore[arg-type]
        pytest.raises(Unanswered, match="again and again"),
    ):
        ask(Question("GET", address))


@pytest.mark.parametrize("method", ["GET", "PUT", "REPORT", "DELETE"])
def test_a_login_goes_nowhere_but_where_it_was_meant_to(method: str) -> None:
    with (
        answering(redirecting("/altrove")) as address,  # type: ignore[arg-type]
        pytest.raises(Unanswered, match="another address"),
    ):
        ask(Question(method, address, LOGIN))


@pytest.mark.parametrize(
    ("onward", "to"),
    [
        ("/dav/calendars", "/dav/calendars"),
        ("/dav/calendars?token=SEGRETO#x", "/dav/calendars"),
        ("https://ada:SEGRETO@cloud.example/dav/", "https://cloud.example/dav/"),
        ("/" + "x" * 5000, None),
    ],
)
def test_where_an_address_moved_to_is_kept_for_the_owner(onward: str, to: str | None) -> None:
    with answering(redirecting(onward)) as address, pytest.raises(Unanswered) as told:  # type: ignore[arg-type]
        ask(Question("REPORT", address, LOGIN))
    found = told.value.values["to"]
    assert len(found) <= 300
    if to is not None:
        assert found == (to if "://" in to else address.replace("/calendario.ics", to))
    assert "SEGRETO" not in told.value.stored
    assert "127.0.0.1" not in str(told.value)
    assert "cloud" not in str(told.value)


def test_where_a_secret_address_leads_is_told_by_host() -> None:
    onward = "http://altro.example/SEGRETO"
    with answering(redirecting(onward)) as address, pytest.raises(Unanswered) as told:  # type: ignore[arg-type]
        ask(Question("GET", address))
    assert told.value.values == {"to": "altro.example"}
    assert "example" not in str(told.value)


def test_why_there_is_no_connection_is_told() -> None:
    with pytest.raises(Unanswered) as told:
        ask(Question("GET", "https://nessuno.invalid/"))
    assert told.value.reason is Reason.UNKNOWN_HOST
    assert "nessuno" not in told.value.stored
    with pytest.raises(Unanswered) as told:
        ask(Question("GET", "http://127.0.0.1:1/"))
    assert told.value.reason is Reason.CONNECTION


def test_a_certificate_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        def shake() -> None:
            opened, _ = listening.accept()
            with opened, suppress(OSError), context.wrap_socket(opened, server_side=True):
                pass

        thread = threading.Thread(target=shake)
        thread.start()
        with pytest.raises(Unanswered) as told:
            ask(Question("GET", f"https://127.0.0.1:{port}/"))
        thread.join()
    assert told.value.reason is Reason.CERTIFICATE


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "https://127.0.0.1:1/", "https://nessuno.invalid/", "https://[::1/"]
)
def test_nobody_there_is_told(address: str) -> None:
    with pytest.raises(Unanswered, match="no connection"):
        ask(Question("GET", address))


def test_certificates_are_verified() -> None:
    assert http_client._tls().verify_mode is ssl.CERT_REQUIRED
    assert http_client._tls().check_hostname
    with answering(lambda handler: say(handler, 200)) as address, pytest.raises(Unanswered):
        ask(Question("GET", address.replace("http:", "https:")))


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>Accedi</html>", "answers 200"),
        (401, b"", "credentials are not accepted"),
        (404, b"", "no such calendar"),
        (207, b"niente", "not XML"),
        (207, b"<html/>", "no list of events"),
        (207, b"\xff\xfe\x00", "not in UTF-8"),
        (207, b'<?xml version="1.0" encoding="inesistente"?><a/>', "not XML"),
        (207, b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>', "entities"),
        (207, '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'.encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_list_of_events_is_told(status: int, body: bytes, why: str) -> None:
    with answering(lambda handler: say(handler, status, body)) as address, pytest.raises(Unanswered, match=why):
        Collection(address, LOGIN, ask).events(WEEK)


@pytest.mark.parametrize("status", [302, 403, 409, 412, 500, 507])
def test_what_was_not_written_or_removed_is_told(status: int) -> None:
    with answering(lambda handler: say(handler, status, Location="/")) as address:
        objects = CalendarObjects(address, LOGIN, ask)
        with pytest.raises(Unanswered):
            objects.create("a", b"")
        with pytest.raises(Unanswered):
            objects.delete(objects.address("a"))


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_already_is_as_good_as_removed(status: int) -> None:
    with answering(lambda handler: say(handler, status)) as address:
        objects = CalendarObjects(address, LOGIN, ask)
        objects.delete(objects.address("a"))
        assert objects.read(objects.address("a"), "a@b") is None
        with pytest.raises(Unanswered):
            objects.create("a", b"")


@pytest.mark.parametrize(
    "href",
    [
        "https://calendars.example//evil.example/a.ics",
        "////evil.example/a.ics",
        "//evil.example/a.ics",
        "https:////evil.example/a.ics",
        "x:https://evil.example/a.ics",
        "https:https://evil.example/a.ics",
        "https://evil.example/a.ics",
    ],
)
def test_a_login_follows_no_href_to_another_host(href: str) -> None:
    asked: list[Question] = []

    def server(question: Question) -> Reply:
        asked.append(question)
        if question.method != "REPORT":
            return Reply(404 if question.method == "GET" else 204, b"")
        data = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:u\nEND:VEVENT\nEND:VCALENDAR"
        listed = (
            '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>'
            f"<D:href>{href}</D:href><D:propstat><D:prop><C:calendar-data>{data}</C:calendar-data></D:prop>"
            "</D:propstat></D:response></D:multistatus>"
        )
        return Reply(207, listed.encode())

    objects = CalendarObjects("https://calendars.example/dav/hers/", LOGIN, server)
    for found in objects.search("u"):
        objects.replace(found, b"new")
        objects.delete(found.address)
    objects.named_in(WriteFailed(409, f'<e xmlns="DAV:"><href>{href}</href></e>'.encode()), "u")
    assert asked
    assert {urlsplit(one.address).netloc for one in asked} == {"calendars.example"}
