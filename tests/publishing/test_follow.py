"""A server that follows a repository elsewhere takes its content after the same check as a push."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.publishing.release.server_folders import Server
from tests.building import edit
from tests.publishing.place import POST, Place, Told, eventually


def follow(place: Place) -> Told:
    """Follow the repository of whoever writes, as if it were on a host of repositories."""
    return place.run("follow", str(place.work))


@pytest.mark.some_cases(0)
def test_follow_publishes_on_a_server_never_pushed_to(installed: Place, tmp_path: Path) -> None:
    place = installed.copy(tmp_path / "place")
    commit = place.brand(0)
    done = follow(place)
    assert (done.code, done.told) == (0, f"Published: {commit[:10]}, “Giro 0”.\n")
    assert place.main == place.live.commit == commit
    assert place.brands() == {"Giro 000"}


def test_follow_publishes_a_new_commit_once_and_the_endpoint_reloads(place: Place) -> None:
    office = ContentReloader(place.server.current / ".." / "content")
    assert follow(place) == Told(0, "")
    place.brand(1)
    assert follow(place).code == 0
    assert place.brands() == {"Giro 001"}
    eventually(lambda: office().identity.brand == "Giro 001")
    assert place.run("follow") == Told(0, "")


def test_follow_refuses_a_faulty_commit_and_says_so_until_mended(place: Place) -> None:
    before = place.standing()
    edit(place.work / POST, "summary:", "sumary:")
    commit = place.commit("Un refuso")
    first = follow(place)
    assert first.code == 1
    assert f"Refused: {commit[:10]}, “Un refuso”" in first.told
    assert f"{POST.as_posix()}:" in first.told
    assert "Forse «summary»?" in first.told
    assert follow(place) == Told(1, f"Still refused: {commit[:10]}, “Un refuso”. The live content is the one before.\n")
    assert place.standing() == before
    edit(place.work / POST, "sumary:", "summary:")
    place.brand(1)
    assert follow(place).code == 0
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_refused_commit_is_tried_again_after_a_code_upgrade(place: Place) -> None:
    edit(place.work / POST, "summary:", "sumary:")
    place.commit()
    follow(place)
    other = Path(shutil.copytree(place.server.versions / place.server.version, place.server.versions / "0009"))
    place.server.code.unlink()
    place.server.code.symlink_to(f"versions/{other.name}")
    assert "Refused:" in follow(place).told


def test_nothing_of_what_is_followed_runs(place: Place) -> None:
    trap = f"import pathlib\npathlib.Path({str(place.folder / 'trapped')!r}).touch()\n"
    for file in ("pelicanconf.py", "plugins/site/__init__.py", "content/pelicanconf.py"):
        (place.work / file).write_text(trap, encoding="utf-8")
    place.brand(1)
    assert follow(place).code == 0
    assert place.brands() == {"Giro 001"}
    assert not (place.folder / "trapped").exists()


@pytest.mark.some_cases(0)
def test_follow_accepts_a_rewritten_history(place: Place) -> None:
    place.git("checkout", "--quiet", "--orphan", "da-capo")
    commit = place.brand(1)
    place.git("branch", "--force", "main", "HEAD")
    assert follow(place).code == 0
    assert place.main == commit
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_what_was_rolled_back_does_not_come_back_by_following(place: Place) -> None:
    place.brand(1)
    follow(place)
    place.run("rollback")
    assert follow(place) == Told(0, "")
    assert place.brands() == {"Giro 000"}


@pytest.mark.some_cases(0)
def test_another_branch_can_be_followed(place: Place) -> None:
    place.git("checkout", "--quiet", "-b", "in-linea")
    place.brand(1)
    assert place.run("follow", str(place.work), "--branch", "in-linea").code == 0
    assert place.brands() == {"Giro 001"}
    place.brand(2)
    assert place.run("follow").code == 0
    assert place.brands() == {"Giro 002"}


def test_follow_reports_a_missing_repository_and_changes_nothing(place: Place) -> None:
    before = place.standing()
    assert "name its address" in place.run("follow").told
    done = place.run("follow", str(place.folder / "nowhere"))
    assert done.code == 1
    assert "cannot be fetched" in done.told
    assert place.standing() == before


def test_a_password_in_the_address_is_not_told(place: Place) -> None:
    done = place.run("follow", "http://bice:segreto@127.0.0.1:9/sito.git")
    assert done.code == 1
    assert "main of http://127.0.0.1:9/sito.git cannot be fetched" in done.told
    assert "segreto" not in done.told


def test_a_folder_that_is_no_server_follows_nothing(tmp_path: Path) -> None:
    assert not Server(tmp_path).is_installed()
    assert Place(tmp_path).run("follow").code == 1


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("password", ["gehe1m", "ge/he1m", "ge@he1m", "ge#he1m", "ge%2Fhe1m"])
def test_no_sign_in_a_password_makes_it_show(place: Place, password: str) -> None:
    told = place.run("follow", f"https://bice:{password}@127.0.0.1:9/sito.git").told
    assert "he1m" not in told
    assert "cannot be fetched" in told
    assert (place.server.repository.path / "config").stat().st_mode & 0o007 == 0
