"""Publishing is `git push`: what she is told, what goes live, and what does not."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.content.colours.tokens import LIGHT
from plugins.publishing.release.releases import KEPT
from tests.building import edit
from tests.publishing.place import POST, Place, Told, eventually

ADDRESS = "blog/cosa-delegare-per-primo/"


def test_the_first_push_of_the_whole_site_makes_it_live(first: tuple[Place, Told]) -> None:
    place, pushed = first
    assert pushed.code == 0, pushed.told
    assert place.brands() == {"Giro 000"}
    assert (place.server.current / "feed.xml").is_file()
    assert place.main == place.live.commit
    assert place.leftovers() == []
    assert re.search(r"PUBBLICATO in \d+,\d secondi: https://", pushed.told)
    assert "Nuovo:" in pushed.told
    assert "upgrade" not in pushed.told


def test_push_of_one_changed_word_summarises_only_that_page(place: Place) -> None:
    place.edit(POST, "delega", "affida")
    # Whoever pushes may keep her files to herself: the web server reads the site all the same.
    pushed = place.push(limits=lambda: os.umask(0o077))
    assert pushed.code == 0, pushed.told
    assert pushed.told.count("/blog/") == 1
    assert re.search(rf"Cambiato:\n  «.+» /{ADDRESS}\n", pushed.told)
    assert "affida" in place.page(ADDRESS)
    site = place.server.current.resolve()
    assert all(path.stat().st_mode & 0o004 for path in (site, site.parent, *site.rglob("*")))
    assert place.brands() == {"Giro 000"}


def test_push_summary_lists_what_is_new_removed_and_waiting(place: Place) -> None:
    text = (place.work / POST).read_text(encoding="utf-8")
    later = re.sub(r"(?m)^(date|slug|title): .*$", "", text).replace(
        "---\n", "---\ntitle: Più in là\ndate: 2099-02-03\n", 1
    )
    (place.work / POST).with_name("piu-in-la.md").write_text(later, encoding="utf-8")
    (place.work / POST).rename((place.work / POST).with_name("un-altro-nome.md"))
    for file in (place.work / "content").rglob("*.md"):
        file.write_text(file.read_text(encoding="utf-8").replace(POST.name, "un-altro-nome.md"), encoding="utf-8")
    edit(
        place.work / "content" / "blog" / "un-altro-nome.md",
        "slug: cosa-delegare-per-primo",
        f"aliases: [/{ADDRESS}]\nslug: un-altro-nome",
    )
    edit(place.work / "content" / "availability.yaml", "notice: 24h", "notice: 36h")
    place.commit()
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert re.search(r"Nuovo:\n  «.+» /blog/un-altro-nome/\n", pushed.told)
    assert "  content/availability.yaml\n" in pushed.told
    assert re.search(rf"Tolto:\n  «.+» /{ADDRESS}\n", pushed.told)
    assert "In attesa:\n  «Più in là» uscirà il 3 febbraio 2099\n" in pushed.told
    assert not (place.server.current / "blog" / "piu-in-la").exists()


@pytest.mark.some_cases(0)
def test_other_line_ends_are_no_change_of_a_page(place: Place) -> None:
    before = place.standing()[2]
    for file in (place.work / "content").rglob("*"):
        if file.suffix in (".md", ".yaml"):
            file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    place.commit()
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert "Nessuna pagina è cambiata." in pushed.told
    assert "Cambiato" not in pushed.told
    assert place.standing()[2] == before


def test_a_refused_push_tells_every_fault_and_changes_nothing(place: Place) -> None:
    before = place.standing()
    edit(place.work / POST, "summary:", "sumary:")
    edit(place.work / "content" / "availability.yaml", "minutes: 30", "minutes: mezz’ora")
    place.commit()
    pushed = place.push()
    assert pushed.code == 1
    assert "NON PUBBLICATO" in pushed.told
    assert re.search(rf"^{POST.as_posix()}:\d+ — .*sumary", pushed.told, re.MULTILINE)
    assert re.search(r"^content/availability\.yaml:\d+ — ", pushed.told, re.MULTILINE)
    assert "Traceback" not in pushed.told
    assert place.standing() == before
    assert place.leftovers() == []
    place.git("reset", "--hard", "--quiet", "HEAD~1")
    place.brand(1)
    assert place.push().code == 0
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_a_forced_push_goes_live_like_any_other(place: Place) -> None:
    place.git("checkout", "--quiet", "--orphan", "da-capo")
    commit = place.brand(1)
    assert place.push("HEAD").code == 1
    assert place.push("HEAD", "--force").code == 0
    assert place.main == commit
    assert place.brands() == {"Giro 001"}


def test_second_of_two_concurrent_pushes_waits_and_both_go_live(place: Place) -> None:
    one, two = place.brand(1), place.brand(2)
    pushing = place.start(one)
    eventually(lambda: bool(place.leftovers()))
    second = place.push(two)
    first = pushing.end()
    assert (first.code, second.code) == (0, 0), first.told + second.told
    assert "aspetta il suo turno" in second.told
    assert "aspetta il suo turno" not in first.told
    assert place.main == two
    assert place.brands() == {"Giro 002"}
    assert place.live.before is not None
    assert place.live.before.endswith(one[:10])


@pytest.mark.some_cases(0)
def test_conflicting_concurrent_push_is_refused_and_the_first_stays(place: Place) -> None:
    start = place.main or ""
    one = place.brand(1)
    place.git("reset", "--hard", "--quiet", start)
    two = place.brand(2)
    pushing = place.start(one)
    eventually(lambda: bool(place.leftovers()))
    second = place.push(two)
    assert pushing.end().code == 0
    assert second.code == 1
    assert "Intanto è stato pubblicato altro («Giro 1»)" in second.told
    assert place.main == one
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_other_branches_are_taken_and_not_built(place: Place) -> None:
    before = place.standing()
    commit = place.brand(1)
    assert place.push("HEAD:refs/heads/prova").code == 0
    assert place.server.repository.commit("refs/heads/prova") == commit
    assert place.standing() == before
    assert place.push(":refs/heads/prova").code == 0


@pytest.mark.some_cases(0)
def test_tags_and_branches_that_come_along_are_taken(place: Place) -> None:
    commit = place.brand(1)
    place.git("tag", "v1")
    pushed = place.push("main", "--atomic", "--tags")
    assert pushed.code == 0, pushed.told
    assert place.main == place.server.repository.commit("refs/tags/v1") == commit
    assert place.brands() == {"Giro 001"}


def test_main_cannot_be_deleted(place: Place) -> None:
    before = place.standing()
    pushed = place.push(":refs/heads/main")
    assert pushed.code == 1
    assert "non si cancella" in pushed.told
    assert place.standing() == before


@pytest.mark.some_cases(0)
def test_push_does_not_deploy_code_or_theme_and_says_so(place: Place) -> None:
    before = place.standing()
    commit = place.edit(Path("theme") / "templates" / "base.html", "<body", '<body data-new="yes"')
    pushed = place.push()
    assert pushed.code == 0
    assert "I contenuti non sono cambiati" in pushed.told
    assert "plugins.publishing upgrade" in pushed.told
    assert place.main == commit
    assert place.standing()[::2] == before[::2]
    place.brand(1)
    pushed = place.push()
    assert "PUBBLICATO" in pushed.told
    assert "plugins.publishing upgrade" in pushed.told
    assert "data-new" not in place.page()


def test_a_push_without_content_is_refused(place: Place) -> None:
    before = place.standing()
    place.git("rm", "-r", "--quiet", "content")
    place.commit()
    pushed = place.push()
    assert pushed.code == 1
    assert "non c’è la cartella content/" in pushed.told
    assert place.standing() == before


@pytest.mark.some_cases(0)
def test_a_push_from_a_clone_without_its_history_is_refused(place: Place) -> None:
    before = place.standing()
    place.brand(1)
    place.brand(2)
    place.git("clone", "--quiet", "--depth", "1", f"file://{place.work}", "../shallow")
    shutil.rmtree(place.work)
    (place.folder / "shallow").rename(place.work)
    place.git("remote", "add", "sito", "../server/site.git")
    pushed = place.push("main", "--force")
    assert pushed.code == 1
    assert "shallow update not allowed" in pushed.told
    assert place.standing() == before


@pytest.mark.some_cases(0)
def test_only_the_last_releases_are_kept(place: Place) -> None:
    oldest = place.server.releases / place.live.name
    for number in range(2, KEPT + 3):
        shutil.copytree(oldest, oldest.with_name(f"{number:06}{oldest.name[6:]}"))
    place.brand(1)
    assert place.push().code == 0
    left = sorted(path.name for path in place.server.releases.iterdir())
    assert [int(name[:6]) for name in left] == list(range(4, KEPT + 4))
    assert place.live.name == left[-1]
    assert place.brands() == {"Giro 001"}


@pytest.mark.some_cases(0)
def test_the_endpoint_sees_the_new_hours_through_the_switch(place: Place) -> None:
    office = ContentReloader(place.server.current / ".." / "content")
    assert office().identity.brand == "Giro 000"
    place.brand(1)
    assert place.push().code == 0
    eventually(lambda: office().identity.brand == "Giro 001")


@pytest.mark.some_cases(0)
def test_push_to_an_english_site_is_answered_in_english(place: Place) -> None:
    edit(place.work / "content" / "identity.yaml", "name:", "language: en\nname:")
    edit(place.work / "content" / "identity.yaml", "languages: [it, en]", "languages: [en, it]")
    place.commit()
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert re.search(r"PUBLISHED in \d+\.\d seconds: https://", pushed.told)
    assert "Changed:\n  content/identity.yaml\n" in pushed.told
    assert '<html lang="en-GB"' in place.page("contatti/")
    edit(place.work / POST, "summary:", "sumary:")
    place.commit()
    refused = place.push()
    assert refused.code == 1
    assert "Checking the content …" in refused.told
    assert "NOT PUBLISHED. The live site is the one from before." in refused.told
    assert "“sumary” is not a known field." in refused.told
    assert "not published, the reason is above" in refused.told


def test_a_push_where_the_servers_colours_are_unreadable_is_refused(place: Place) -> None:
    colours = place.server.code / "theme" / LIGHT
    text = re.sub(r"--muted: #\w+;", "--muted: #F0F0F0;", colours.read_text(encoding="utf-8"))
    colours.write_text(text, encoding="utf-8")
    place.edit(POST, "delega", "affida")
    pushed = place.push()
    assert pushed.code == 1
    assert f"theme/{LIGHT.as_posix()}:" in pushed.told
    assert "--muted" in pushed.told
