"""A relay is talked to by TLS where its address says so, and only where its name is proven."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from plugins.booking.mail.delivery_failure import RelayUnavailable
from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.server_urls import Relay, Security
from plugins.booking.storage.outbox import Envelope
from tests.booking.sink import Sink, sinking

ENVELOPE = Envelope("1", "kind", "a@example.org", "b@example.com", "<1@x>", b"Subject: Hello\r\n\r\nWords.\r\n")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost`, its own authority, with its key beside it."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "cert.pem"


@contextmanager
def relay(certificate: Path, security: Security) -> Iterator[Sink]:
    """A relay that speaks TLS and wants a login."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    with sinking(context=context, security=security) as sink:
        yield sink


def at(sink: Sink, security: Security, host: str = "localhost") -> Relay:
    return Relay(host, sink.relay.port, security, "user", "word")


def send(to: Relay) -> list[str]:
    accepted: list[str] = []
    SmtpSender(to, "localhost")(ENVELOPE, lambda: accepted.append("accepted"))
    return accepted


BOTH: list[Security] = ["starttls", "tls"]


@pytest.mark.parametrize("security", BOTH)
def test_relay_with_a_valid_certificate_gets_password_and_mail(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with relay(certificate, security) as sink:
        assert send(at(sink, security)) == ["accepted"]
    assert [one.subject for one in sink.taken] == ["Hello"]
    assert sink.passwords == ["word"]


@pytest.mark.parametrize("security", BOTH)
def test_a_relay_that_nobody_vouches_for_is_told_nothing(certificate: Path, security: Security) -> None:
    with relay(certificate, security) as sink, pytest.raises(RelayUnavailable, match="SSLCertVerificationError"):
        send(at(sink, security))
    assert (sink.taken, sink.passwords) == ([], [])


@pytest.mark.parametrize("security", BOTH)
def test_a_certificate_for_another_name_proves_nothing(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, security: Security
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with relay(certificate, security) as sink, pytest.raises(RelayUnavailable, match="SSLCertVerificationError"):
        send(at(sink, security, "127.0.0.1"))
    assert (sink.taken, sink.passwords) == ([], [])


def test_relay_lacking_starttls_gets_no_password_and_no_mail() -> None:
    with sinking() as sink, pytest.raises(RelayUnavailable, match="SMTPNotSupportedError"):
        send(at(sink, "starttls"))
    assert (sink.taken, sink.passwords) == ([], [])


def test_a_wrong_password_is_no_recipients_fault(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with relay(certificate, "tls") as sink, pytest.raises(RelayUnavailable, match="SMTPAuthenticationError"):
        send(Relay("localhost", sink.relay.port, "tls", "user", "wrong"))
    assert sink.taken == []
