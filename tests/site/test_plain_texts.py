"""What a front matter says is plain text: the same words on the page, in lists, in the feed and for programs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.building import CONTENT, build
from tests.discovery.reading import Reading

ATOM = "{http://www.w3.org/2005/Atom}"
TITLE = "Il campo <Causale> del bonifico & <b>altro</b> 1 < 2 &lt;"
SUMMARY = (
    "Che cosa scrivere nel campo <Causale> di un bonifico, <!-- e --> perché R&D &amp; 3 < 4 > 2 contano [per] *te*"
)
POST = f"""---
title: '{TITLE}'
date: 2026-11-28
category: 'Conti <e> numeri'
tags: ['<tag>', 'R&D']
summary: '{SUMMARY}'
---
Un testo con la parola bonifico.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public site with such a post."""
    folder = tmp_path_factory.mktemp("plain")
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    (content / "blog" / "causale.md").write_text(POST, encoding="utf-8")
    page = content / "pages" / "come-lavoro.md"
    text = re.sub(r"(?m)^(summary): .*$", rf"\1: '{SUMMARY}'", page.read_text(encoding="utf-8"))
    page.write_text(text, encoding="utf-8")
    done = build(content, folder / "site", "publishconf.py", "-e", 'TODAY="2026-12-01"')
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_a_page_shows_its_title_and_summary_as_typed(site: Path) -> None:
    page = Reading(site / "blog" / "causale" / "index.html")
    assert TITLE in page.text
    assert SUMMARY in page.text
    assert page.title.startswith(TITLE)
    assert page.metas["description"] == page.metas["og:description"] == SUMMARY
    assert page.metas["og:title"] == TITLE


@pytest.mark.parametrize(
    "name", ["blog/index.html", "blog/categoria/conti-e-numeri/index.html", "blog/tag/r-d/index.html"]
)
def test_a_list_shows_titles_and_summaries_as_typed(site: Path, name: str) -> None:
    text = Reading(site / name).text
    assert TITLE in text
    assert SUMMARY in text


def test_a_feed_has_titles_and_summaries_as_typed(site: Path) -> None:
    for name in ("feed.xml", "blog/categoria/conti-e-numeri/feed.xml"):
        entry = ElementTree.parse(site / name).getroot().find(f"{ATOM}entry")
        assert entry is not None
        assert entry.findtext(f"{ATOM}title") == TITLE
        assert entry.findtext(f"{ATOM}summary") == SUMMARY
        assert entry.find(f"{ATOM}category").attrib["term"] == "Conti <e> numeri"  # type: ignore[union-attr]


def test_programs_read_titles_and_summaries_as_typed(site: Path) -> None:
    nodes = {node["@type"]: node for node in Reading(site / "blog" / "causale" / "index.html").graph}
    assert nodes["BlogPosting"]["headline"] == TITLE
    assert nodes["BlogPosting"]["description"] == SUMMARY
    assert nodes["BreadcrumbList"]["itemListElement"][-1]["name"] == TITLE
    assert Reading(site / "come-lavoro" / "index.html").metas["description"] == SUMMARY
    assert json.dumps(nodes)


def test_llms_txt_makes_no_markup_of_titles_and_summaries(site: Path) -> None:
    (line,) = [
        line for line in (site / "llms.txt").read_text(encoding="utf-8").splitlines() if "/blog/causale/" in line
    ]
    assert re.sub(r"\\([\\`*_\[\]<])", r"\1", line).removeprefix("- [").startswith(f"{TITLE}](")
    assert r"\<Causale>" in line
    assert r"\[per\] \*te\*" in line
