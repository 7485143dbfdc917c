"""Mails that are signed prove whose domain they come from, and that nobody changed them."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import dkim
import pytest

from plugins.booking.mail.smtp import SmtpSender
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.storage.outbox import Envelope
from tests.booking.sink import sinking

MIME = b"From: bice@example.org\r\nTo: ada@example.com\r\nSubject: Ciao\r\nMessage-ID: <1@x>\r\n\r\nParole.\r\n..\r\n"


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key."""
    path = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    return path


def verified(mime: bytes, key: Path) -> bool:
    """Whether a signature holds, by the record that the owner would publish."""
    done = subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(done.stdout)
    names = []

    def answer(name: bytes, timeout: int = 5) -> bytes:
        names.append(name)
        return record

    holds: bool = dkim.verify(mime, dnsfunc=answer)
    assert names == [b"maglia._domainkey.example.org."]
    return holds


def test_mail_sent_with_a_dkim_key_carries_a_valid_signature(key: Path) -> None:
    settings = Settings.from_environment({"BOOKING_DKIM_KEY": str(key), "BOOKING_DKIM_SELECTOR": "maglia"})
    envelope = Envelope("1", "kind", "bice@example.org", "ada@example.com", "<1@x>", MIME)
    with sinking() as sink:
        SmtpSender(sink.relay, "localhost", settings.dkim)(envelope, lambda: None)
    (taken,) = sink.taken
    assert taken.raw.endswith(MIME)
    assert verified(taken.raw, key)
    assert not verified(taken.raw.replace(b"Parole", b"Pillole"), key)
    assert not verified(taken.raw.replace(b"Ciao", b"Affare"), key)


def test_dkim_key_errors_name_the_variable_and_never_the_key(key: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
    for path in (broken, tmp_path / "nowhere.pem"):
        with pytest.raises(SettingsError, match=r"BOOKING_DKIM_KEY names no private RSA key.*=/etc/maglia/dkim\.pem"):
            Settings.from_environment({"BOOKING_DKIM_KEY": str(path), "BOOKING_DKIM_SELECTOR": "maglia"})
    with pytest.raises(SettingsError, match="BOOKING_DKIM_SELECTOR is no name that the DNS knows"):
        Settings.from_environment({"BOOKING_DKIM_KEY": str(key), "BOOKING_DKIM_SELECTOR": "a b"})
    with pytest.raises(SettingsError, match="BOOKING_DKIM_KEY and BOOKING_DKIM_SELECTOR go together"):
        Settings.from_environment({"BOOKING_DKIM_KEY": str(key)})
    assert "PRIVATE" not in repr(
        Settings.from_environment({"BOOKING_DKIM_KEY": str(key), "BOOKING_DKIM_SELECTOR": "maglia"})
    )
