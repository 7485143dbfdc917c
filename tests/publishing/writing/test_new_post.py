"""A new post begins as a draft that is right already."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from plugins.content.front_matter import Post
from plugins.content.markup.slugs import slug_of
from plugins.content.site import read_site
from plugins.publishing.checks.check import check
from plugins.publishing.writing.new_post import new_post
from tests.building import CONTENT

TODAY = date(2027, 2, 3)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Tre modi di dire no", "tre-modi-di-dire-no"),
        ("L’agenda è piena: perché?", "l-agenda-e-piena-perche"),
        ("L'agenda", "l-agenda"),
        ("  «Ciao»  ", "ciao"),
        ("Die Größe der Straße", "die-grosse-der-strasse"),
        ("ŁÓDŹ, Ærø, ışık", "lodz-aero-isik"),
        ("parola " * 30, "parola-parola-parola-parola-parola-parola-parola-parola"),
    ],
)
def test_the_address_is_made_of_the_words_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title, longest=60) == slug


@pytest.mark.parametrize("title", ["Tre modi di dire no", 'Agenda: "cinque" #regole', "Sì, però…", "- [x] {y}"])
def test_a_new_post_is_a_draft_without_errors(content: Path, title: str) -> None:
    path = new_post(content, title, TODAY)
    assert check(content).errors == ()
    post = read_site(content).sources[path.relative_to(content).as_posix()].value
    assert isinstance(post, Post)
    assert (post.title, post.date, post.status) == (title, TODAY, "draft")


def test_a_post_is_never_overwritten(content: Path) -> None:
    before = (content / "blog" / "cosa-delegare-per-primo.md").read_bytes()
    with pytest.raises(ValueError, match="c’è già"):
        new_post(content, "Cosa delegare per primo", TODAY)
    assert (content / "blog" / "cosa-delegare-per-primo.md").read_bytes() == before


@pytest.mark.parametrize("title", ["", "   ", "…?!"])
def test_a_title_without_letters_is_refused(content: Path, title: str) -> None:
    with pytest.raises(ValueError, match="Serve un titolo"):
        new_post(content, title, TODAY)
