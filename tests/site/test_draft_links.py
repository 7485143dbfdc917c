"""No public page leads to a draft, or to a post before its day: the words stay, and the link comes by itself."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plugins.content.markup.draft_links import without_draft_links
from plugins.publishing.release.sandboxed_build import report
from tests.building import CONTENT, ROOT, build, edit

POST = """---
title: {title}
date: {day}
category: Mestiere
{more}---
{text}
"""
LINKS = (
    '[la **bozza**]({filename}bozza.md "presto"), [il seguito]({filename}/blog/seguito.md#qui),\n'
    "[la pagina]({filename}/pages/nota.md), [il servizio]({filename}/services/micro/nuovo.md)\n"
    "e <a class='x'\n href='{filename}bozza.md'>ancora</a> [i contatti]({filename}/pages/contatti.md)."
)
DAY, LATER = "2026-12-01", "2027-02-03"


def write(content: Path) -> None:
    """Posts and pages that lead to what is out and to what is not."""
    blog = content / "blog"
    seguito = "## Qui {: #qui }\n\nTorna al [primo]({filename}primo.md) e alla [bozza]({filename}bozza.md)."
    for name, day, more, text in (
        ("primo", DAY, "", LINKS),
        ("nascosto", DAY, "status: hidden\n", LINKS),
        ("bozza", DAY, "status: draft\n", "Prima del [seguito]({filename}seguito.md)."),
        ("seguito", LATER, "", seguito),
    ):
        (blog / f"{name}.md").write_text(POST.format(title=name, day=day, more=more, text=text), encoding="utf-8")
    (content / "pages" / "nota.md").write_text("---\ntitle: Nota\nstatus: draft\n---\nUna nota.\n", encoding="utf-8")
    service = content / "services" / "micro" / "posta-e-telefono.md"
    text = service.read_text(encoding="utf-8")
    service.with_name("nuovo.md").write_text(text.replace("---\n", "---\nstatus: draft\n", 1), encoding="utf-8")
    service.write_text(f"{text}\n{LINKS.replace('{filename}bozza', '{filename}/blog/bozza')}\n", encoding="utf-8")
    for page in ("chi-sono", "home", "blog"):
        with (content / "pages" / f"{page}.md").open("a", encoding="utf-8") as file:
            file.write("\n[la bozza]({filename}/blog/bozza.md)\n")


def built(content: Path, output: Path, day: str) -> Path:
    done = build(content, output, "publishconf.py", "-e", f'TODAY="{day}"')
    assert done.returncode == 0, done.stderr
    return output


def leaks(site: Path) -> list[str]:
    """What is public, and names a draft."""
    public = [file for file in site.rglob("*") if file.suffix in (".html", ".xml", ".txt", ".json")]
    assert len(public) > 40
    return [
        file.relative_to(site).as_posix()
        for file in public
        if "/drafts/" in file.read_text(encoding="utf-8")
        and file.name != "robots.txt"
        and file.relative_to(site).parts[0] != "drafts"
    ]


@pytest.mark.some_cases(0)
def test_public_pages_and_feeds_never_lead_to_drafts(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    write(content)
    now = built(content, tmp_path / "now", DAY)
    assert leaks(now) == []
    page = (now / "blog" / "primo" / "index.html").read_text(encoding="utf-8")
    assert "la <strong>bozza</strong>, il seguito,\nla pagina, il servizio\ne ancora <a href=" in page
    assert "il seguito," in (now / "feed.xml").read_text(encoding="utf-8")
    # Who writes follows them, among drafts.
    assert "/drafts/blog/seguito/" in (now / "drafts" / "blog" / "bozza" / "index.html").read_text(encoding="utf-8")
    # On its day the link is there, in the same folder and in another.
    for output in (now, tmp_path / "later"):
        later = built(content, output, LATER)
        assert leaks(later) == []
        assert '/blog/seguito/#qui">il seguito</a>' in (later / "blog" / "primo" / "index.html").read_text(
            encoding="utf-8"
        )
        assert "/blog/seguito/#qui" in (later / "feed.xml").read_text(encoding="utf-8")


def test_early_links_are_told_with_their_day(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    write(content)
    told = report(content, date.fromisoformat(DAY))
    assert told.faults == ()
    early = [line for line in told.advice if "si leggono solo le parole" in line]
    first = [line.partition(" — ") for line in early if line.startswith("content/blog/primo.md")]
    assert [(place.rpartition(":")[2], what.split(".")[0]) for place, _, what in first] == [
        ("6", "Il collegamento porta a «seguito», che esce il 3 febbraio 2027"),
        ("6", "Il collegamento porta alla bozza blog/bozza"),
        ("7", "Il collegamento porta alla bozza pages/nota"),
        ("7", "Il collegamento porta alla bozza services/micro/nuovo"),
        ("9", "Il collegamento porta alla bozza blog/bozza"),
    ]
    # A draft may lead to others, and what is not out yet to what is out by then.
    assert not any(line.startswith("content/blog/bozza.md") for line in early)
    assert [line for line in early if line.startswith("content/blog/seguito.md")] == [
        line for line in early if "content/blog/seguito.md" in line and "blog/bozza.md" in line
    ]
    later = report(content, date.fromisoformat(LATER)).advice
    assert not any("che esce il" in line for line in later)


def test_a_word_becomes_a_link_once_its_target_is_out(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    write(content)
    built(content, tmp_path / "site", DAY)
    edit(content / "blog" / "bozza.md", "status: draft\n", "")
    site = built(content, tmp_path / "site", DAY)
    assert leaks(site) == []
    assert "la <strong>bozza</strong></a>" in (site / "blog" / "primo" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<a href="/drafts/x/">parole</a>', "parole"),
        ("<A class=b\nHREF = '/drafts/x/'\n>pa<em>ro</em>le</A >", "pa<em>ro</em>le"),
        ('<a href="/x/">a</a><a href="/drafts/x/">b</a>', '<a href="/x/">a</a>b'),
        ('<a href="https://altro.example/drafts/">a</a>', '<a href="https://altro.example/drafts/">a</a>'),
        ('<a name="x">a</a> /drafts/', '<a name="x">a</a> /drafts/'),
        ('<a title="a > b < c" href="/drafts/x/">parole</a>', "parole"),
        ('<a href="/x/" title="prima > /drafts/">a</a>', '<a href="/x/" title="prima > /drafts/">a</a>'),
        ('<area alt="a" href="/drafts/x/">', '<area alt="a">'),
        ("<blockquote cite='/drafts/x/' id=q>a</blockquote>", "<blockquote id=q>a</blockquote>"),
        ('<code>&lt;area href="/drafts/x/"&gt;</code>', '<code>&lt;area href="/drafts/x/"&gt;</code>'),
    ],
)
def test_the_words_of_a_link_to_a_draft_stay(html: str, left: str) -> None:
    assert without_draft_links(html, "") == left


def test_every_template_shows_texts_without_their_draft_links() -> None:
    templates = list((ROOT / "theme" / "templates").rglob("*.html"))
    assert len(templates) > 30
    assert [file.name for file in templates if ".content|safe" in file.read_text(encoding="utf-8")] == []
