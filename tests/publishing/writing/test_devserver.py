"""Writing with the site open beside: saved, seen; broken, told; mended, seen again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from plugins.publishing.writing.devserver import run, touches_code
from tests.booking.processes import eventually
from tests.building import edit
from tests.publishing.developing import copied, developing

POST = "blog/cosa-delegare-per-primo"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of its own to write in."""
    return copied(tmp_path)


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    with developing(site) as place:
        yield place


def seen(address: str, words: str, status: int = 200) -> bool:
    try:
        answer = httpx.get(address)
    except httpx.TransportError:
        return False
    return answer.status_code == status and words in answer.text


def test_devserver_shows_saved_changes_and_reports_faults(site: Path, address: str) -> None:
    post, timetable = site / "content" / f"{POST}.md", site / "content" / "availability.yaml"
    eventually(lambda: seen(f"{address}/{POST}/", "/js/live-reload.js"))
    eventually(lambda: seen(f"{address}/appuntamenti/orari?meeting=conoscitiva", "/js/live-reload.js"))

    with post.open("a", encoding="utf-8") as file:
        file.write("\nUna riga appena scritta.\n")
    eventually(lambda: seen(f"{address}/{POST}/", "Una riga appena scritta."))

    edit(post, "date: 20", "date: il 20")
    eventually(lambda: seen(f"{address}/live-reload.txt", f"content/{POST}.md:"))
    assert seen(f"{address}/{POST}/", "Una riga appena scritta.")
    edit(post, "date: il 20", "date: 20")
    eventually(lambda: not seen(f"{address}/live-reload.txt", f"content/{POST}.md:"))

    edit(timetable, "title: Chiacchierata conoscitiva", "title: Quattro chiacchiere")
    eventually(lambda: seen(f"{address}/api/meetings", "Quattro chiacchiere"))


@pytest.mark.some_cases(0)
def test_devserver_started_on_a_broken_site_recovers_once_mended(site: Path, request: pytest.FixtureRequest) -> None:
    edit(site / "content" / "identity.yaml", "12345678903", "12345678900")
    address = request.getfixturevalue("address")
    eventually(lambda: seen(f"{address}/", "content/identity.yaml:", status=503))
    edit(site / "content" / "identity.yaml", "12345678900", "12345678903")
    eventually(lambda: seen(f"{address}/", "12345678903"))


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_an_ended_devserver_leaves_no_mark_for_pages(site: Path, ending: signal.Signals) -> None:
    with developing(site, ending) as address:
        eventually(lambda: seen(f"{address}/live-reload.txt", "\n"))
    assert not (site / "output" / "live-reload.txt").exists()


@pytest.mark.parametrize("output", ["content", "theme", "."])
def test_nothing_is_written_into_the_sources_nor_shown_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    for name in ("content", "theme", "plugins"):
        (tmp_path / name).mkdir()
    (tmp_path / "output").symlink_to(output)
    before = sorted(tmp_path.rglob("*"))
    assert run(tmp_path, "127.0.0.1", 0) == 1
    assert "cannot be built into" in capsys.readouterr().err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("x/plugins/booking/app.py", True),
        ("x/theme/locales/en.po", True),
        ("x/content/blog/a.md", False),
        ("x/theme/static/js/a.js", False),
    ],
)
def test_only_code_and_catalogues_make_the_endpoint_start_again(path: str, code: bool) -> None:
    assert touches_code([path]) is code
