"""The sample becomes somebody's own by one command, or stays as it was."""

from __future__ import annotations

import ast
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path

import pytest

from plugins.content.office_reader import read_office
from plugins.publishing.__main__ import main
from plugins.publishing.checks.check import Report, check
from plugins.publishing.checks.public_settings import with_addresses
from plugins.publishing.checks.sample_leftovers import sample
from plugins.publishing.start import content_switch
from plugins.publishing.start.catalogue_words import kinds
from plugins.publishing.start.questions import QUESTIONS
from plugins.publishing.start.start_command import LANGUAGES
from plugins.publishing.start.starter_content import write_content
from tests.building import ROOT, build
from tests.publishing.start.checkout import HEDI, IRMA, KURT, clone, git, start

DAY = date(2026, 12, 1)
COUNTRIES = ("IT", "DE", "GB", "CH", "US", "SM")
HOSTILE = 'Anna "Bella" *D\'Arc*: [x](y) & <b> #1 \\ _z_ {%} {{ name }} 🧠'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return clone(tmp_path / "site")


def state(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def answers(language: str, **others: str) -> dict[str, str]:
    """Whole answers, as they come out of the questions."""
    said: dict[str, str] = {**IRMA, "language": language, "country": "IT", **others}
    said.setdefault("timezone", "Europe/Rome")
    for question in QUESTIONS:
        if question.key not in said:
            said[question.key] = question.default(said) or ""
    return said


@pytest.mark.some_cases(4)
@pytest.mark.parametrize("kind", ["advice", "care", "teaching", "craft"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_content_has_no_error_and_no_advice(tmp_path: Path, language: str, kind: str) -> None:
    for country in COUNTRIES:
        folder = tmp_path / country
        number = IRMA["vat_number"] if country == "IT" else ""
        write_content(folder, answers(language, country=country, kind=kind, vat_number=number), DAY)
        assert check(folder, day=DAY) == Report((), ())
        assert read_office(folder).identity.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_know_the_same_kinds(language: str) -> None:
    assert set(kinds(language)) == set(kinds("it")) >= {"advice", "care", "teaching", "craft"}


@pytest.mark.parametrize("who", [IRMA, KURT], ids=["italian", "english"])
def test_nothing_of_the_sample_is_left(folder: Path, who: Mapping[str, str]) -> None:
    assert start(folder, who) == 0
    everything = "\n".join(
        path.read_text(encoding="utf-8") for path in [*(folder / "content").rglob("*.*"), folder / "publishconf.py"]
    ).casefold()
    foreign = {*sample().words, "assistente virtuale", "virtual assistant", "misto frutta"}
    assert [words for words in foreign if words.casefold() in everything] == []
    assert sorted(path.name for path in folder.iterdir()) == [
        ".git",
        "content",
        "pelicanconf.py",
        "publishconf.py",
        "theme",
    ]


def test_the_answers_stand_where_they_belong(folder: Path) -> None:
    assert start(folder, KURT) == 0
    office = read_office(folder / "content")
    assert (office.identity.name, office.identity.language) == ("Kurt Vogel", "en")
    assert office.availability.timezone.key == "Europe/Berlin"
    assert (office.availability.holidays.country, office.availability.holidays.region) == ("DE", "BE")
    assert (office.identity.vat_number, office.identity.country) == (None, "DE")
    assert "The controller is Kurt Vogel" in (folder / "content/pages/privacy.md").read_text(encoding="utf-8")
    settings = (folder / "publishconf.py").read_text(encoding="utf-8")
    assert 'SITEURL = "https://kurtvogel.github.io/site"' in settings
    assert 'BOOKING_URL = "https://book.vogel.de"' in settings
    assert "#17497C" in (folder / "theme/static/css/tokens/colours.css").read_text(encoding="utf-8")


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("who", [IRMA, KURT, HEDI], ids=["it", "en", "de"])
def test_nobody_of_the_sample_is_in_a_new_content(folder: Path, who: Mapping[str, str]) -> None:
    assert start(folder, who) == 0
    office = read_office(folder / "content")
    assert (office.testimonials, office.cases) == ((), ())
    assert (office.pictures.portrait, office.identity.voice, office.identity.languages) == (None, None, ())
    # Its lines about her are ready: only the picture is hers to bring.
    file = folder / "content" / "identity.yaml"
    head, shown = file.read_text(encoding="utf-8").split("# portrait: images/")
    lines = [line.removeprefix("# ") for line in shown.splitlines()[1:]]
    file.write_text("\n".join([head, *lines]), encoding="utf-8")
    assert check(folder / "content").errors == ()
    assert read_office(folder / "content").identity.clients == 40


@pytest.mark.parametrize(
    ("language", "country", "told", "union"),
    [
        ("it", "IT", "articolo 13 del Regolamento", True),
        ("it", "GB", "UK GDPR", False),
        ("it", "CH", "legge federale", False),
        ("it", "US", "rispondo io", False),
        ("de", "DE", "Bundeslandes", True),
        ("de", "AT", "Österreichischen Datenschutzbehörde", True),
        ("de", "CH", "Art. 19 des Bundesgesetzes", False),
    ],
)
def test_the_privacy_notice_names_the_law_that_holds(
    tmp_path: Path, language: str, country: str, told: str, union: bool
) -> None:
    write_content(tmp_path / "content", answers(language, country=country), DAY)
    text = (tmp_path / "content" / "pages" / "privacy.md").read_text(encoding="utf-8")
    assert told in text
    assert ("(UE) 2016/679" in text or "(EU) 2016/679" in text) == union


@pytest.mark.parametrize(
    ("country", "told"), [("DE", "§ 5 DDG"), ("AT", "§ 25 MedienG"), ("CH", "UWG"), ("LU", "Wer hier spricht")]
)
def test_a_german_site_has_its_legal_notice(tmp_path: Path, country: str, told: str) -> None:
    write_content(tmp_path / "content", answers("de", country=country, vat_number=""), DAY)
    notice = (tmp_path / "content" / "pages" / "impressum.md").read_text(encoding="utf-8")
    assert told in notice
    assert all(f"{IRMA[key].split(',')[0]}" in notice for key in ("name", "address", "email"))
    assert [link.page for link in read_office(tmp_path / "content").identity.links] == ["impressum"]


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_signs_in_an_answer_are_shown_as_typed(folder: Path, language: str) -> None:
    who = {**IRMA, "language": language, "country": "IT", "name": HOSTILE, "brand": HOSTILE, "claim": HOSTILE}
    assert start(folder, {**who, "address": HOSTILE, "legal": HOSTILE}) == 0
    assert check(folder / "content").errors == ()
    assert read_office(folder / "content").identity.name == HOSTILE


def test_areas_and_services_may_be_typed(folder: Path) -> None:
    typed = "Pianoforte: Una lezione, Dieci lezioni; Coro: Prova aperta"
    assert start(folder, {**IRMA, "areas": typed}) == 0
    areas = read_office(folder / "content").catalogue.areas
    assert [(area.title, [one.title for one in area.services]) for area in areas] == [
        ("Pianoforte", ["Una lezione", "Dieci lezioni"]),
        ("Coro", ["Prova aperta"]),
    ]
    assert check(folder / "content") == Report((), ())


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("region", "Baviera"),
        ("email", "irma"),
        ("vat_number", "123"),
        ("vat_number", "12345678903"),
        ("country", "Atlantide"),
        ("timezone", "Europe/Atlantide"),
        ("hours", "lunedì"),
        ("hours", "monday 13:00-09:00"),
        ("site", "irmasalvi.it"),
        ("site", "https://irmasalvi.it/?a=b"),
        ("site", 'https://irmasalvi.it/"+__import__("os").getcwd()+"'),
        ("site", "https://irmasalvi.it\\"),
        ("site", "https://irma;script-src-elem"),
        ("endpoint", "https://prenota.example'"),
        ("endpoint", "prenota"),
        ("palette", "#12"),
        ("kind", "altro"),
        ("areas", "Lezioni"),
        ("areas", "Lezioni: Una; Lezioni: Due"),
        ("profession", "p" * 61),
        ("name", "Irma\nSalvi"),
    ],
)
def test_a_wrong_answer_is_told_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], key: str, wrong: str
) -> None:
    before = state(folder)
    assert start(folder, {**IRMA, key: wrong}) == 1
    assert f"--{key.replace('_', '-')}: " in capsys.readouterr().err
    assert state(folder) == before


def test_one_mistake_of_five_days_is_told_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(folder, {**IRMA, "hours": "lun-ven 13:00-09:00"}) == 1
    told = capsys.readouterr().err
    assert "«monday»" in told
    assert "«tuesday»" not in told


def test_help_names_what_there_is_to_choose_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["start", "--help"])
    told = capsys.readouterr().out
    assert "garnet" in told
    assert "teaching" in told


def test_an_address_stays_one_text_in_the_settings() -> None:
    address = 'https://a.example/"\\\nè'
    written = with_addresses('SITEURL = "https://b.example"\n', {"SITEURL": address})
    assert ast.literal_eval(written.removeprefix("SITEURL = ").strip()) == address


def test_what_is_missing_is_told_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(folder)
    assert start(folder, {"language": "en"}) == 1
    told = capsys.readouterr().err
    for flag in ("--name", "--profession", "--email", "--country", "--address", "--site"):
        assert f"{flag}: " in told
    assert state(folder) == before


def test_uncommitted_work_is_not_written_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "content" / "pages" / "home.md").write_text("Mia", encoding="utf-8")
    before = state(folder)
    assert start(folder, IRMA) == 1
    assert "--force" in capsys.readouterr().err
    assert state(folder) == before
    assert start(folder, IRMA, "--force") == 0
    assert (folder / "content-before-start" / "pages" / "home.md").read_text(encoding="utf-8") == "Mia"


def test_a_content_of_ones_own_is_not_begun_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert start(folder, IRMA) == 0
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Mio")
    before = state(folder)
    assert start(folder, IRMA) == 1
    assert "--force" in capsys.readouterr().err
    assert state(folder) == before


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failure_while_switching_undoes_all(folder: Path, monkeypatch: pytest.MonkeyPatch, failing: int) -> None:
    before, calls = state(folder), count(1)
    replace = content_switch._replace

    def fail(file: Path, content: bytes) -> None:
        if next(calls) == failing:
            raise OSError("full")
        replace(file, content)

    monkeypatch.setattr(content_switch, "_replace", fail)
    with pytest.raises(OSError, match="full"):
        start(folder, {**IRMA, "palette": "#0B6E4F"})
    assert state(folder) == before


def test_settings_without_an_address_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "publishconf.py").write_text("PACK = True\n", encoding="utf-8")
    git(folder, "commit", "--quiet", "--all", "--message", "Altro")
    before = state(folder)
    assert start(folder, IRMA) == 1
    assert "publishconf.py: «SITEURL»" in capsys.readouterr().err
    assert state(folder) == before


def asking(folder: Path) -> subprocess.Popen[str]:
    """The command as somebody at a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "plugins.publishing", "start", "--content", str(folder / "content")],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_answers_are_asked_for_until_they_are_right(folder: Path) -> None:
    keys = [question.key for question in QUESTIONS]
    typed = ["en", *(KURT.get(key, "") for key in keys)]
    at = typed.index("kurt@vogel.de")
    typed[at:at] = ["kurt", ""]
    typed[1:1] = [""]
    told, _ = asking(folder).communicate("\n".join(typed) + "\n", timeout=60)
    assert "content is yours" in told
    assert "  “email”: " in told
    assert told.count("  an answer is needed here.") == 2
    assert "[Kurt Vogel]" in told
    assert read_office(folder / "content").identity.brand == "Vogel Advice"


def test_ctrl_c_leaves_nothing_half_done(folder: Path) -> None:
    before = state(folder)
    process = asking(folder)
    assert process.stdin
    process.stdin.write("it\nIrma Salvi\n\n")
    process.stdin.flush()
    assert process.stdout
    told = ""
    while "Che cosa fai" not in told:
        told += process.stdout.read(1)
    process.send_signal(signal.SIGINT)
    last, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrotto: non è cambiato niente." in last
    assert state(folder) == before


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("who", [IRMA, HEDI], ids=["root", "path"])
def test_what_is_made_builds_without_a_fault(folder: Path, who: Mapping[str, str]) -> None:
    assert start(folder, who) == 0
    done = build(folder / "content", folder / "output", str(folder / "publishconf.py"))
    assert done.returncode == 0, done.stderr
    home = (folder / "output" / "index.html").read_text(encoding="utf-8")
    assert f'href="{who["site"].rstrip("/")}/prenota/"' in home
    assert f'<html lang="{who["language"]}"' in home
    assert ('/impressum/">Impressum</a>' in home) == (who is HEDI)
    assert main(["check", "--content", str(folder / "content")]) == 0
