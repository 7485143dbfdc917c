"""Whatever address a page had elsewhere, it is answered by one file, or refused in words that say why."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.content.markup.aliases import alias_place, as_requested, file_of
from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT, edit

GOOD = (
    "/vecchio/",
    "/Vecchio/Indirizzo.HTML",
    "/caffè/",
    "/caff%C3%A8-2/",
    "/un%20file.html",
    "/2019/01/02/l'ora_giusta.html",
    "/a/b+c,d@e!(f)=g&h/",
    "/health-coaching/",
    "/blog/tag/un-tempo/",
)


def test_addresses_of_other_systems_are_accepted(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    listed = ", ".join(f'"{alias}"' for alias in GOOD)
    edit(content / "pages" / "come-lavoro.md", "---\n", f"---\naliases: [{listed}]\n")
    assert check(content) == Report((), ())


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("vecchio/", "Comincia con /"),
        ("/?p=123", "Quel che segue «\\?»"),
        ("/a#b", "Quel che segue «#»"),
        ("//altro.it/a", "dopo il dominio"),
        ("https://altro.it/a?b", "Esempio: /a$"),
        ("/%E8/", "I segni con %"),
        ("/100%/", "I segni con %"),
        ("/a%2Fb/", "I segni con %"),
        ("/a//b/", "Usa lettere"),
        ("/../b/", "Usa lettere"),
        ("/%2e%2e/b/", "Usa lettere"),
        ("/a%00b/", "Usa lettere"),
        ("/a%0Ab/", "Usa lettere"),
        ("/a\\b/", "Usa lettere"),
        ("/a%20/", "Usa lettere"),
        (f"/{'è' * 101}/", "Usa lettere"),
    ],
)
def test_an_address_that_no_file_answers_is_refused(alias: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        alias_place(alias)


@given(alias=st.text("aZ09è%./ ?#-_~\\\u0301\x002E", max_size=12).map("/".__add__))
def test_an_accepted_alias_has_one_file_within_the_site(alias: str) -> None:
    try:
        place = alias_place(alias)
    except ValueError:
        return
    file = PurePosixPath(file_of(alias))
    assert not file.is_absolute()
    assert ".." not in file.parts
    assert file_of(f"/{place}".replace("%", "%25")) == str(file)
    asked = as_requested(alias)
    assert asked.isascii()
    assert not set(asked) & set(" ?#\n")
    assert unquote(asked) == f"/{place}"


def test_one_file_is_never_claimed_by_two(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "pages" / "come-lavoro.md", "---\n", "---\naliases: [/a.html, /b/]\n")
    edit(
        content / "pages" / "chi-sono.md",
        "---\n",
        "---\naliases: [/a.html/x/, /B, /b/index.html, /c.html/x, /c.html]\n",
    )
    told = [(fault.path.name, fault.what.split(".")[0].removeprefix("L’indirizzo ")) for fault in check(content).errors]
    # Of some a name would be both a file and a folder.
    assert [name for name, _ in told] == ["chi-sono.md", "chi-sono.md", "come-lavoro.md", "come-lavoro.md"], told
