"""Endpoint and worker of an installation: where they find things, and how they make room for other code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from plugins.booking.installation import defaults, replacement
from plugins.publishing.release.server_folders import point
from tests.booking.processes import eventually
from tests.building import CONTENT, copy_checkout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An installation with two versions of the code, the first of which runs."""
    for name in ("0001", "0002"):
        copy_checkout(tmp_path / "versions" / name, "plugins", "theme", "pelicanconf.py")
    (tmp_path / "versions" / "0001" / "revision").write_text("3f9c1a\n", encoding="utf-8")
    (tmp_path / "site.git").mkdir()
    (tmp_path / "releases" / "1" / "site").mkdir(parents=True)
    shutil.copytree(CONTENT, tmp_path / "releases" / "1" / "content")
    point(tmp_path / "current", "releases/1/site")
    point(tmp_path / "current-code", "versions/0001")
    return tmp_path


@contextmanager
def started(root: Path, *words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of the endpoint as a unit would."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("BOOKING_", "INVOCATION"))}
    settings = {"BOOKING_DATABASE_URL": f"sqlite:///{root}/booking.db", "BOOKING_SMTP_URL": "smtp://127.0.0.1:9"}
    process = subprocess.Popen(
        [sys.executable, "-m", "plugins.booking", *words],
        cwd=root / "current-code",
        env=own | settings | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=120)


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return next(word.rstrip("/,") for word in process.stdout.readline().split() if "://" in word)


def test_endpoint_ends_by_itself_once_other_code_runs_there(root: Path) -> None:
    with started(root, "serve", "--port", "0", INVOCATION_ID="1") as process:
        # What is live is found without being told of.
        where = address(process)
        assert httpx.get(f"{where}/api/meetings", timeout=60).status_code == 200
        assert httpx.get(f"{where}/health", timeout=60).json()["revision"] == "0001, 3f9c1a"
        point(root / "current-code", "versions/0002")
        assert process.wait(timeout=60) == 0
        assert process.stderr
        assert "other code is installed by now" in process.stderr.read()


@pytest.mark.some_cases(0)
def test_worker_ends_by_itself_once_other_code_runs_there(root: Path) -> None:
    with started(root, "deliver", INVOCATION_ID="1") as process:
        eventually((root / "booking.db").is_file)
        point(root / "current-code", "versions/0002")
        assert process.wait(timeout=60) == 0


@pytest.mark.some_cases(0)
def test_endpoint_that_nothing_would_start_again_goes_on(root: Path) -> None:
    with started(root, "serve", "--port", "0") as process:
        where = address(process)
        point(root / "current-code", "versions/0002")
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=3)
        assert httpx.get(f"{where}/api/meetings", timeout=60).status_code == 200


def test_only_a_version_that_is_there_replaces_another(root: Path) -> None:
    first = root / "versions" / "0001"
    is_replaced = replacement({"INVOCATION_ID": "1"}, first)
    assert not is_replaced()
    point(root / "current-code", "versions/0009")
    assert not is_replaced()
    point(root / "current-code", "versions/0002")
    assert is_replaced()
    assert not replacement({"INVOCATION_ID": "1"}, root / "elsewhere")()


def test_a_checkout_sets_nothing() -> None:
    assert defaults() == {}


def test_code_link_is_heeded_where_there_is_no_other(root: Path) -> None:
    (root / "current-code").unlink()
    point(root / "code", "versions/0001")
    is_replaced = replacement({"INVOCATION_ID": "1"}, root / "versions" / "0001")
    assert not is_replaced()
    point(root / "code", "versions/0002")
    assert is_replaced()
