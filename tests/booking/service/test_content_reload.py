"""The content as the running endpoint sees it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.content.base.faults import ContentError
from plugins.content.office import Office
from tests.booking.endpoint import Endpoint
from tests.booking.office import write_content
from tests.booking.processes import eventually


class Ticking:
    """A monotonic clock that moves on only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def minutes(office: ContentReloader, ticking: Ticking) -> int:
    """Look again, a second later, at how long the first meeting lasts."""
    ticking.seconds += 1
    return office().availability.meetings[0].minutes


def test_a_change_is_seen(content: Path, ticking: Ticking) -> None:
    office = ContentReloader(content, ticking)
    assert minutes(office, ticking) == 30
    write_content(content, talk={"minutes": 45})
    assert minutes(office, ticking) == 45


def test_words_of_a_client_are_seen_at_once(content: Path, ticking: Ticking) -> None:
    office = ContentReloader(content, ticking)
    (content / "testimonials").mkdir()
    file = content / "testimonials" / "ada.md"
    for words in ("Parole.", "Altre parole."):
        file.write_text(f"---\nwho: Ada\nwhen: 2026-05-18\nconsent: a voce\n---\n{words}\n", encoding="utf-8")
        ticking.seconds += 1
        assert [one.text for one in office().testimonials] == [words]
    file.unlink()
    ticking.seconds += 1
    assert office().testimonials == ()


def test_what_has_not_changed_is_not_read_again(content: Path, ticking: Ticking) -> None:
    office = ContentReloader(content, ticking)
    first = office()
    ticking.seconds += 10
    assert office() is first


def test_content_folder_is_checked_at_most_twice_a_second(content: Path, ticking: Ticking) -> None:
    office = ContentReloader(content, ticking)
    first = office()
    write_content(content, talk={"minutes": 45})
    ticking.seconds += 0.4
    assert office() is first
    ticking.seconds += 0.2
    assert office() is not first


@pytest.mark.parametrize("broken", ["hours: [", "timezone: Marte/Olympus", "", "\x00"])
def test_a_broken_file_never_replaces_the_last_good_one(content: Path, ticking: Ticking, broken: str) -> None:
    office = ContentReloader(content, ticking)
    (content / "availability.yaml").write_text(broken, encoding="utf-8")
    assert minutes(office, ticking) == 30
    write_content(content, talk={"minutes": 20})
    assert minutes(office, ticking) == 20


@pytest.mark.parametrize("error", [TypeError, RecursionError, KeyError, MemoryError])
def test_whatever_a_reading_fails_with_the_last_good_one_stays(
    content: Path,
    ticking: Ticking,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: type[Exception],
) -> None:
    def fail(root: Path) -> Office:
        path = Path("services/macro/ricerca.md")
        raise error(str(root / path))

    office = ContentReloader(content, ticking)
    write_content(content, talk={"minutes": 45})
    monkeypatch.setattr("plugins.booking.service.content_reload.read_office", fail)
    assert minutes(office, ticking) == 30
    assert "cannot be read (services/macro/ricerca.md)" in caplog.text
    with pytest.raises(ContentError, match="services/macro/ricerca"):
        ContentReloader(content)


def test_replaced_or_briefly_missing_content_folder_is_tolerated(
    content: Path, ticking: Ticking, tmp_path: Path
) -> None:
    office = ContentReloader(content, ticking)
    shutil.rmtree(content)
    assert minutes(office, ticking) == 30
    write_content(tmp_path / "next", talk={"minutes": 40}).rename(content)
    assert minutes(office, ticking) == 40


def test_an_endpoint_does_not_begin_with_broken_content(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content")
    (content / "identity.yaml").write_text("name: Bice", encoding="utf-8")
    with pytest.raises(ContentError):
        ContentReloader(content)


def test_a_closure_takes_its_slots_away_while_the_endpoint_runs(desk: Endpoint) -> None:
    day = "/api/slots?meeting=conoscitiva&from=2027-01-12&to=2027-01-12"
    assert desk.http.get(day).json()["slots"]
    write_content(desk.content, closures=[{"from": "2027-01-12", "to": "2027-01-12"}])
    eventually(lambda: desk.http.get(day).json()["slots"] == [])
    write_content(desk.content, closures=[{"from": "niente", "to": "2027-01-12"}])
    assert desk.http.get(day).json()["slots"] == []
    assert desk.http.post("/api/bookings", json={"meeting": "conoscitiva"}).status_code == 422
