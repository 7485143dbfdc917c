"""The units of systemd, as they stand and as `install` writes them: understood, hardened, of commands there are."""

from __future__ import annotations

import getpass
import re
import subprocess
from pathlib import Path

import pytest

from plugins.booking.arguments import parser
from plugins.publishing.server_commands import COMMANDS
from plugins.publishing.systemd_units import TEMPLATES, NoUnitsError, units, write
from tests.building import CONTENT
from tests.publishing.place import install

NAMES = sorted(file.name for file in TEMPLATES.iterdir())
SERVICES = [name for name in NAMES if name.endswith(".service")]
# What systemd calls "OK" ends at 4.9, and at 2.9 what it shows with a smile.
MOST_EXPOSED = 15


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units of an installation somewhere, with an interpreter that there is and a user that there is."""
    folder = tmp_path_factory.mktemp("units")
    for name in ("code", "current-code"):
        (folder / "root" / name).mkdir(parents=True)
    (folder / "env").touch()
    write(folder, units(folder / "root", "daemon", "daemon", folder / "env", "/bin/sh"))
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_is_one_that_systemd_understands(written: Path, name: str) -> None:
    unit = name.replace("@.", "@maglia.service.")
    if unit != name:
        (written / unit).unlink(missing_ok=True)
        (written / unit).symlink_to(name)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", str(written / unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_is_hardened(written: Path, name: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(written / name)]
    weighed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert weighed.returncode == 0, weighed.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_a_command_that_there_is(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=\S+ -m plugins\.(booking|publishing) (.+)$", text, re.MULTILINE)
    assert command
    if command[1] == "publishing":
        assert command[2].split()[0] in COMMANDS
    else:
        assert parser().parse_args(command[2].split())


@pytest.mark.parametrize("name", [name for name in SERVICES if "@" not in name])
def test_the_owner_hears_of_each_unit_that_fails(name: str) -> None:
    assert "\nOnFailure=maglia-failed@%n.service\n" in (TEMPLATES / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".timer")])
def test_a_timer_starts_a_unit_of_ours(name: str) -> None:
    assert name.replace(".timer", ".service") in NAMES


def test_units_for_usual_places_are_the_files_as_they_stand() -> None:
    usual = units(Path("/srv/maglia"), "maglia", "maglia", Path("/etc/maglia/env"), None)
    assert dict(usual) == {name: (TEMPLATES / name).read_text(encoding="utf-8") for name in NAMES}


def test_a_unit_names_nothing_that_an_installation_elsewhere_has_not(written: Path) -> None:
    for name in NAMES:
        text = (written / name).read_text(encoding="utf-8")
        assert not re.search(r"/srv/maglia|/etc/maglia|User=maglia", text), name


def test_install_writes_the_units_and_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CONTENT.parent)
    place = install(tmp_path)
    folder = tmp_path / "system"
    first = place.run("install", "--units", str(folder)).told
    assert f"Written into {folder}: {', '.join(NAMES)}." in first
    assert f"\nUser={getpass.getuser()}\n" in (folder / "maglia.service").read_text(encoding="utf-8")
    assert f"WorkingDirectory={place.server.root}/current-code\n" in (folder / "maglia.service").read_text("utf-8")
    assert "nothing, all is there already" in place.run("install", "--units", str(folder)).told


def test_a_folder_that_no_unit_can_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoUnitsError, match="letters, digits"):
        list(units(tmp_path / "my site", "maglia", "maglia", Path("/etc/maglia/env"), None))
