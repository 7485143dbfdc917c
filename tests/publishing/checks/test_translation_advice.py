"""What the check says of translations: faults as of any text, and advice that blocks nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT, edit

HOME = "---\ntitle: Virtual assistant\nheading: You do your job.\nsummary: A person, with a desk.\n---\n"
POST = "---\ntitle: What to delegate first\nslug: first\ncategory: Delegating\ntags: [time]\n---\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (copy / "pages" / "home.en.md").write_text(
        f"{HOME}Hello, [the services]({{filename}}/pages/servizi.md).\n", "utf-8"
    )
    (copy / "blog" / "cosa-delegare-per-primo.en.md").write_text(f"{POST}Begin.\n\n## One\n\nMore.\n", "utf-8")
    return copy


def _advice(report: Report, file: str) -> str:
    return "\n".join(str(one) for one in report.advice if one.path.as_posix() == file)


def test_missing_translations_are_advised_and_block_nothing(content: Path) -> None:
    report = check(content)
    assert report.errors == ()
    assert "Manca la traduzione (inglese)" in _advice(report, "pages/servizi.md")
    assert "Manca la traduzione" in _advice(report, "testimonials/fornaia.md")
    assert "Manca la traduzione" not in _advice(report, "pages/home.md")


def test_links_that_leave_the_language_are_advised(content: Path) -> None:
    assert "porta a pages/servizi.md, che in questa lingua non c’è" in _advice(check(content), "pages/home.en.md")


def test_a_site_of_one_language_is_asked_for_no_translation(content: Path) -> None:
    (content / "pages" / "home.en.md").unlink()
    report = check(content)
    assert not any("Manca la traduzione" in str(one) for one in report.advice)
    assert "il sito non ha la lingua «en»" in _advice(report, "blog/cosa-delegare-per-primo.en.md")


def test_faults_of_translations_are_told_in_her_language(content: Path) -> None:
    edit(content / "blog" / "cosa-delegare-per-primo.en.md", "slug: first", "slug: Nò")
    edit(content / "pages" / "home.en.md", "Hello", "![]({static}/images/scrivania.svg) [x](/en/nowhere/) Hello")
    told = "\n".join(map(str, check(content).errors))
    assert "blog/cosa-delegare-per-primo.en.md:3 — «slug»" in told
    assert "pages/home.en.md:6 — L’immagine non ha un testo" in told
    assert "«/en/nowhere/» non porta a nessuna pagina" in told


def test_links_to_addresses_of_a_further_language_are_known(content: Path) -> None:
    links = ("/en/", "/en/blog/first/", "/en/appuntamenti/orari", "{filename}/blog/cosa-delegare-per-primo.md#one")
    for link in links:
        edit(content / "pages" / "home.en.md", "Hello", f"[there]({link}) Hello")
    assert check(content).errors == ()


def test_a_translation_older_than_its_original_is_advised(content: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(content), "-c", "user.name=A", "-c", "user.email=a@a.test", *words], check=True
        )

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "All")
    file = "blog/cosa-delegare-per-primo.en.md"
    assert "L’originale è cambiato" not in _advice(check(content), file)
    edit(content / "blog" / "cosa-delegare-per-primo.md", "title: ", "title: Ecco ")
    git("commit", "-qam", "Another title")
    assert "L’originale è cambiato dopo questa traduzione" in _advice(check(content), file)
    edit(content / file, "Begin.", "Start.")
    assert "L’originale è cambiato" not in _advice(check(content), file)


def test_a_translated_address_that_disappears_is_told(content: Path, tmp_path: Path) -> None:
    before = Path(shutil.copytree(content, tmp_path / "before"))
    edit(content / "blog" / "cosa-delegare-per-primo.en.md", "slug: first", "slug: second")
    told = [str(one) for one in check(content, before).errors]
    assert len(told) == 1
    assert "L’indirizzo /en/blog/first/ è pubblicato" in told[0]
    edit(content / "blog" / "cosa-delegare-per-primo.en.md", "slug: second", "slug: second\naliases: [/en/blog/first/]")
    assert check(content, before).errors == ()
