"""What a monitor reads, and who may."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.booking.database import out_of_reach
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked

_LINE = re.compile(
    r"# (?:HELP \w+ .+|TYPE \w+ (?:counter|gauge|histogram))"
    r'|[a-z_]+(?:\{\w+="[\w.+]+"(?:,\w+="[\w.+]+")*\})? [0-9.e+-]+'
)


def measures(desk: Endpoint) -> dict[str, float]:
    """Each measure with its labels, as its value."""
    answer = desk.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert [line for line in lines if not _LINE.fullmatch(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_answers_are_counted_by_area_method_and_status(desk: Endpoint) -> None:
    for _ in range(3):
        desk.http.get("/api/meetings")
    desk.http.post("/api/messages", json={})
    desk.http.get("/wp-login.php")
    desk.http.request("PROPFIND", "/caffè")
    told = measures(desk)
    assert told['maglia_http_requests_total{area="api",method="GET",status="200"}'] == 3
    assert told['maglia_http_requests_total{area="api",method="POST",status="422"}'] == 1
    assert told['maglia_http_requests_total{area="other",method="GET",status="404"}'] == 1
    assert told['maglia_http_requests_total{area="other",method="other",status="404"}'] == 1
    assert told['maglia_http_request_seconds_count{area="api"}'] == 4
    assert told['maglia_http_request_seconds_bucket{area="api",le="+Inf"}'] == 4
    assert 0 < told['maglia_http_request_seconds_sum{area="api"}'] < 60


def test_the_outbox_and_the_process_are_measured(desk: Endpoint) -> None:
    assert desk.http.post("/api/bookings", json=asked()).status_code == 201
    told = measures(desk)
    assert (told["maglia_outbox_pending"], told["maglia_outbox_dead"], told["maglia_database_up"]) == (2, 0, 1)
    assert told["process_resident_memory_bytes"] > 1_000_000


def test_of_a_database_that_does_not_answer_that_is_told(desk: Endpoint) -> None:
    measures(desk)
    with out_of_reach(desk.engine):
        told = measures(desk)
    assert told["maglia_database_up"] == 0
    assert "maglia_outbox_pending" not in told


def test_nothing_personal_is_measured(desk: Endpoint) -> None:
    answer = desk.http.post("/api/bookings", json=asked(name="Zoë Canarino", email="canarino@example.com"))
    token = answer.json()["manage_url"].rstrip("/").rpartition("/")[2]
    desk.http.get(f"/appuntamenti/{token}/")
    desk.http.get("/canarino@example.com")
    text = desk.http.get("/metrics").text
    assert not [word for word in (token, "anarino", "127.0.0.1") if word in text]


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_whoever_comes_through_a_proxy_is_not_on_the_machine(desk: Endpoint, name: str) -> None:
    assert desk.http.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


def test_who_has_the_token_may_measure_from_anywhere(content: Path, tmp_path: Path) -> None:
    token = "t" * 20
    with endpoint(content, f"sqlite:///{tmp_path}/x.db", BOOKING_METRICS_TOKEN=token) as desk:
        far = {"X-Forwarded-For": "192.0.2.1"}
        for given, status in ((f"Bearer {token}", 200), (f"Bearer {token}x", 403), (token, 403), ("Bearer", 403)):
            assert desk.http.get("/metrics", headers=far | {"Authorization": given}).status_code == status
        assert desk.http.get("/metrics").status_code == 200
