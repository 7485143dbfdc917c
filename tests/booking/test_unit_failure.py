"""A unit that has failed is told to the owner by mail, past an outbox that nobody may be emptying."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from plugins.booking.__main__ import main
from tests.booking.sink import sinking


def environment(content: Path, relay: str, **more: str) -> dict[str, str]:
    return {"BOOKING_CONTENT": str(content), "BOOKING_SMTP_URL": relay, **more}


def test_the_owner_gets_a_mail_that_says_where_to_look(content: Path) -> None:
    with sinking() as sink:
        own = environment(content, sink.url, BOOKING_OWNER_EMAIL="bice@example.it")
        assert main(["unit-failed", "maglia-follow.service"], own) == 0
    (mail,) = sink.taken
    message = message_from_bytes(mail.raw, policy=policy.default)
    body = message.get_body(("plain",))
    assert mail.recipient == "bice@example.it"
    assert message["Subject"] == "Sul server si è fermato maglia-follow.service"
    assert message["Auto-Submitted"] == "auto-generated"
    assert body
    assert "journalctl -u maglia-follow.service -n 50" in body.get_content()


def test_without_readable_content_the_variables_are_enough(tmp_path: Path) -> None:
    with sinking() as sink:
        named = {"BOOKING_OWNER_EMAIL": "bice@example.it", "BOOKING_SENDER": "sito@example.it"}
        assert main(["unit-failed", "maglia.service"], environment(tmp_path, sink.url, **named)) == 0
    assert [mail.recipient for mail in sink.taken] == ["bice@example.it"]


@pytest.mark.parametrize("relay", ["", "smtp://127.0.0.1:9"])
def test_what_keeps_the_mail_from_going_is_said(content: Path, relay: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["unit-failed", "maglia.service"], environment(content, relay)) == 1
    said = capsys.readouterr().err
    assert "maglia.service" in said
    assert "BOOKING_SMTP_URL" in said or "RelayUnavailable" in said
