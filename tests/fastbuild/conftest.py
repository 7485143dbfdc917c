"""A site small enough to be built many times."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.corpus import write_content
from tests.building import ROOT
from tests.fastbuild.builder import Builder, building, tree

POSTS = 7


@dataclass(frozen=True)
class Place:
    """A site with a folder for each thing, and a theme of its own."""

    folder: Path
    builder: Builder

    @property
    def content(self) -> Path:
        """What it is made from."""
        return self.folder / "content"

    @property
    def output(self) -> Path:
        """Where it is built, time and again."""
        return self.folder / "output"

    def post(self, number: int = 0) -> Path:
        """The file of a post."""
        return self.content / "blog" / f"articolo-{number:05}.md"

    def settings(self, **settings: object) -> dict[str, object]:
        """Those of its builds."""
        places = {"PATH": self.content, "THEME": self.folder / "theme", "CACHE_PATH": self.folder / "cache"}
        given = {name: str(path) for name, path in places.items()}
        return given | {"OUTPUT_PATH": str(self.output), "SEARCH_INDEX": False} | settings

    def build(self, **settings: object) -> str:
        """Build it where it was built before."""
        return self.builder.build(**self.settings(**settings))

    def clean(self, builder: Builder, **settings: object) -> dict[str, bytes]:
        """Build it where nothing was before, knowing nothing, and return all files."""
        fresh = {name: str(self.folder / f"clean-{name}") for name in ("OUTPUT_PATH", "CACHE_PATH")}
        for path in fresh.values():
            shutil.rmtree(path, ignore_errors=True)
        builder.build(**self.settings(**fresh | settings))
        return tree(Path(fresh["OUTPUT_PATH"]))


def settle(folder: Path, builder: Builder, posts: int = POSTS) -> Place:
    """A place with content and theme."""
    write_content(folder / "content", posts)
    shutil.copytree(ROOT / "theme", folder / "theme")
    return Place(folder, builder)


@pytest.fixture
def place(tmp_path: Path, one: Builder) -> Place:
    """A site that nobody has built yet."""
    return settle(tmp_path, one)


@pytest.fixture(scope="session")
def one() -> Iterator[Builder]:
    """The process that builds the sites of all places, one after another."""
    with building(1) as builder:
        yield builder


@pytest.fixture(scope="session")
def other() -> Iterator[Builder]:
    """Another process, whose sets have another order."""
    with building(2) as builder:
        yield builder
