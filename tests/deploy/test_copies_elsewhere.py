"""The recipes for copies off the machine are run as they are written, against a folder and a server that speaks S3."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from plugins.booking.__main__ import main
from plugins.booking.backups.backup import back_up
from plugins.booking.storage.engine import open_engine
from tests.booking.endpoint import endpoint
from tests.booking.office import asked, write_content
from tests.booking.processes import eventually
from tests.building import ROOT
from tests.deploy.servers import free_port
from tests.guides import code_blocks

CHAPTER = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8").partition("\n### Off the machine\n")[2]
RECIPES = code_blocks(CHAPTER.partition("\n### Back again\n")[0])
pytestmark = pytest.mark.soak
INSTALL = re.compile(r"^apt-get install (.+)\n", re.MULTILINE)


def recipe(*parts: str) -> str:
    """The blocks that hold these words, one after the other, without what installs programs."""
    found = dict.fromkeys(next(block for block in RECIPES if part in block) for part in parts)
    return INSTALL.sub("", "\n".join(found) + "\n")


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder with a copy of a database that has a booking."""
    folder = tmp_path / "backups"
    content = write_content(tmp_path / "content")
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as desk:
        desk.http.post("/api/bookings", json=asked())
        back_up(desk.engine, folder / "booking-20261129-031000.db")
        back_up(desk.engine, folder / "booking-20261130-031000.db")
    return folder


@contextmanager
def speaking_s3(folder: Path) -> Iterator[str]:
    """Run a server of S3 over a folder, with the keys of the recipes."""
    folder.mkdir()
    place, rclone = f"127.0.0.1:{free_port()}", Path(sys.executable).with_name("rclone")
    options = [
        "--addr",
        place,
        "--auth-key",
        "key,secret",
        "--vfs-cache-mode",
        "full",
        "--cache-dir",
        f"{folder}.cache",
    ]
    with (folder.parent / "s3.log").open("wb") as log:
        server = subprocess.Popen([rclone, "serve", "s3", *options, folder], stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60
            while not _answers(place):
                assert time.monotonic() < deadline
                assert server.poll() is None, (folder.parent / "s3.log").read_text()
                time.sleep(0.1)
            yield f"http://{place}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _answers(place: str) -> bool:
    try:
        return httpx.get(f"http://{place}", timeout=5).status_code < 500
    except httpx.HTTPError:
        return False


def run(script: str, folder: Path, s3: str = "") -> str:
    """Run a recipe with what is a place of this test in the place of the machine's."""
    for written, here in [
        ("/var/lib/maglia/backups", f"{folder}/backups"),
        ("/etc/maglia/restic", f"{folder}/restic"),
        ("/etc/maglia/copies.pub", f"{folder}/copies.pub"),
        ("/mnt/copies/maglia", f"{folder}/disk"),
        ("/root/", f"{folder}/root/"),
        ("https://s3.example.net", s3),
        ("key.txt", f"{folder}/key.txt"),
    ]:
        script = script.replace(written, here)
    (folder / "root").mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "RESTIC_CACHE_DIR": str(folder / "restic-cache")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def proved(copy: Path, folder: Path) -> bool:
    environment = {"BOOKING_DATABASE_URL": f"sqlite:///{folder}/booking.db", "BOOKING_CONTENT": str(folder / "content")}
    return main(["restore", str(copy), "--check"], environment) == 0


def test_restic_keeps_and_returns_copies_in_a_folder(copies: Path, tmp_path: Path) -> None:
    run(recipe("restic init", "restic restore"), tmp_path)
    back = sorted((tmp_path / "root").rglob("booking-*.db"))
    assert [path.name for path in back] == sorted(path.name for path in copies.iterdir())
    assert all(proved(path, tmp_path) for path in back)
    assert not any(b"SQLite format" in path.read_bytes() for path in (tmp_path / "disk").rglob("*") if path.is_file())
    assert (tmp_path / "restic").stat().st_mode & 0o077 == 0


def test_restic_keeps_and_returns_copies_in_s3(copies: Path, tmp_path: Path) -> None:
    with speaking_s3(tmp_path / "s3") as address:
        # The same, after what names the server instead of the folder.
        local = "export RESTIC_REPOSITORY=/mnt/copies/maglia\n"
        script = recipe("restic init", "restic restore").replace(local, recipe("s3:https"))
        run(script, tmp_path, address)
        eventually((tmp_path / "s3" / "maglia" / "config").is_file)
    assert len([path for path in (tmp_path / "root").rglob("booking-*.db") if proved(path, tmp_path)]) == 2


def test_age_and_rclone_bring_a_copy_to_s3_and_back(copies: Path, tmp_path: Path) -> None:
    with speaking_s3(tmp_path / "s3") as address:
        (tmp_path / "s3" / "maglia").mkdir()
        run(recipe("age-keygen -o", "rclone rcat", "age --decrypt"), tmp_path, address)
        eventually(lambda: bool(list((tmp_path / "s3" / "maglia").iterdir())))
    (sent,) = (tmp_path / "s3" / "maglia").iterdir()
    assert sent.name == "booking-20261130-031000.db.age"
    assert sent.read_bytes().startswith(b"age-encryption.org")
    assert (tmp_path / "root" / "booking.copy").read_bytes() == (copies / sent.stem).read_bytes()
    assert proved(tmp_path / "root" / "booking.copy", tmp_path)


def test_the_programs_of_the_recipes_are_installed_for_tests() -> None:
    named = {name for line in INSTALL.findall("\n".join(RECIPES)) for name in line.split()}
    assert named == {"restic", "age", "rclone"}
    programs = (ROOT / "tests" / "programs.sh").read_text(encoding="utf-8")
    assert all(f'missing="$missing {name}"' in programs for name in named)


def test_what_was_sent_encrypted_is_told_when_it_is_restored(copies: Path, tmp_path: Path) -> None:
    sent = tmp_path / "copy.age"
    run(
        f'age-keygen -o key.txt && age -r "$(age-keygen -y key.txt)" -o {sent} {copies}/booking-20261130-031000.db',
        tmp_path,
    )
    engine = open_engine(make_url(f"sqlite:///{tmp_path}/booking.db"))
    engine.dispose()
    assert not proved(sent, tmp_path)
