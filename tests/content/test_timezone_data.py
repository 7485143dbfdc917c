"""Which time zone database is in use: the newer of two, in every program."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tzdata

from plugins.content import timezone_data
from plugins.content.timezone_data import ZoneData, in_use, use_newest
from tests.booking.office import write_content
from tests.soak import soak_count

ROOT = Path(__file__).parents[2]
PACKAGE = Path(str(files("tzdata.zoneinfo")))
DAY = date(2027, 1, 15)


def write_zones(folder: Path, version: str | None, announced: str = "") -> Path:
    """Write a database in which Rome's clock is Tokyo's."""
    (folder / "Europe").mkdir(parents=True)
    shutil.copy(PACKAGE / "Asia/Tokyo", folder / "Europe/Rome")
    if version:
        (folder / "tzdata.zi").write_text(f"# version {version}\n# more\n", encoding="utf-8")
    if announced:
        (folder / "leapseconds").write_text(f"# Words\n#updated {announced} (so)\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test looks at, the others read what they have read before."""
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()
    in_use.cache_clear()
    use_newest()


def look_at(*folders: Path) -> None:
    zoneinfo.reset_tzpath([str(folder) for folder in folders])
    zoneinfo.ZoneInfo.clear_cache()
    in_use.cache_clear()


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/Vancouver", -7, -7),
        ("America/Edmonton", -6, -6),
        ("America/Inuvik", -6, -6),
        ("America/Winnipeg", -5, -5),
        ("Africa/Casablanca", 0, 0),
        ("Africa/El_Aaiun", 0, 0),
        ("America/Havana", -4, -4),
        ("Europe/Chisinau", 2, 3),
        ("Europe/Rome", 1, 2),
    ],
)
def test_clocks_of_2027_are_those_of_the_rules_of_2026f(zone: str, winter: int, summer: int) -> None:
    offsets = [datetime(2027, month, 15, 12, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)]
    assert offsets == [timedelta(hours=winter), timedelta(hours=summer)]


@pytest.mark.parametrize("version", ["2025b", "1999z", None, "of mine"])
def test_the_package_takes_the_place_of_an_older_system(tmp_path: Path, version: str | None) -> None:
    look_at(write_zones(tmp_path, version))
    assert ZoneInfo("Europe/Rome").utcoffset(datetime.combine(DAY, datetime.min.time())) == timedelta(hours=9)
    found = use_newest()
    assert (found.source, found.version) == ("package", tzdata.IANA_VERSION)
    assert ZoneInfo("Europe/Rome").utcoffset(datetime.combine(DAY, datetime.min.time())) == timedelta(hours=1)
    assert in_use() == use_newest() == found


@pytest.mark.parametrize("version", ["2099a", tzdata.IANA_VERSION, f"{tzdata.IANA_VERSION}a"])
def test_a_system_that_is_as_new_stays_in_use(tmp_path: Path, version: str) -> None:
    look_at(tmp_path / "nowhere", write_zones(tmp_path / "zones", version))
    found = use_newest()
    assert (found.source, found.version) == ("system", version)
    assert ZoneInfo("Europe/Rome").utcoffset(datetime.combine(DAY, datetime.min.time())) == timedelta(hours=9)


def test_a_version_in_a_file_of_its_own_is_read(tmp_path: Path) -> None:
    (write_zones(tmp_path, None) / "+VERSION").write_text("2098c\n", encoding="utf-8")
    look_at(tmp_path)
    assert use_newest() == ZoneData("system", "2098c", date(2098, 12, 31))


def test_without_the_package_the_systems_is_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look_at(write_zones(tmp_path, None))
    monkeypatch.setitem(sys.modules, "tzdata", None)
    assert use_newest() == ZoneData("system", None, None)
    assert str(in_use()) == "of unknown version, of the system"


def test_no_release_is_called_old_before_a_year_has_passed(tmp_path: Path) -> None:
    plain = timezone_data._read("system", write_zones(tmp_path / "plain", "2025b"))
    assert not plain.is_old(date(2027, 1, 1))
    assert plain.is_old(date(2027, 1, 2))
    known = timezone_data._read("system", write_zones(tmp_path / "known", "2025b", "1736208000"))  # 7 January 2025
    assert known.released_by == date(2025, 7, 10)
    assert not known.is_old(date(2026, 7, 10))
    assert known.is_old(date(2026, 11, 29))
    assert ZoneData("system").is_old(DAY)


def said_by(program: list[str], folder: Path, zones: Path) -> str:
    """What a program says on a machine with such a database."""
    variables = {"PYTHONTZPATH": str(zones), "PYTHONPATH": str(ROOT), "BOOKING_CONTENT": "content"}
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW, *program],
        cwd=folder,
        env=own | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


# Runs a module as a program, and tells as it ends what Rome's clock was by then.
_SHOW = """
import os, runpy, sys
end = os._exit
def tell(code=0):
    from datetime import datetime
    from zoneinfo import ZoneInfo
    print("Rome", ZoneInfo("Europe/Rome").utcoffset(datetime(2027, 1, 15)), file=sys.__stdout__, flush=True)
    end(0)
os._exit = tell
sys.argv = sys.argv[1:]
sys.path.insert(0, os.getcwd())
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
except BaseException:
    pass
tell()
"""


PROGRAMS = [
    ["plugins.booking", "explain", "conoscitiva", "2027-01-12T10:00"],
    ["plugins.booking", "migrate"],
    ["plugins.publishing", "check"],
    ["plugins.publishing", "due", "nowhere"],
    ["plugins.publishing.workshop", "content", "", "report.json"],
    ["plugins.publishing.receive", "nowhere"],
    ["plugins.fastbuild", "content", "-s", str(ROOT / "pelicanconf.py"), "-o", "output"],
    ["pelican", "content", "-s", str(ROOT / "pelicanconf.py"), "-o", "output"],
]
# An older database of the system's is in use wherever a program forgets to ask; a newer one nearly by itself.
_CASES = [(program, *told) for told in (("2020a", "1:00:00"), ("2099a", "9:00:00")) for program in PROGRAMS]


@pytest.mark.some_cases(2)
@pytest.mark.soak
@pytest.mark.parametrize(
    ("program", "version", "offset"),
    _CASES[: soak_count(len(PROGRAMS) + 1, len(_CASES))],
    ids=lambda told: " ".join(map(str, told[:2])) if isinstance(told, list) else told,
)
def test_every_program_reads_the_newer_database(tmp_path: Path, program: list[str], version: str, offset: str) -> None:
    write_content(tmp_path / "content")
    zones = write_zones(tmp_path / "zones", version)
    assert f"Rome {offset}\n" in said_by(program, tmp_path, zones)
