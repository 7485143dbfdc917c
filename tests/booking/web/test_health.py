"""What a monitor is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from plugins.booking.storage.engine import open_engine, sqlite_library
from tests.booking.database import out_of_reach, read_only
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.postgres import Postgres
from tests.building import ROOT

EMPTY = {"pending": 0, "oldest_seconds": 0, "dead": 0}


def test_an_endpoint_in_order_says_so(content: Path, database_url: str) -> None:
    with endpoint(content, database_url, BOOKING_SMTP_URL="smtp://127.0.0.1:25") as desk:
        answer = desk.http.get("/health")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["database"], told["outbox"]) == ("ok", "ok", EMPTY)
    assert told["mail"] == "ok"


def test_that_no_relay_is_configured_is_told(desk: Endpoint) -> None:
    assert desk.http.get("/health").json()["mail"].startswith("not configured: set BOOKING_SMTP_URL")


def test_where_the_code_is_stays_on_the_machine(desk: Endpoint) -> None:
    assert desk.http.get("/health").json()["code"] == str(ROOT)
    assert "code" not in desk.http.get("/health", headers={"X-Forwarded-For": "192.0.2.1"}).json()


def test_a_database_that_is_down_and_comes_back_is_told(desk: Endpoint) -> None:
    with out_of_reach(desk.engine):
        answer = desk.http.get("/health")
        assert (answer.status_code, answer.json()["database"]) == (503, "unavailable")
    assert desk.http.get("/health").status_code == 200


def test_health_reports_a_read_only_database_until_it_is_writable(desk: Endpoint) -> None:
    message = {"name": "Ada", "email": "ada@example.com", "message": "Ciao"}
    with read_only(desk.engine):
        assert desk.http.get("/health").status_code == 200  # nobody has tried yet
        assert desk.http.post("/api/messages", json=message).status_code == 503
        answer = desk.http.get("/health")
        assert (answer.status_code, answer.json()["database"]) == (503, "read-only")
    answer = desk.http.get("/health")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")
    assert desk.http.post("/api/messages", json=message).status_code == 201


def test_connections_that_the_database_has_cut_are_made_again(content: Path, postgres: Postgres) -> None:
    with endpoint(content, postgres.database()) as desk, postgres.connect() as server:
        name = str(desk.engine.url.database)
        assert desk.http.get("/health").status_code == 200
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        server.execute(cut, [name])
        assert desk.http.get("/health").status_code == 503
        server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        assert desk.http.get("/health").status_code == 200


def test_sqlite_is_trusted_with_wal_only_where_it_is_safe(tmp_path: Path) -> None:
    library = sqlite_library()
    safe = tuple(int(part) for part in library.version.split(".")) >= (3, 51, 3)
    assert library.journal == ("WAL" if safe else "TRUNCATE")
    engine = open_engine(make_url(f"sqlite:///{tmp_path}/x.db"))
    with engine.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": library.journal.lower(), "synchronous": 2, "foreign_keys": 1}
    engine.dispose()


@pytest.mark.parametrize("path", ["/", "/posta/", "/blog/"])
def test_outside_development_there_is_neither_site_nor_mailbox(desk: Endpoint, path: str) -> None:
    assert desk.http.get(path).status_code == 404


@pytest.fixture(params=["0", "1"], ids=["in production", "in development"])
def either(request: pytest.FixtureRequest, content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint alone, and one that also serves a site with a page for what is not there."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "404.html").write_text("Non c’è", encoding="utf-8")
    environment = {"BOOKING_DEV": request.param, "BOOKING_SITE_DIR": str(site)}
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", **environment) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api", 404),
        ("/api/", 404),
        ("/api/nope", 404),
        ("/api/bookings", 405),
        ("/api/meetings/", 404),
        ("/metrics/", 404),
    ],
)
def test_wrong_api_addresses_and_methods_answer_with_problem_json(either: Endpoint, path: str, status: int) -> None:
    answer = either.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["/health", "/api/meetings", "/api/slots?meeting=conoscitiva", "/api/openapi.json"])
def test_whatever_can_be_had_can_be_asked_about(either: Endpoint, path: str) -> None:
    as_it_is = {"Accept-Encoding": "identity"}
    answer = either.http.head(path, headers=as_it_is)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == len(either.http.get(path, headers=as_it_is).content)


def test_in_development_the_site_is_served_and_its_absence_survived(content: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    database = f"sqlite:///{tmp_path}/x.db"
    with endpoint(content, database, BOOKING_DEV="1", BOOKING_SITE_DIR=str(site)) as desk:
        assert desk.http.get("/blog/").status_code == 404
        (site / "blog").mkdir(parents=True)
        (site / "blog/index.html").write_text("Il blog", encoding="utf-8")
        answer = desk.http.get("/blog/")
        assert (answer.text, answer.headers["cache-control"]) == ("Il blog", "no-cache")
        assert desk.http.get("/../booking.db").status_code == 404
        assert desk.http.get("/api/meetings").status_code == 200
