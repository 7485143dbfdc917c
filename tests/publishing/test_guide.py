"""The assistant's guide, walked through: each command does what it says there, each message reads as it is shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT, ROOT, edit
from tests.publishing.place import ENVIRONMENT, Place, Told
from tests.test_docs import GUIDE, code_blocks

BLOCKS = code_blocks(GUIDE)
NEW = "content/blog/tre-modi-di-dire-no-a-un-preventivo.md"


def block(beginning: str) -> str:
    """The block of the guide that begins with some words."""
    return next(one for one in BLOCKS if one.startswith(beginning))


def make(place: Place, command: str) -> Told:
    """Type a command of the guide that begins with `make` in her folder."""
    link = place.work / ".venv"
    if not link.exists():
        shutil.copy(ROOT / "Makefile", place.work)
        link.symlink_to(sys.prefix)
    # What the commands need is installed already: `-o` says so.
    asked = command.replace("make ", "make -o setup ", 1)
    # Typed by hand, whoever runs the tests: a make inside a make says where it enters.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}
    done = subprocess.run(asked, shell=True, cwd=place.work, env=own, capture_output=True, text=True, check=False)
    return Told(done.returncode, done.stdout + done.stderr)


def publish(place: Place) -> Told:
    """Type the commands of the section on publishing, and return what the last one says, as she sees it."""
    commands = block("git add").splitlines()
    assert commands[-1] == "git push"
    said = ""
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=place.work, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        said = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
        assert done.returncode == 0 or command == "git push", said
    return Told(done.returncode, said)


@pytest.fixture
def hers(place: Place) -> Place:
    """Her folder, where a plain `git push` leads to the server."""
    place.git("push", "--quiet", "--set-upstream", "sito", "main")
    return place


def write_example(place: Place) -> Path:
    """Begin a post as the guide says, and write its example into it."""
    assert make(place, block("make nuovo")) == Told(0, block("Ecco la bozza") + "\n")
    file = place.work / NEW
    assert f"Ecco la bozza: {NEW}" in BLOCKS
    # The example's own day is to come for whoever reads the guide today; what is shown below is a post that is out.
    file.write_text(block("---\n").replace("date: 2027-02-03", "date: 2026-02-03"), encoding="utf-8")
    return file


def test_guide_walkthrough_creates_checks_and_publishes_a_post(hers: Place) -> None:
    write_example(hers)
    checked = make(hers, "make controlla")
    assert checked.code == 0
    assert checked.told.endswith(f"{block('Nessun errore')}\n")
    pushed = publish(hers)
    assert pushed.code == 0, pushed.told
    shown = re.sub(r"in \d,\d secondi", "in SECONDS", block("remote: Controllo"))
    assert shown in re.sub(r"in \d+,\d secondi", "in SECONDS", pushed.told)
    assert "Tre modi di dire no" in hers.page(f"blog/{Path(NEW).stem}/")


def test_future_post_waits_with_the_message_the_guide_shows(hers: Place) -> None:
    edit(write_example(hers), "date: 2026-02-03", "date: 2099-02-03")
    pushed = publish(hers)
    assert pushed.code == 0, pushed.told
    assert block("remote: In attesa") in pushed.told


def test_mistake_is_told_by_check_and_push_as_guide_shows(hers: Place) -> None:
    before = hers.standing()
    edit(hers.work / "content" / "services" / "macro" / "verifica-costi.md", "\nsummary:", "\nsumary:")
    shown = block("content/services/")
    checked = make(hers, "make controlla")
    assert checked.code != 0
    assert shown in checked.told.splitlines()
    pushed = publish(hers)
    assert pushed.code == 1
    assert block("remote: NON PUBBLICATO") in pushed.told
    assert f"remote: {shown}" in pushed.told.splitlines()
    assert hers.standing() == before


def test_calendars_shown_in_the_guide_pass_the_check(hers: Place) -> None:
    file = hers.work / "content" / "availability.yaml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("busy")]
    file.write_text("\n".join([*lines, block("busy:"), ""]), encoding="utf-8")
    checked = make(hers, "make controlla")
    assert checked.code == 0, checked.told


def test_picture_is_added_to_a_post_as_the_guide_shows(hers: Place) -> None:
    file = write_example(hers)
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{block('![')}\n", encoding="utf-8")
    missing = make(hers, "make controlla")
    assert missing.code != 0
    assert "la-scrivania.jpg" in missing.told
    Image.new("RGB", (800, 600), "white").save(hers.work / "content" / "images" / "la-scrivania.jpg")
    assert make(hers, "make controlla").code == 0


def test_the_guides_video_map_and_form_pass_the_check(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "identity.yaml", "brand:", f"{block('form_addresses:')}\nbrand:")
    form = '<form action="https://lista.example/iscriviti"><button>Iscrivimi</button></form>'
    edit(content / "pages" / "chi-sono.md", "\n---\n", f"\n---\n{block('{video:')}\n\n{form}\n\n")
    assert check(content).errors == ()


def test_every_block_of_the_guide_is_tested() -> None:
    used = (
        "make ",
        "git add",
        "---\n",
        "content/services/",
        "Ecco la bozza",
        "Nessun errore",
        "remote: ",
        "price:",
        "hours:",
        "aliases:",
        "busy:",
        "![",
        "{video:",
        "form_addresses:",
    )
    assert [one for one in BLOCKS if not one.startswith(used)] == []
    assert {one.split()[1] for one in BLOCKS if one.startswith("make ")} == {"devserver", "nuovo", "controlla"}


def test_the_guides_price_and_hours_pass_the_check(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    service = content / "services" / "micro" / "posta-e-telefono.md"
    service.write_text(
        re.sub(r"(?m)^price: .*$", block("price:"), service.read_text(encoding="utf-8")), encoding="utf-8"
    )
    timetable = content / "availability.yaml"
    text = timetable.read_text(encoding="utf-8")
    rest = text[text.index("meetings:") :]
    (holidays,) = re.findall(r"`(holidays: .*?)`", GUIDE)
    timetable.write_text(f"timezone: Europe/Rome\n{block('hours:')}\n{holidays}\n{rest}", encoding="utf-8")
    assert check(content) == Report((), ())


def test_old_address_is_kept_by_the_guides_alias_line(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    post = content / "blog" / "cosa-delegare-per-primo.md"
    edit(post, "\n---\n", f"\n{block('aliases:')}\n---\n")
    assert check(content) == Report((), ())


@pytest.mark.parametrize(
    "words", ["Un’altra pubblicazione è in corso: la tua aspetta il suo turno …", "git pull --rebase"]
)
def test_other_push_messages_are_quoted_in_the_guide_verbatim(words: str) -> None:
    assert f"«{words}»" in GUIDE
    assert words in (ROOT / "plugins" / "publishing" / "receive.py").read_text(encoding="utf-8")
