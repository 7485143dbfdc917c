"""The command that lists calendars, once run as its users run it; what it prints can be pasted."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from plugins.booking.__main__ import main
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar
from tests.booking.calendars.caldav_tree import BUSY, CALENDAR, Tree, cloud, node, principal
from tests.booking.calendars.radicale import PASSWORD, USER, Radicale, running_radicale
from tests.booking.calendars.server import answering, say
from tests.booking.processes import ROOT
from tests.fork_server import forked

LOGIN = f"{USER}:{PASSWORD}"


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    """A server with one calendar."""
    with running_radicale(tmp_path) as server:
        server.empty()
        yield server


@dataclass(frozen=True)
class Done:
    """How the command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process, which need not be started for what it says."""

    def run(*arguments: str, **environment: str) -> Done:
        code = main(["calendars", *arguments], {"BOOKING_CONTENT": "/nowhere"} | environment)
        return Done(code, *capsys.readouterr())

    return run


def pasted(printed: str) -> dict[str, object]:
    """What the printed lines say once they are in a file, but for one `calendar` of several."""
    lines = [line for line in printed.splitlines() if line.startswith(("busy:", "  - {", "calendar:"))]
    found: dict[str, object] = yaml.safe_load("\n".join(dict.fromkeys(lines)))
    for one in found["busy"]:  # type: ignore[attr-defined]
        BusyCalendar.model_validate(one)
    if "calendar" in found:
        OwnCalendar.model_validate(found["calendar"])
    return found


def test_calendars_of_a_real_server_are_listed_to_paste(radicale: Radicale) -> None:
    root = radicale.collection.rpartition("/bice/")[0]
    done = subprocess.run(
        [*forked("plugins.booking"), "calendars", f"{root}/", "--login", "MIO_LOGIN"],
        cwd=ROOT,
        env={"BOOKING_CONTENT": "/nowhere", "MIO_LOGIN": LOGIN},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Trovato un calendario:" in done.stdout
    assert "ci si può scrivere" in done.stdout
    line = {"caldav": f"{radicale.collection}/", "credentials": "MIO_LOGIN"}
    assert pasted(done.stdout) == {"busy": [line], "calendar": line}
    assert PASSWORD not in done.stdout


def test_a_calendar_to_read_is_not_offered_to_write(run: Run) -> None:
    tree = cloud()
    for path in list(tree.nodes):
        if path.startswith("/dav/cal/bice/") and "casa" not in path and path != "/dav/cal/bice/":
            del tree.nodes[path]
    with answering(tree) as address:
        done = run(address, "--login", "MIO", MIO=LOGIN)
    assert "Casa & famiglia — si può solo leggere" in done.stdout
    assert "calendar:" not in done.stdout


def test_without_a_login_nothing_is_offered_to_write(run: Run) -> None:
    with answering(Tree({"/a,b*c": node(CALENDAR, "Lavoro")})) as address:
        place = address.replace("calendario.ics", "a,b*c")
        done = run(place)
    assert pasted(done.stdout) == {"busy": [{"caldav": place}]}
    assert "il server non dice se ci si può scrivere" in done.stdout


def test_address_of_a_file_is_kept_out_of_the_content(run: Run) -> None:
    with answering(lambda handler: say(handler, 200 if handler.command == "GET" else 405, BUSY.encode())) as address:
        done = run(address)
    assert done.returncode == 0
    assert pasted(done.stdout) == {"busy": [{"ics": {"env": "CALENDARIO_PRIVATO"}}]}
    assert "127.0.0.1" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "told"),
    [
        (["{}"], {}, 1, "vuole utente e password"),
        (["{}", "--login", "MIO"], {}, 1, "sul server manca MIO"),
        (["{}", "--login", "BOOKING_X"], {"BOOKING_X": LOGIN}, 1, "sul server manca BOOKING_X"),
        (["{}", "--login", "MIO"], {"MIO": f"{USER}:sbagliata"}, 1, "non accetta utente e password"),
        (["http://calendario.example/"], {}, 2, "Scrivi lo stesso indirizzo con https"),
        (["https://nessuno.invalid/"], {}, 1, "il nome del server non esiste"),
        (["https://calendar.google.com/calendar/embed?src=x"], {}, 2, "formato iCal"),
    ],
)
def test_why_no_calendar_is_listed_is_told(
    run: Run, radicale: Radicale, arguments: list[str], environment: dict[str, str], code: int, told: str
) -> None:
    done = run(*(one.format(radicale.collection) for one in arguments), **environment)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "sbagliata" not in done.stderr


def test_calendars_on_another_host_are_told_with_its_address(run: Run) -> None:
    tree = Tree({"/calendario.ics": node(more=principal("https://p23.calendari.example/7/"))})
    with answering(tree) as address:
        done = run(address, "--login", "MIO", MIO=LOGIN)
    assert "risponde da un altro indirizzo: https://p23.calendari.example/7/. Scrivi quello" in done.stderr
