"""Logins of calendars: Basic, and Digest where a server offers that alone."""

from __future__ import annotations

import pytest

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.http_client import Question, Reply, ask
from plugins.booking.calendars.client.http_login import Login, challenges
from plugins.booking.calendars.client.unexpected_status import unexpected
from tests.booking.calendars.digest import PASSWORD, USER, Guarded
from tests.booking.calendars.server import answering

LOGIN, WRONG = Login(USER, PASSWORD), Login(USER, "sbagliata")


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize("qop", ["auth", "auth,auth-int", None])
def test_digest_alone_is_learnt_once_and_kept(algorithm: str, qop: str | None) -> None:
    guarded = Guarded((algorithm,), qop)
    with answering(guarded) as address:
        for method in ("REPORT", "PUT", "REPORT"):
            assert ask(Question(method, address, LOGIN, body=b"tutto")).status == 207
    assert guarded.seen == ["Basic no", "Digest yes", "Digest yes", "Digest yes"]
    assert guarded.bodies == [b"tutto"] * 3


@pytest.mark.parametrize("in_one_header", [False, True])
@pytest.mark.parametrize(
    ("offers", "seen"),
    [
        (("Basic",), ["Basic yes", "Basic yes"]),
        (("Basic", "MD5"), ["Basic yes", "Basic yes"]),
        (("SHA-512-256", "SHA-256", "MD5"), ["Basic no", "Digest yes", "Digest yes"]),
        (("Bearer", "SHA-256"), ["Basic no", "Digest yes", "Digest yes"]),
    ],
)
def test_of_several_logins_one_that_is_known_is_used(
    offers: tuple[str, ...], seen: list[str], in_one_header: bool
) -> None:
    guarded = Guarded(offers, in_one_header=in_one_header)
    with answering(guarded) as address:
        for _ in range(2):
            assert ask(Question("REPORT", address, LOGIN)).status == 207
    assert guarded.seen == seen


def test_a_nonce_that_is_too_old_is_replaced() -> None:
    guarded = Guarded(("MD5",), uses=2)
    with answering(guarded) as address:
        for _ in range(4):
            assert ask(Question("PUT", address, LOGIN, body=b"tutto")).status == 207
    assert guarded.seen == ["Basic no", "Digest yes", "Digest yes", "Digest no", "Digest yes", "Digest yes"]


def test_a_server_that_goes_back_to_basic_is_followed() -> None:
    guarded = Guarded(("MD5",))
    with answering(guarded) as address:
        ask(Question("GET", address, LOGIN))
        guarded.offers = ("Basic",)
        assert ask(Question("GET", address, LOGIN)).status == 207
        assert ask(Question("GET", address, LOGIN)).status == 207
    assert guarded.seen == ["Basic no", "Digest yes", "Digest no", "Basic yes", "Basic yes"]


@pytest.mark.parametrize(("offers", "tries"), [(("Basic",), 1), (("Basic", "MD5"), 1), (("MD5",), 2)])
def test_a_wrong_password_is_not_tried_again_and_again(offers: tuple[str, ...], tries: int) -> None:
    guarded = Guarded(offers)
    with answering(guarded) as address:
        reply = ask(Question("REPORT", address, WRONG))
    assert (reply.status, len(guarded.seen)) == (401, tries)
    assert unexpected(reply, WRONG).reason is Reason.LOGIN_REFUSED


@pytest.mark.parametrize(
    ("header", "scheme"),
    [
        ('Bearer realm="x"', "Bearer"),
        ("Negotiate", "Negotiate"),
        ("NTLM, Negotiate", "NTLM"),
        ("Segreto", "?"),
        ('Digest realm="x", nonce="y", algorithm=SHA-512-256', None),
        ('Basic realm="Bearer x, Negotiate"', None),
    ],
)
def test_a_login_that_is_not_supported_is_named(header: str, scheme: str | None) -> None:
    told = unexpected(Reply(401, b"", {"www-authenticate": header}), LOGIN)
    assert told.values.get("scheme") == scheme
    assert "Segreto" not in f"{told} {told.stored}"


def test_a_login_that_is_missing_is_asked_for() -> None:
    assert unexpected(Reply(401, b"", {"www-authenticate": "Basic"}), None).reason is Reason.LOGIN_WANTED
    assert unexpected(Reply(401, b""), None).reason is Reason.LOGIN_WANTED


@pytest.mark.parametrize(
    "header",
    ["Digest", "Digest x", 'Digest realm="x"', "Digest =,=", 'Digest nonce="x", qop=auth-int', "Digest " * 999],
)
def test_a_digest_that_cannot_be_read_breaks_nothing(header: str) -> None:
    def answer(handler: object) -> None:
        handler.send_response(401)  # type: ignore[attr-defined]
        handler.send_header("WWW-Authenticate", header)  # type: ignore[attr-defined]
        handler.send_header("Content-Length", "0")  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]

    with answering(answer) as address:
        assert answered(address) in {401, Reason.LOGIN_UNKNOWN}


def answered(address: str) -> int | Reason:
    """The status of an answer, or why there is none."""
    try:
        return ask(Question("GET", address, LOGIN)).status
    except Unanswered as told:
        return told.reason


def test_the_body_of_a_refusal_is_not_read() -> None:
    def answer(handler: object) -> None:
        handler.send_response(401)  # type: ignore[attr-defined]
        handler.send_header("WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"')  # type: ignore[attr-defined]
        handler.send_header("Content-Length", str(10**12))  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        while True:
            handler.wfile.write(b"x" * 100_000)  # type: ignore[attr-defined]

    with answering(answer) as address, pytest.raises(Unanswered, match="longer"):
        ask(Question("GET", address, LOGIN, limit=1_000_000))


@pytest.mark.parametrize("host", ["192.0.2.1", "calendario.example", "localhost.example"])
def test_a_login_never_leaves_in_clear(host: str) -> None:
    with pytest.raises(Unanswered, match="only sent over https"):
        ask(Question("GET", f"http://{host}/a.ics", LOGIN))


def test_challenges_are_parted_outside_of_quotes() -> None:
    header = 'Basic realm="a, Digest b", Digest realm="c\\", Bearer d", qop="auth, auth-int" , nonce = "e", Negotiate'
    assert [scheme for scheme, _ in challenges([header])] == ["basic", "digest", "negotiate"]
    assert challenges([header])[1][1].endswith('nonce = "e"')
