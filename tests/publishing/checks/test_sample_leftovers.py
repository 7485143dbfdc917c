"""What is still the sample's is told by file and line, and stops a publication once the site is somebody else's."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from plugins.publishing.__main__ import main
from plugins.publishing.checks.check import check
from plugins.publishing.checks.sample_leftovers import is_sample, sample, sample_advice
from tests.building import CONTENT, ROOT, edit
from tests.publishing.checks.sample_list import FILE, listed
from tests.publishing.place import Place

FORK = ROOT / "tests" / "fork" / "content"
DAY = date(2026, 12, 1)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The sample with the name of somebody else, beside settings of somebody else."""
    (tmp_path / "publishconf.py").write_text('SITEURL = "https://irma.it/studio"\nBOOKING_URL = ""\n', encoding="utf-8")
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "identity.yaml", "Bice Campione", "Irma Salvi")
    return content


@pytest.fixture
def other(content: Path) -> Path:
    """A content with nothing of the sample, beside the same settings."""
    shutil.rmtree(content)
    return Path(shutil.copytree(FORK, content))


@pytest.mark.sample_content
def test_the_list_of_samples_files_and_words_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == listed(), "python -m tests.publishing.checks.sample_list"


def test_another_name_makes_the_samples_data_errors(content: Path) -> None:
    told = [str(fault) for fault in check(content).errors]
    written = (content / "identity.yaml").read_text(encoding="utf-8").splitlines()
    for words in ("Stessa Maglia", "ciao@stessamaglia.example"):
        place = next(number for number, line in enumerate(written, 1) if line.endswith(words))
        assert any(line.startswith(f"identity.yaml:{place} — «{words}»") for line in told), told
    lines = (content / "pages" / "privacy.md").read_text(encoding="utf-8").splitlines()
    owner = next(number for number, line in enumerate(lines, 1) if "Bice Campione" in line)
    assert any(line.startswith(f"pages/privacy.md:{owner} — «Bice Campione»") for line in told)


def test_texts_of_the_sample_may_stay_and_are_told(content: Path) -> None:
    told = {fault.path.as_posix() for fault in check(content).advice if "tale e quale" in fault.what}
    assert {"pages/home.md", "services/micro/index.md", "images/scrivania.svg", "availability.yaml"} <= told
    edit(content / "pages" / "home.md", "Tu fai il tuo mestiere.", "Fai il tuo mestiere.")
    assert "pages/home.md" not in {one.path.as_posix() for one in check(content).advice if "tale e quale" in one.what}


@pytest.mark.parametrize(
    ("file", "to"),
    [
        ("testimonials/ceramista.md", "testimonials/rossi.md"),
        ("cases/trecento-mail.md", "cases/trecento-mail.md"),
        ("images/ritratto.svg", "images/io.svg"),
    ],
)
def test_nobody_keeps_the_people_of_the_sample(other: Path, file: str, to: str) -> None:
    (other / to).parent.mkdir(exist_ok=True)
    shutil.copyfile(CONTENT / file, other / to)
    found = [fault for fault in check(other).errors if "passerebbero per vere" in fault.what]
    assert [fault.path.as_posix() for fault in found] == [to]
    assert to not in [fault.path.as_posix() for fault in check(other).advice]


def test_a_client_of_the_sample_is_told_by_her_name(other: Path) -> None:
    (other / "testimonials").mkdir()
    text = (CONTENT / "testimonials/ceramista.md").read_text(encoding="utf-8")
    head = text[: text.rindex("---") + 4].replace("service: posta-e-telefono\n", "")
    (other / "testimonials/a.md").write_text(head + "Parole mie.\n", encoding="utf-8")
    assert str(check(other).errors[0]).startswith("testimonials/a.md:2 — «Delia Tornio»")


@pytest.mark.parametrize("words", sample().words)
def test_each_datum_of_the_sample_is_told_where_it_stands(other: Path, words: str) -> None:
    broken = words.replace(" ", "\n", 1)
    edit(other / "pages" / "contatti.md", "\n---\n", f"\n---\nPrima riga.\n\nScrivi a {broken} subito.\n")
    found = [fault for fault in check(other).errors if fault.path.name == "contatti.md"]
    text = (other / "pages" / "contatti.md").read_text(encoding="utf-8").splitlines()
    line = next(number for number, line in enumerate(text, 1) if line.startswith("Scrivi a "))
    assert found[0].line == line
    assert f"«{words}»" in found[0].what or words in sample().words[3]


def test_a_phrase_that_anybody_says_is_nobodys_brand(other: Path) -> None:
    edit(other / "pages" / "contatti.md", "\n---\n", "\n---\nPortiamo la stessa maglia.\n")
    assert check(other).errors == ()


def test_the_sample_itself_is_told_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(CONTENT, tmp_path / "content")
    shutil.copyfile(ROOT / "publishconf.py", tmp_path / "publishconf.py")
    for command in ("check", "leftovers"):
        assert main([command, "--content", str(tmp_path / "content")]) == 0
        told = capsys.readouterr().out
        assert told.count("content/identity.yaml:3 — Questo è ancora il sito d’esempio") == 1
        assert told.count(" — ") == 1
    assert len(sample_advice(CONTENT)) == 1
    assert is_sample(CONTENT)
    assert not is_sample(FORK)


@pytest.mark.parametrize("command", ["check", "leftovers"])
@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ('SITEURL = "https://stessamaglia.example"', 1),
        ("FEED = 1\nSITEURL = ''", 2),
        ('SITEURL: str = "https://www.stessamaglia.example/studio"', 1),
        ('SITEURL = "https://irma.it"\nBOOKING_URL = "https://prenota.stessamaglia.example"', 2),
    ],
)
def test_an_address_that_is_nobodys_stops_a_publication(
    other: Path, capsys: pytest.CaptureFixture[str], settings: str, line: int, command: str
) -> None:
    assert main([command, "--content", str(other)]) == 0
    (other.parent / "publishconf.py").write_text(f"{settings}\n", encoding="utf-8")
    capsys.readouterr()
    assert main([command, "--content", str(other)]) == 1
    assert f"/publishconf.py:{line} — «" in capsys.readouterr().out


def test_an_address_that_cannot_be_reached_is_told(other: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (other.parent / "publishconf.py").write_text('SITEURL = "https://irma.example"\n', encoding="utf-8")
    assert main(["check", "--content", str(other)]) == 0
    assert "/publishconf.py:1 — «SITEURL» è «https://irma.example»" in capsys.readouterr().out


def test_addresses_of_the_sample_are_not_hers(other: Path) -> None:
    assert check(other, CONTENT, DAY).errors == ()
    before = Path(shutil.copytree(other, other.with_name("before")))
    (other / "blog" / "tarli.md").unlink()
    assert [fault.path.as_posix() for fault in check(other, before, DAY).errors] == ["blog/tarli.md"]


@pytest.mark.some_cases(0)
def test_a_push_with_data_of_the_sample_is_refused(place: Place) -> None:
    before = place.standing()
    place.edit(Path("content") / "identity.yaml", "Bice Campione", "Irma Salvi")
    pushed = place.push()
    assert pushed.code == 1
    assert re.search(
        r"^content/pages/privacy\.md:\d+ — «Bice Campione» è del sito d’esempio", pushed.told, re.MULTILINE
    )
    assert place.standing() == before


def test_a_push_of_the_sample_says_whose_it_is(place: Place) -> None:
    place.brand(1)
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert "Questo è ancora il sito d’esempio" in pushed.told


@pytest.mark.some_cases(0)
def test_a_push_to_the_samples_address_tells_the_line(place: Place) -> None:
    shutil.rmtree(place.work / "content")
    shutil.copytree(FORK, place.work / "content")
    place.commit()
    (place.server.code / "publishconf.py").write_text(
        'from pelicanconf import *\nSITEURL = "https://stessamaglia.example"\n', encoding="utf-8"
    )
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert "publishconf.py:2 — «SITEURL» è «https://stessamaglia.example»" in pushed.told
