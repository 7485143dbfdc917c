"""Whoever is not the owner of an installation is told in a line whose it is and what to run; so is the owner."""

from __future__ import annotations

import getpass
import os
import pwd
import subprocess
from pathlib import Path

import pytest

from plugins.content.system_users import user_name
from plugins.publishing.__main__ import main
from plugins.publishing.install import Wishes, run
from plugins.publishing.ownership import denied, give, refusal
from tests.building import ROOT
from tests.publishing.place import Place, python_for_all

COMMANDS = [["due"], ["follow"], ["rollback"], ["upgrade", "main"], ["install"]]
OTHER = pwd.getpwnam("daemon" if os.geteuid() != pwd.getpwnam("daemon").pw_uid else "nobody")


def in_process(words: list[str], root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that fails, and return the one line that it says."""
    capsys.readouterr()
    assert main([words[0], str(root), *words[1:]]) == 1
    said = capsys.readouterr()
    (line,) = (said.out + said.err).splitlines()
    return line


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is somebody else's, as far as the user who runs this can tell."""
    folder = tmp_path / "maglia"
    folder.mkdir()
    if os.geteuid() == 0:
        give(folder, OTHER)
    else:
        me = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)
        folder.chmod(0o555)
    return folder


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_by_another_user_says_who_should_run_it(
    others: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    line = in_process(words, others, capsys)
    owner = user_name(others.stat().st_uid)
    assert line.startswith(f"{others} belongs to {owner}, and this runs as {user_name(os.geteuid())}. Run: ")
    assert f"-u {owner} " in line
    assert line.endswith(" ".join(["-m plugins.publishing", words[0], str(others), *words[1:]]))
    assert list(others.iterdir()) == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("words", [words for words in COMMANDS if words != ["follow"]], ids=lambda words: words[0])
def test_a_file_that_may_not_be_written_is_told(
    place: Place, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    def refuse(file: object, *_: object) -> int:
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr("plugins.publishing.release.server_folders.os.open", refuse)
    line = in_process(words, place.server.root, capsys)
    assert line.startswith(f"{place.server.lock} cannot be read or written by {getpass.getuser()}: ")
    assert "Traceback" not in line


def test_a_passwords_way_into_the_line_is_closed(others: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "gehe1m" not in in_process(["follow", "https://bice:gehe1m@example.org/s.git"], others, capsys)


def test_what_root_has_left_behind_is_to_be_given_back(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    file.touch()
    os.chown(file, 0 if os.geteuid() == 0 else -1, -1)
    told = denied(PermissionError(13, "Permission denied", str(file)))
    assert told.startswith(f"{file} cannot be read or written by {getpass.getuser()}: {file} belongs to ")
    assert f"as root: chown -R {getpass.getuser()}: {file}" in told


def test_a_folder_of_a_group_may_be_changed_by_members(tmp_path: Path) -> None:
    assert refusal(tmp_path, ["due"]) is None
    assert refusal(tmp_path / "not there", ["install"]) is None


def test_how_to_make_a_missing_user_is_said(tmp_path: Path) -> None:
    told: list[str] = []
    assert run(tmp_path / "root", told.append, Wishes(user="nobody-of-that-name")) == 1
    assert told == [
        "There is no user nobody-of-that-name on this machine. As root: useradd --system --create-home "
        "--home-dir /var/lib/nobody-of-that-name --shell /usr/bin/git-shell nobody-of-that-name"
    ]
    assert not (tmp_path / "root").exists()


def test_user_who_cannot_run_the_interpreter_is_told(tmp_path: Path) -> None:
    python, told = tmp_path / "python", list[str]()
    python.write_text("#!/bin/sh\n", encoding="utf-8")
    python.chmod(0o700)
    code = run(tmp_path / "root", told.append, Wishes(user=OTHER.pw_name, python=str(python)))
    assert code == 1
    assert os.geteuid() != 0 or told[0].startswith(f"{OTHER.pw_name} cannot run {python}: ")


def test_root_gives_the_whole_installation_to_the_user_it_names(tmp_path: Path) -> None:
    root, told, python = tmp_path / "root", list[str](), python_for_all(tmp_path / "python")
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)
    code = run(root, told.append, Wishes(user=OTHER.pw_name, python=python))
    if os.geteuid() != 0:
        assert (code, root.exists()) == (1, False)
        assert "Only root can give" in told[0]
        return
    assert code == 0, told
    owners = {path.lstat().st_uid for path in (root, *root.rglob("*"))}
    assert owners == {OTHER.pw_uid}
    assert f"It belongs to {OTHER.pw_name}." in told[0]
    # Its owner can go on with it, and nobody else can.
    due = [python, "-m", "plugins.publishing", "due", str(root)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    codes = {}
    for user in (OTHER.pw_uid, pwd.getpwnam("bin").pw_uid):
        done = subprocess.run(
            due, user=user, group=user, extra_groups=[], cwd="/", env=environment, capture_output=True, check=False
        )
        codes[user] = done.returncode, done.stderr.decode()
    assert codes[OTHER.pw_uid] == (0, ""), codes
    code, said = codes[pwd.getpwnam("bin").pw_uid]
    assert code == 1
    refusal = f"{root} belongs to {OTHER.pw_name}, and this runs as bin. Run: "
    assert said.startswith(f"{refusal}cd {root}/code && sudo -u {OTHER.pw_name} ")
    assert said.count("\n") == 1
