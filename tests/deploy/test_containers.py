"""The images are built and run: endpoint, web server, a repository that is followed, copies of either database."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import yaml

from tests.booking import processes
from tests.booking.migrated import postgres_database
from tests.booking.office import asked
from tests.booking.postgres import Postgres, running_postgres
from tests.building import copy_checkout, edit
from tests.deploy.images import USER, build_image, container, context_of, inspect_image
from tests.deploy.servers import DEPLOY, free_port

pytestmark = pytest.mark.soak
SERVICES = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
_BUILD_SECONDS = 600  # of a site, on a machine that builds images too


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the images are built from."""
    return context_of(tmp_path_factory.mktemp("context"))


@pytest.fixture(scope="module")
def endpoint_image(context: Path) -> str:
    """The image of endpoint, worker and follow."""
    return build_image("endpoint", context)


@pytest.fixture(scope="module")
def web_image(context: Path) -> str:
    """The image of the web server."""
    return build_image("web", context)


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL server."""
    with running_postgres() as running:
        yield running


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until something holds."""
    processes.eventually(happened, _BUILD_SECONDS)


def volume(folder: Path) -> Path:
    """A folder in the place of a named volume, which takes its owner from the image."""
    folder.mkdir()
    os.chown(folder, USER, 0)
    return folder


def answers(address: str, words: str = "") -> bool:
    """Whether something answers there, and says some words."""
    with suppress(httpx.HTTPError):
        found = httpx.get(address, timeout=10)
        return found.status_code == 200 and words in found.text
    return False


def test_an_image_keeps_its_health_check_and_what_copies_need(endpoint_image: str, web_image: str) -> None:
    told = inspect_image(endpoint_image)
    assert told["Healthcheck"]["Test"] == SERVICES["endpoint"]["healthcheck"]["test"]
    assert told["User"] == "maglia"
    assert set(told["Volumes"]) == {"/var/lib/maglia", "/srv/maglia"}
    with container(endpoint_image) as made:
        for program in ("git --version", "pg_dump --version", "pg_restore --version", "psql --version"):
            assert made.run(*program.split()).returncode == 0, program
        assert made.run("stat", "-c", "%u %a", "/var/lib/maglia").stdout.split() == [str(USER), "700"]
        assert made.run("stat", "-c", "%u", "/srv/maglia").stdout.split() == [str(USER)]
        # Nobody writes over the code that runs.
        assert made.run("touch", "/app/plugins/booking/__init__.py").returncode != 0
    with container(web_image) as made:
        assert made.run("test", "-e", "/srv/site/index.html").returncode == 0
        assert made.run("stat", "-c", "%u", "/srv/maglia").stdout.split() == [str(USER)]


def test_an_endpoint_books_is_healthy_and_copies_its_database(endpoint_image: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {"BOOKING_DATABASE_URL": "sqlite:////var/lib/maglia/booking.db", "BOOKING_WORKER": "off"}
    health = [word.replace("8000", str(port)) for word in SERVICES["endpoint"]["healthcheck"]["test"][1:]]
    with container(endpoint_image, {"/var/lib/maglia": volume(tmp_path / "data")}, environment) as made:
        assert made.run(*health).returncode != 0
        serve = ("python", "-m", "plugins.booking", "serve", "--port", str(port))
        with made.running(*serve, log=tmp_path / "endpoint.log"):
            eventually(lambda: answers(f"http://127.0.0.1:{port}/health"))
            assert made.run(*health).returncode == 0
            slots = httpx.get(f"http://127.0.0.1:{port}/api/slots?meeting=conoscitiva", timeout=60).json()["slots"]
            posted = httpx.post(
                f"http://127.0.0.1:{port}/api/bookings", json=asked(start=slots[0]["start"]), timeout=60
            )
            assert posted.status_code == 201, posted.text
            command = ("python", "-m", "plugins.booking", "backup", "--into", "/var/lib/maglia/backups", "--verify")
            copied = made.run(*command)
            assert copied.returncode == 0, copied.stderr
            assert "1 bookings" in copied.stdout
    (copy,) = (tmp_path / "data" / "backups").iterdir()
    assert (copy.stat().st_uid, copy.stat().st_mode & 0o777) == (USER, 0o600)


def test_postgresql_is_copied_and_restored_from_an_image(endpoint_image: str, server: Postgres, tmp_path: Path) -> None:
    name = re.sub(r"^.*@/(\w+)\?.*$", r"\1", postgres_database(server))
    volumes = {"/var/lib/maglia": volume(tmp_path / "data"), "/run/postgres": server.folder}
    server.folder.chmod(0o755)
    environment = {"BOOKING_DATABASE_URL": f"postgresql+psycopg://postgres@/{name}?host=/run/postgres"}
    booking = ("python", "-m", "plugins.booking")
    with container(endpoint_image, volumes, environment) as made:
        copied = made.run(*booking, "backup", "--into", "/var/lib/maglia/backups", "--verify")
        assert copied.returncode == 0, copied.stderr
        (copy,) = (tmp_path / "data" / "backups").glob("booking-*.dump")
        restored = made.run(*booking, "restore", f"/var/lib/maglia/backups/{copy.name}", "--replace")
        assert restored.returncode == 0, restored.stderr


def test_the_web_image_serves_the_site_built_into_it(web_image: str, tmp_path: Path) -> None:
    port = free_port()
    environment = {
        "MAGLIA_ADDRESS": f"http://127.0.0.1:{port}",
        "MAGLIA_CADDY_ADMIN": f"127.0.0.1:{free_port()}",
        "XDG_CONFIG_HOME": "/tmp",
        "XDG_DATA_HOME": "/tmp",
    }
    caddy = ("caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile")
    with (
        container(web_image, environment=environment) as made,
        made.running(*caddy, log=tmp_path / "web.log"),
    ):
        eventually(lambda: answers(f"http://127.0.0.1:{port}/chi-sono/", "Bice"))
        assert httpx.get(f"http://127.0.0.1:{port}/nowhere/", timeout=30).status_code == 404


def test_content_of_a_repository_is_live_without_a_new_image(endpoint_image: str, tmp_path: Path) -> None:
    fork = copy_checkout(tmp_path / "fork", "content")
    git(fork, "init", "--quiet", "--initial-branch=main")
    commit(fork)
    site, following = volume(tmp_path / "site"), {"MAGLIA_REPOSITORY": "/fork", "MAGLIA_EVERY": "1"}
    # What reads the volume is as it is in the other containers, and here outside of them.
    reading = {
        "BOOKING_CONTENT": f"{site}/current/../content",
        "BOOKING_DATABASE_URL": f"sqlite:///{tmp_path}/booking.db",
        "BOOKING_WORKER": "off",
    }
    volumes, command = {"/srv/maglia": site, "/fork": fork}, SERVICES["follow"]["command"]
    with (
        container(endpoint_image, volumes, following) as follow,
        follow.running(*command, log=tmp_path / "follow.log"),
    ):
        eventually(lambda: (site / "current" / "index.html").exists() or _failed(tmp_path / "follow.log"))
        with processes.serving(**reading) as endpoint:
            edit(fork / "content" / "identity.yaml", "brand: Stessa Maglia", "brand: Altra Maglia")
            edit(fork / "content" / "availability.yaml", "title: Chiacchierata conoscitiva", "title: Prima chiamata")
            commit(fork)
            eventually(lambda: "Altra Maglia" in (site / "current" / "index.html").read_text())
            eventually(lambda: answers(f"{endpoint.address}/api/meetings", "Prima chiamata"))
            # A mistake is refused, and all stays as it was.
            edit(fork / "content" / "identity.yaml", "brand: Altra Maglia", "brnd: Altra Maglia")
            commit(fork)
            eventually(lambda: "Refused" in (tmp_path / "follow.log").read_text())
            assert "Altra Maglia" in (site / "current" / "index.html").read_text()
    # As after an upgrade: another container of the same volume takes its own code and goes on.
    with (
        container(endpoint_image, volumes, following) as follow,
        follow.running(*command, log=tmp_path / "again.log"),
    ):
        eventually(lambda: "Refused" in (tmp_path / "again.log").read_text())
        edit(fork / "content" / "identity.yaml", "brnd: Altra Maglia", "brand: Terza Maglia")
        commit(fork)
        eventually(lambda: "Terza Maglia" in (site / "current" / "index.html").read_text())


def _failed(log: Path) -> bool:
    assert "Refused" not in log.read_text(), log.read_text()
    return False


def git(fork: Path, *words: str) -> None:
    identity = ("-c", "user.name=Bice", "-c", "user.email=bice@example.org", "-c", f"safe.directory={fork}")
    subprocess.run(["git", "-C", str(fork), *identity, *words], check=True, capture_output=True)


def commit(fork: Path) -> None:
    """Commit all, by whoever owns the volume: git reads no repository of another's."""
    git(fork, "add", "--all")
    git(fork, "commit", "--quiet", "--message=change")
    subprocess.run(["chown", "-R", str(USER), str(fork)], check=True)
