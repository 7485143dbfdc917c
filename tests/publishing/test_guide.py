"""The writer's guide in each language, walked through: each command does what it says, each message reads as shown."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest
from PIL import Image

from plugins.content.locale import language
from plugins.domain.language import ITALIAN, _, speak
from plugins.publishing import code_versions
from plugins.publishing.__main__ import main
from plugins.publishing.checks.check import Report, check
from plugins.publishing.checks.public_settings import with_addresses
from tests.building import CONTENT, ROOT, SETTINGS, edit
from tests.guides import ELLEN, GUIDES, Guide
from tests.publishing.place import ENVIRONMENT, Place, Told
from tests.publishing.start.checkout import clone, start


@pytest.fixture(autouse=True)
def _italian_again() -> Iterator[None]:
    yield
    speak(ITALIAN)


@pytest.fixture(params=GUIDES, ids=[guide.language for guide in GUIDES])
def guide(request: pytest.FixtureRequest) -> Guide:
    """The guide in one of its languages."""
    one: Guide = request.param
    return one


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


def publish(place: Place, guide: Guide) -> Told:
    """Type the commands of the section on publishing, and return what the last one says, as she sees it."""
    commands = guide.block("git add").splitlines()
    assert commands[-1] == "git push"
    said = ""
    for command in commands:
        done = subprocess.run(
            command, shell=True, cwd=place.work, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        said = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
        assert done.returncode == 0 or command == "git push", said
    return Told(done.returncode, said)


@pytest.fixture(scope="session")
def english(installed: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A server and a folder as `make mine` leaves them for somebody abroad, the first push live."""
    place = installed.copy(tmp_path_factory.mktemp("english") / "place")
    place.commit()
    with chdir(CONTENT.parent):
        assert start(place.work, ELLEN) == 0
    settings = place.server.code / SETTINGS
    settings.write_text(
        with_addresses(settings.read_text(encoding="utf-8"), {"SITEURL": ELLEN["site"]}), encoding="utf-8"
    )
    code_versions._write_down(place.server.code)
    place.commit()
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    return place


@pytest.fixture
def hers(guide: Guide, request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Her folder, where a plain `git push` leads to the server."""
    first: Place = request.getfixturevalue("first")[0] if guide.language == "it" else request.getfixturevalue("english")
    place = first.copy(tmp_path / "place")
    place.git("push", "--quiet", "--set-upstream", "sito", "main")
    return place


@pytest.fixture
def content(guide: Guide, tmp_path: Path) -> Path:
    """A copy of the content that the guide is about."""
    return guide.content(tmp_path)


def write_example(place: Place, guide: Guide) -> Path:
    """Begin a post as the guide says, and write its example into it."""
    (told,) = [one for one in guide.blocks if one.endswith(f": {guide.new_post}")]
    (command,) = [one for one in guide.blocks if one.startswith("make nuovo") and "LINGUA" not in one]
    assert make(place, command) == Told(0, told + "\n")
    file = place.work / guide.new_post
    # The example's own day is to come for whoever reads the guide today; what is shown below is a post that is out.
    file.write_text(guide.block("---\n").replace("date: 2027-02-03", "date: 2026-02-03"), encoding="utf-8")
    return file


@pytest.mark.some_cases(1)
def test_a_language_begins_as_the_guide_says(hers: Place, guide: Guide) -> None:
    (command,) = [one for one in guide.blocks if "LINGUA=" in one]
    code = command.rpartition("=")[2]
    assert make(hers, command).code == 0
    assert f"languages: [{guide.language}, {code}]" in guide.text
    identity = hers.work / "content" / "identity.yaml"
    kept = [line for line in identity.read_text("utf-8").splitlines() if not line.startswith(("claim:", "languages:"))]
    added = [f"languages: [{guide.language}, {code}]", guide.block("claim:")]
    identity.write_text("\n".join([*kept, *added, ""]), encoding="utf-8")
    translation = hers.work / "content" / "pages" / f"home.{code}.md"
    assert "status: draft" in translation.read_text("utf-8")
    assert make(hers, "make controlla").code == 0
    edit(translation, "status: draft\n", "")
    assert make(hers, "make controlla").code == 0


def all_well(guide: Guide) -> str:
    """The block with what the check says where nothing is wrong."""
    (block,) = [
        one for one in guide.blocks if one in ("Nessun errore: si può pubblicare.", "No errors: it can be published.")
    ]
    return block


def remote(guide: Guide, number: int) -> str:
    """One of the answers of a push: published, refused, waiting."""
    return [one for one in guide.blocks if one.startswith("remote: ")][number]


@pytest.mark.some_cases(1)
def test_guide_walkthrough_creates_checks_and_publishes_a_post(hers: Place, guide: Guide) -> None:
    write_example(hers, guide)
    checked = make(hers, "make controlla")
    assert checked.code == 0
    assert checked.told.endswith(f"{all_well(guide)}\n")
    pushed = publish(hers, guide)
    assert pushed.code == 0, pushed.told
    duration = r"in \d+[.,]\d (second)"
    shown = re.sub(duration, r"in TIME \1", remote(guide, 0))
    assert shown in re.sub(duration, r"in TIME \1", pushed.told)
    assert shown.splitlines()[-1].split("”")[0].split("»")[0][-20:] in hers.page(f"blog/{Path(guide.new_post).stem}/")


@pytest.mark.some_cases(1)
def test_future_post_waits_with_the_message_the_guide_shows(hers: Place, guide: Guide) -> None:
    edit(write_example(hers, guide), "date: 2026-02-03", "date: 2099-02-03")
    pushed = publish(hers, guide)
    assert pushed.code == 0, pushed.told
    assert remote(guide, 2) in pushed.told


@pytest.mark.some_cases(1)
def test_mistake_is_told_by_check_and_push_as_guide_shows(hers: Place, guide: Guide) -> None:
    before = hers.standing()
    edit(hers.work / "content" / guide.service, "\nsummary:", "\nsumary:")
    shown = guide.block("content/services/")
    checked = make(hers, "make controlla")
    assert checked.code != 0
    assert shown in checked.told.splitlines()
    pushed = publish(hers, guide)
    assert pushed.code == 1
    assert remote(guide, 1) in pushed.told
    assert f"remote: {shown}" in pushed.told.splitlines()
    assert hers.standing() == before


def test_calendars_shown_in_the_guide_pass_the_check(content: Path, guide: Guide) -> None:
    file = content / "availability.yaml"
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("busy")]
    file.write_text("\n".join([*lines, guide.block("busy:"), ""]), encoding="utf-8")
    assert check(content).errors == ()


def test_picture_is_added_to_a_post_as_the_guide_shows(content: Path, guide: Guide) -> None:
    post = content / guide.new_post.removeprefix("content/")
    post.write_text(f"{guide.block('---')}\n{guide.block('![')}\n", encoding="utf-8")
    picture = re.findall(r"images/[\w.-]+", guide.block("!["))[0]
    assert [picture in str(fault) for fault in check(content).errors] == [True]
    (content / "images").mkdir(exist_ok=True)
    Image.new("RGB", (800, 600), "white").save(content / picture)
    assert check(content).errors == ()


def test_the_guides_video_map_and_form_pass_the_check(content: Path, guide: Guide) -> None:
    accepted = guide.block("form_addresses:")
    edit(content / "identity.yaml", "brand:", f"{accepted}\nbrand:")
    address = accepted.split("[")[1].rstrip("]")
    for picture in re.findall(r"images/[\w.-]+", guide.block("{video:")):
        (content / "images").mkdir(exist_ok=True)
        shutil.copy(CONTENT / "images" / "scrivania.svg", content / picture)
    form = f'<form action="{address}"><button>Iscrivimi</button></form>'
    edit(content / guide.page, "\n---\n", f"\n---\n{guide.block('{video:')}\n\n{form}\n\n")
    assert check(content).errors == ()


def test_the_guides_lines_about_her_pass_the_check(content: Path, guide: Guide) -> None:
    file, block = content / "identity.yaml", guide.block("portrait:")
    keys = tuple(f"{line.split(':')[0]}:" for line in block.splitlines())
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith(keys)]
    file.write_text("\n".join([*lines, block, ""]), encoding="utf-8")
    picture = content / block.splitlines()[0].removeprefix("portrait: ")
    picture.parent.mkdir(exist_ok=True)
    Image.new("RGB", (3000, 4000), "white").save(picture)
    assert check(content).errors == ()


@pytest.mark.parametrize("key", ["repeat:", "questions:", "room:"])
def test_the_guides_lines_of_a_meeting_pass_the_check(content: Path, guide: Guide, key: str) -> None:
    meeting = "".join(f"    {line}\n" for line in guide.block(key).splitlines())
    file = content / "availability.yaml"
    rules = re.sub(r"(?m)^    questions:\n(?:      - .*\n)+", "", file.read_text(encoding="utf-8"), count=1)
    file.write_text(re.sub(r"(?m)^  - slug: .*\n", lambda first: first[0] + meeting, rules, count=1), encoding="utf-8")
    assert meeting in file.read_text(encoding="utf-8")
    assert check(content).errors == ()


def test_every_block_of_the_guide_is_tested(guide: Guide) -> None:
    used = (
        "make ",
        "git add",
        "---\n",
        "content/services/",
        "content/identity.yaml:",
        all_well(guide),
        "remote: ",
        "price:",
        "country:",
        "claim:",
        "hours:",
        "meetings:",
        "places:",
        "aliases:",
        "busy:",
        "![",
        "{video:",
        "form_addresses:",
        "portrait:",
        "who:",
        "repeat:",
        "questions:",
        "room:",
        ".venv/bin/python -m plugins.publishing import",
    )
    left = [one for one in guide.blocks if not one.startswith(used)]
    assert [one.split(": ")[-1] for one in left] == [guide.new_post]
    typed = {one.split()[1] for one in guide.blocks if one.startswith("make ")}
    assert typed == {"mine", "devserver", "nuovo", "controlla"}


def test_sample_leftover_is_told_as_the_guide_shows(guide: Guide, tmp_path: Path) -> None:
    folder = clone(tmp_path / "site")
    with chdir(CONTENT.parent):
        assert start(folder, {**ELLEN, "language": guide.language}) == 0
    edit(folder / "content" / "identity.yaml", ELLEN["email"], "ciao@stessamaglia.example")
    told = [fault.within(Path("content")) for fault in check(folder / "content").errors]
    assert guide.block("content/identity.yaml:") in told


def test_the_guides_import_is_one_of_the_command(guide: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    words = guide.block(".venv/").split()
    with pytest.raises(SystemExit) as ended:
        main([*words[3:], "--help"])
    assert ended.value.code == 0
    assert {words[4], words[6]} <= set(re.findall(r"[\w-]+", capsys.readouterr().out))


def test_the_guides_identity_passes_the_check(content: Path, guide: Guide) -> None:
    identity = content / "identity.yaml"
    shown = guide.block("country:")
    kept = re.sub(r"(?m)^(country|vat_number):.*\n", "", identity.read_text(encoding="utf-8"))
    identity.write_text(f"{kept}{shown}\n", encoding="utf-8")
    (content / "images").mkdir(exist_ok=True)
    for picture in re.findall(r"images/[\w.-]+", shown):
        shutil.copy(CONTENT / "images" / "scrivania.svg", content / picture)
    assert check(content).errors == ()


def test_the_guides_price_and_hours_pass_the_check(content: Path, guide: Guide) -> None:
    service = content / guide.service
    text = service.read_text(encoding="utf-8")
    timetable = content / "availability.yaml"
    lines = timetable.read_text(encoding="utf-8")
    rest = lines[lines.index("meetings:") :]
    holidays = [
        one if one.startswith("holidays") else f"holidays: {one}"
        for one in re.findall(r"`((?:holidays: )?\{country: .*?\})`", guide.text)
    ]
    assert len(holidays) == 2
    prices = [guide.block("price:"), *re.findall(r"`(price: \{.*?\})`", guide.text)]
    assert len(prices) == 3
    for days, price in [(holidays[0], prices[0]), (holidays[1], prices[1]), (holidays[1], prices[2])]:
        service.write_text(re.sub(r"(?m)^price: .*$", price, text), encoding="utf-8")
        timetable.write_text(f"timezone: Europe/Rome\n{guide.block('hours:')}\n{days}\n{rest}", encoding="utf-8")
        assert check(content) == Report((), ())


def test_the_guides_meetings_and_places_pass_the_check(content: Path, guide: Guide) -> None:
    timetable = content / "availability.yaml"
    before = re.sub(r"(?m)^first_meeting:.*\n", "", timetable.read_text(encoding="utf-8")).split("meetings:")[0]
    (several,) = re.findall(r"`meetings: \[[\w-]+, ([\w-]+)\]`", guide.text)
    other = f"  - {{slug: {several}, title: Altro, minutes: 20, where: phone, listed: false}}"
    meetings = guide.block("meetings:").replace("\nfirst_meeting", f"\n{other}\nfirst_meeting")
    timetable.write_text(f"{before}{meetings}\n", encoding="utf-8")
    edit(content / "identity.yaml", "brand:", f"{guide.block('places:')}\nbrand:")
    service = content / guide.service
    choice = re.findall(r"`(meetings: \[.*?\])`", guide.text)[0]
    service.write_text(re.sub(r"(?m)^meeting: .*$", choice, service.read_text(encoding="utf-8")), encoding="utf-8")
    assert check(content).errors == ()


def test_the_guides_nights_places_and_stays_pass_the_check(content: Path, guide: Guide) -> None:
    (night,) = re.findall(r"`(friday: \[.*?\])` ", guide.text)
    (week,) = re.findall(r"`(monday: \[.*? studio.*?\])`", guide.text)
    (stay,) = re.findall(r"`(\{from: [^`]*timezone: [^`]*\})`", guide.text)
    timetable = content / "availability.yaml"
    rest = timetable.read_text(encoding="utf-8").partition("holidays:")[2]
    hours = f"timezone: Europe/Rome\nhours:\n  {week}\n  {night}\nstays:\n  - {stay}\nholidays:{rest}"
    timetable.write_text(hours, encoding="utf-8")
    named = sorted(set(re.findall(r"\d ([a-z]+)\"", week)))
    assert len(named) == 2
    places = ", ".join(f"{{slug: {one}, name: {one}, address: Via Po 1, how_to_get_there: Suona}}" for one in named)
    edit(content / "identity.yaml", "brand:", f"places: [{places}]\nbrand:")
    assert check(content).errors == ()


def test_old_address_is_kept_by_the_guides_alias_line(content: Path, guide: Guide) -> None:
    post = next((content / "blog").glob("*.md"))
    edit(post, "\n---\n", f"\n{guide.block('aliases:')}\n---\n")
    assert check(content) == Report((), ())


def test_of_the_guides_pages_two_alone_may_not_be_missing(content: Path, guide: Guide) -> None:
    chapter = next(one for one in guide.sections if "(`action`)" in one)
    named = [re.findall(r"`(\w+)`", one) for one in re.findall(r"(?:`\w+`(?:, | e | and )?)+", chapter)]
    kept, free = named[0], named[1]
    assert (len(kept), len(free)) == (2, 7)
    files = {name: content / "pages" / f"{name}.md" for name in [*kept, *free]}
    for file in files.values():
        file.unlink()
    # What leads to one that is gone is told where it is said; the page itself is told where it has to be.
    assert {content / fault.path for fault in check(content).errors} & {*files.values()} == {
        files[name] for name in kept
    }


@pytest.mark.parametrize(
    "words", ["Un’altra pubblicazione è in corso: la tua aspetta il suo turno …", "git pull --rebase"]
)
def test_other_push_messages_are_quoted_in_the_guide_verbatim(words: str, guide: Guide) -> None:
    assert words in (ROOT / "plugins" / "publishing" / "receive.py").read_text(encoding="utf-8")
    speak(language(guide.language))
    opened, closed = "«»" if guide.language == "it" else "“”"
    assert f"{opened}{_(words)}{closed}" in guide.text


def test_other_titles_of_a_push_are_quoted_in_the_guide(guide: Guide) -> None:
    speak(language(guide.language))
    assert all(f"{_(word)}" in guide.text for word in ("Cambiato", "Tolto"))
