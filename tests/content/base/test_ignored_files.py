"""What systems and editors leave in folders is not looked at, by the build and by every check."""

from __future__ import annotations

import random
import shutil
import string
from fnmatch import fnmatch
from pathlib import Path, PurePath

import pytest

import pelicanconf
from plugins.content.base.ignored_files import IGNORED, content_files, is_ignored
from plugins.content.site import read_site
from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT

LEFT = (
    "images/.DS_Store",
    "images/Thumbs.db",
    "images/desktop.ini",
    "images/._scrivania.svg",
    "images/.gitkeep",
    "images/Icon\r",
    "images/__MACOSX/scrivania.svg",
    "images/scrivania.svg~",
    "blog/.prova.md.swp",
    "blog/._prova.md",
    "blog/prova.md~",
    "blog/#prova.md#",
    "blog/.obsidian/nota.md",
    "pages/.~lock.home.md#",
    "services/.DS_Store",
    "services/.trash/vecchio.md",
    "services/micro/~$posta.md",
    ".DS_Store",
)


def leave(content: Path) -> None:
    for name in LEFT:
        (content / name).parent.mkdir(exist_ok=True)
        (content / name).write_bytes(b"\0\0\0\1Bud1\0\xff")
    (content / "blog" / ".#prova.md").symlink_to("bice@scrivania.4321:1700000000")


def test_the_build_leaves_out_the_same_files() -> None:
    assert tuple(pelicanconf.IGNORE_FILES) == IGNORED


@pytest.mark.parametrize("name", LEFT)
def test_names_left_by_systems_and_editors_are_ignored(name: str) -> None:
    assert is_ignored(PurePath(name))


@pytest.mark.parametrize("name", ["blog/prova.md", "blog/#1.md", "images/a.b.svg", "images/a~b.jpg", "blog/thumbs.md"])
def test_names_that_people_give_are_not_ignored(name: str) -> None:
    assert not is_ignored(PurePath(name))


def test_a_name_is_ignored_exactly_where_pelican_ignores_it() -> None:
    chance = random.Random(1)
    letters = [*"..##~~$", *string.ascii_letters[:4], "Thumbs.db", "desktop.ini", "Icon\r", "\n", "é", " "]
    for _ in range(5_000):
        name = "".join(chance.choices(letters, k=chance.randint(1, 5)))
        if name == ".":
            continue
        assert is_ignored(PurePath(name)) == any(fnmatch(name, one) for one in pelicanconf.IGNORE_FILES), name


def test_the_check_looks_at_no_ignored_file(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    leave(content)
    assert check(content) == Report((), ())
    assert read_site(content).sources.keys() == read_site(CONTENT).sources.keys()
    assert set(content_files(content)) == set(content_files(CONTENT))


def test_a_symbolic_link_that_is_not_hidden_stays_an_error(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (content / "blog" / "prova.md").symlink_to("nessuno")
    assert [fault.path.as_posix() for fault in check(content).errors] == ["blog/prova.md"]


@pytest.mark.parametrize("link", ["![Una foto]({static}/images/.foto.svg)", "[x]({filename}/blog/.prova.md)"])
def test_a_link_to_an_ignored_file_is_told(tmp_path: Path, link: str) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    for name in ("images/.foto.svg", "blog/.prova.md"):
        (content / name).write_text("<svg/>", encoding="utf-8")
    file = content / "blog" / "cosa-delegare-per-primo.md"
    file.write_text(file.read_text(encoding="utf-8") + f"\n{link}\n", encoding="utf-8")
    assert [fault.path.name for fault in check(content).errors] == [file.name]
