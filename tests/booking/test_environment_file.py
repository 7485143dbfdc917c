"""A file of variables is read as systemd reads it, and what is secret in it is never shown."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plugins.booking.environment_file import read_environment_file
from tests.building import beside_sample
from tests.fork_server import forked

TEXT = r"""# A comment
; another
BOOKING_SITE_URL=https://example.it

BOOKING_SENDER="Bice \"B.\" <bice@example.it>"
BOOKING_OWNER_EMAIL='bice@example.it'
BOOKING_SMTP_URL=smtps://u:a%2Fb#c@mail.example.it
CALENDARIO=bice:two \
words
not a variable
  SPACED = no
"""


def test_lines_quotes_comments_and_continuations_are_read(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(TEXT, encoding="utf-8")
    assert read_environment_file(file) == {
        "BOOKING_SITE_URL": "https://example.it",
        "BOOKING_SENDER": 'Bice "B." <bice@example.it>',
        "BOOKING_OWNER_EMAIL": "bice@example.it",
        "BOOKING_SMTP_URL": "smtps://u:a%2Fb#c@mail.example.it",
        "CALENDARIO": "bice:two words",
    }


def booking(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*forked("plugins.booking"), *words],
        **beside_sample(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_command_runs_with_the_variables_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text(f"BOOKING_DATABASE_URL=sqlite:///{tmp_path}/booking.db\n", encoding="utf-8")
    assert booking("--env", str(file), "migrate").returncode == 0
    assert (tmp_path / "booking.db").is_file()


def test_what_is_secret_in_the_file_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "env"
    address = "postgresql+psycopg://maglia:gehe1m@127.0.0.1:1/maglia"
    file.write_text(f"BOOKING_DATABASE_URL={address}\n", encoding="utf-8")
    done = booking("--env", str(file), "migrate")
    assert done.returncode == 1
    assert "gehe1m" not in done.stdout + done.stderr


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = booking("--env", str(tmp_path / "none"), "migrate")
    assert (done.returncode, done.stderr) == (2, f"{tmp_path}/none: No such file or directory\n")


def test_a_file_in_another_encoding_is_told_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_bytes(b"BOOKING_SENDER=B\xe9\n")
    done = booking("--env", str(file), "migrate")
    assert (done.returncode, done.stderr) == (2, f"{file}: not UTF-8; write it anew in that encoding\n")
