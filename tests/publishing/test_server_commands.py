"""What whoever runs the server does: install, roll back, upgrade, and let what is due go out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.booking.storage.migrate import newest as newest_schema
from plugins.publishing.__main__ import main
from plugins.publishing.code_versions import files_of, from_commit, use
from plugins.publishing.systemd_units import KEPT
from tests.booking.migrated import run_migrations
from tests.building import edit
from tests.publishing.place import POST, Place, Told

BASE = Path("theme") / "templates" / "base.html"
PAGE = "blog/cosa-delegare-per-primo/"


@pytest.mark.some_cases(0)
def test_installing_again_changes_nothing_of_what_is_there(place: Place) -> None:
    before, version = place.standing(), place.server.version
    done = place.run("install")
    assert done.code == 0, done.told
    assert place.standing() == before
    assert place.server.version == version
    place.brand(1)
    assert place.push().code == 0


def test_installing_says_how_the_rest_is_set_up(place: Place) -> None:
    told = place.run("install").told
    root = place.server.root
    assert f"{root}/site.git" in told
    assert f"-m plugins.publishing due {root}" in told
    assert f"cd {root}/current-code && " in told
    assert f"install {root} --units /etc/systemd/system" in told
    assert re.search(r"chmod 640 /\S+/settings\.env\n", told)
    assert f"follow {root} REPOSITORY" in told


@pytest.mark.some_cases(0)
def test_a_folder_typed_with_dots_is_told_without_them(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    root = place.server.root
    assert main(["install", str(root / ".." / root.name)]) == 0
    told = capsys.readouterr().out
    assert f"cd {root}/current-code && " in told
    assert ".." not in told


@pytest.mark.parametrize("command", [["rollback"], ["upgrade", "main"], ["due"]])
def test_server_command_on_a_folder_that_is_no_server_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    name, *rest = command
    assert main([name, str(tmp_path), *rest]) == 1
    assert "is no server to push to" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_rollback_restores_the_previous_release_and_later_pushes_still_publish(place: Place) -> None:
    place.brand(1)
    place.push()
    place.brand(2)
    place.push()
    done = place.run("rollback")
    assert done.code == 0, done.told
    assert "“Giro 1”" in done.told
    assert place.run("due") == Told(0, "")
    assert place.brands() == {"Giro 001"}
    assert place.run("rollback").code == 0
    assert place.brands() == {"Giro 000"}
    done = place.run("rollback")
    assert done.code == 1
    assert "no release before" in done.told
    assert place.brands() == {"Giro 000"}
    # The same content again: a push that brings nothing new says that this time it is meant.
    place.git("commit", "--quiet", "--allow-empty", "--message", "Di nuovo")
    assert place.push().code == 0
    assert place.brands() == {"Giro 002"}
    assert place.run("rollback").code == 0
    assert place.brands() == {"Giro 000"}


def test_an_upgrade_brings_in_the_pushed_code_and_theme(place: Place) -> None:
    place.edit(BASE, "<body", '<body data-new="yes"')
    place.push()
    done = place.run("upgrade", "main")
    assert done.code == 0, done.told
    assert 'data-new="yes"' in place.page()
    assert place.brands() == {"Giro 000"}
    assert "requirements" not in done.told
    place.brand(1)
    pushed = place.push()
    assert "upgrade" not in pushed.told
    assert 'data-new="yes"' in place.page()
    assert place.run("upgrade", "main~1").told.endswith("nothing to do.\n")


@pytest.mark.some_cases(0)
def test_an_upgrade_that_does_not_build_changes_nothing(place: Place) -> None:
    before, version = place.standing(), place.server.version
    place.edit(BASE, "<body", "{% if %}<body")
    place.push("HEAD:refs/heads/prova")
    done = place.run("upgrade", "prova")
    assert done.code == 1
    assert "does not build" in done.told
    assert place.standing() == before
    assert place.server.version == version
    assert [folder.name for folder in place.server.versions.iterdir()] == [version]
    assert place.leftovers() == []


@pytest.mark.some_cases(0)
def test_upgrade_without_its_requirements_is_refused_and_says_which(place: Place) -> None:
    before, version = place.standing(), place.server.version
    requirements = place.work / "requirements.txt"
    edit(requirements, "pelican==", "pelican==99.")
    place.commit()
    place.push("HEAD:refs/heads/prova")
    done = place.run("upgrade", "prova")
    assert done.code == 1
    assert re.search(r"does not have what requirements\.txt names\. Run:\n  .* -m pip .*--require-hashes", done.told)
    assert (place.standing(), place.server.version) == (before, version)
    assert [folder.name for folder in place.server.versions.iterdir()] == [version]


@pytest.mark.some_cases(0)
def test_other_requirements_that_are_there_already_are_no_hindrance(place: Place) -> None:
    edit(place.work / "requirements.txt", "pelican==", "# another one\npelican==")
    place.commit()
    place.push()
    done = place.run("upgrade", "main")
    assert done.code == 0, done.told


@pytest.mark.some_cases(0)
def test_upgrade_goes_back_to_the_version_before_and_forth(place: Place) -> None:
    assert "no version before" in place.run("upgrade", "--back").told
    place.edit(BASE, "<body", '<body data-new="yes"')
    place.push()
    assert place.run("upgrade", "main").code == 0
    for new in (False, True):
        assert place.run("upgrade", "--back").code == 0
        assert ('data-new="yes"' in place.page()) is new
        assert revisions(place) == {new}


@pytest.mark.some_cases(0)
def test_rollback_past_an_upgrade_goes_back_for_the_endpoint_too(place: Place) -> None:
    place.edit(BASE, "<body", '<body data-new="yes"')
    place.push()
    place.run("upgrade", "main")
    assert place.run("rollback").code == 0
    assert running(place) is False
    assert 'data-new="yes"' not in place.page()
    # What builds is the new code: the next push brings it out again.
    place.brand(1)
    place.push()
    assert revisions(place) == {True}


@pytest.mark.some_cases(0)
def test_an_upgrade_to_what_is_not_there_says_so(place: Place) -> None:
    done = place.run("upgrade", "v9")
    assert (done.code, done.told) == (
        1,
        f"v9 is no revision of {place.server.repository.path}: push it first.\n",
    )


@pytest.mark.some_cases(0)
def test_interrupted_upgrade_is_finished_by_due(place: Place) -> None:
    place.edit(BASE, "<body", '<body data-new="yes"')
    place.push()
    use(place.server, from_commit(place.server, place.main or ""))
    assert "data-new" not in place.page()
    assert place.run("due").code == 0
    assert 'data-new="yes"' in place.page()


@pytest.mark.some_cases(0)
def test_upgrade_whose_migration_fails_on_a_copy_changes_nothing(place: Place) -> None:
    file = place.folder / "booking.db"
    settings = place.server.repository.setting(KEPT)
    assert settings
    place.server.repository.set(KEPT, str(place.folder / "settings.env"))
    (place.folder / "settings.env").write_text(f"BOOKING_DATABASE_URL=sqlite:///{file}\n", encoding="utf-8")
    run_migrations(f"sqlite:///{file}")
    (newest,) = (place.work / "plugins/booking/migrations/versions").glob(f"{newest_schema()}_*.py")
    text = newest.read_text(encoding="utf-8")
    later = f"{int(newest_schema()) + 1:04}"
    text = re.sub(r"(?m)^revision\b.*$", f'revision = "{later}"', text)
    text = re.sub(r"(?m)^down_revision\b.*$", f'down_revision = "{newest_schema()}"', text)
    text = re.sub(
        r"(?ms)^def upgrade\(.*?(?=^def |\Z)", 'def upgrade():\n    raise ValueError("two of them")\n\n\n', text
    )
    newest.with_name(f"{later}_fails.py").write_text(text, encoding="utf-8")
    place.commit()
    place.push("HEAD:refs/heads/prova")
    before, version, kept = place.standing(), place.server.version, file.read_bytes()
    done = place.run("upgrade", "prova")
    assert done.code == 1
    assert "cannot migrate the database: tried on a copy" in done.told
    assert "ValueError: two of them" in done.told
    assert (place.standing(), place.server.version, file.read_bytes()) == (before, version, kept)


def running(place: Place) -> bool:
    """Whether endpoint and worker would be started with the new code."""
    return 'data-new="yes"' in (place.server.current_code / BASE).read_text(encoding="utf-8")


def revisions(place: Place) -> set[bool]:
    """Which of the two answers: on every page of the site, where the endpoint runs, and in what builds."""
    pages = {'data-new="yes"' in page.read_text("utf-8") for page in place.server.current.rglob("*/index.html")}
    return pages | {running(place), 'data-new="yes"' in (place.server.code / BASE).read_text(encoding="utf-8")}


def scheduled(place: Place, day: str) -> None:
    text = (place.work / POST).read_text(encoding="utf-8")
    edit(place.work / POST, text.split("date: ")[1][:10], day)
    for file in sorted((place.work / "content").rglob("*.md")):
        # The others do not link to a post that is not out yet.
        file.write_text(
            file.read_text(encoding="utf-8").replace(POST.name, "chi-e-un-assistente-virtuale.md"), encoding="utf-8"
        )
    place.commit()


@pytest.mark.some_cases(0)
def test_a_post_goes_out_by_itself_on_its_day(place: Place) -> None:
    scheduled(place, "2099-02-03")
    pushed = place.push()
    assert "uscirà il 3 febbraio 2099" in pushed.told
    assert not (place.server.current / PAGE).exists()
    assert place.run("due", "--today", "2099-02-02") == Told(0, "")
    # The machine was off on the day itself.
    done = place.run("due", "--today", "2099-02-05")
    assert done.code == 0
    assert f"/{PAGE}" in done.told
    assert (place.server.current / PAGE / "index.html").exists()
    assert place.brands() == {"Giro 000"}
    assert place.run("due", "--today", "2099-02-06").told == ""


@pytest.mark.some_cases(0)
def test_due_post_is_published_after_a_rollback_too(place: Place) -> None:
    scheduled(place, "2099-02-03")
    place.push()
    place.brand(1)
    place.push()
    place.run("rollback")
    assert place.run("due", "--today", "2099-02-03").code == 0
    assert (place.server.current / PAGE / "index.html").exists()
    assert place.brands() == {"Giro 000"}


@pytest.mark.some_cases(0)
def test_the_installed_code_is_named_as_git_names_it(place: Place) -> None:
    files = files_of(place.server, place.server.version)
    assert files["publishconf.py"] == place.git("rev-parse", "HEAD:publishconf.py")
