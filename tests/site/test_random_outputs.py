"""Wherever a site is built, no build changes what lies outside of its output or removes what it did not write."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import ROOT, copy_checkout
from tests.fastbuild.builder import Builder, tree
from tests.soak import soak_count

_FORK = Path(__file__).parents[1] / "fork" / "content"
_OURS = ["plugins.site", "plugins.services", "plugins.blog", "plugins.media", "plugins.discovery", "plugins.finishing"]
_FOREIGN = b"somebody else's"


class Layout:
    """A home folder with a site in it, laid out by chance, and an output that may be anywhere."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home, self.chance = home, random.Random(seed)
        self.site = home / "site"
        shutil.copytree(_FORK, self.site / "content")
        shutil.copytree(ROOT / "theme", self.site / "theme")
        for name in (".git/HEAD", ".cache/mine.txt", "elsewhere/notes.txt", "elsewhere/blog/old.html", "photo.jpg"):
            self._plant(self.site / name)
        self.settings: dict[str, object] = {
            "PATH": str(self.site / "content"),
            "THEME": str(self.site / "theme"),
            "CACHE_PATH": str(self.site / ".cache"),
            "OUTPUT_PATH": str(self._output()),
            "DELETE_OUTPUT_DIRECTORY": self.chance.random() < 0.5,
            "PLUGINS": [*(["plugins.fastbuild"] if self.chance.random() < 0.6 else []), *_OURS],
            "PACK": self.chance.random() < 0.3,
            "SEARCH_INDEX": self.chance.random() < 0.1,
        }
        self.output = Path(str(self.settings["OUTPUT_PATH"]))

    def _plant(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_FOREIGN)

    def _output(self) -> Path:
        site, link = self.site, self.home / "link"
        link.symlink_to(self.chance.choice([site / "content", site / "elsewhere", site, site / "new"]))
        fair = [site / "output", site / "elsewhere", site / "new" / "output", link / "output", self.home / "public"]
        odd = [site, self.home, site / "content", site / "content" / "blog", site / "theme", site / ".cache"]
        odd += [site / ".git" / "out", link, site / "output" / ".." / "content", self.home.parent, link / ".."]
        return self.chance.choice(fair if self.chance.random() < 0.6 else odd)

    def disturb(self) -> None:
        """Put something by chance into the output, or change the content."""
        if not self.output.is_dir() or not self._is_apart():
            return
        folders = [self.output, *(path for path in self.output.iterdir() if path.is_dir() and not path.is_symlink())]
        folder = self.chance.choice(sorted(folders))
        if folder != self.output and folder.resolve().is_relative_to(self.site / "content"):
            return
        for doing in self.chance.choices([self._put, self._link, self._share, self._swap, self._post], k=2):
            doing(folder)

    def _put(self, folder: Path) -> None:
        self._plant(folder / self.chance.choice(["mine.html", "mine/index.html", "mine.txt.part", "mine.html.7.part"]))

    def _link(self, folder: Path) -> None:
        target = self.chance.choice([self.site / "content", self.site / "photo.jpg", self.site / "elsewhere"])
        if not (folder / "linked").is_symlink() and self.chance.random() < 0.5:
            (folder / "linked").symlink_to(target)

    def _share(self, folder: Path) -> None:
        name = self.chance.choice(["index.html", "feed.xml", "shared.html"])
        (folder / name).unlink(missing_ok=True)
        (folder / name).hardlink_to(self.site / "photo.jpg")

    def _swap(self, folder: Path) -> None:
        away = self.site / f"away-{self.chance.random()}"
        if folder != self.output and self.chance.random() < 0.5:
            folder.rename(away)
            folder.symlink_to(away)

    def _post(self, _folder: Path) -> None:
        post = self.site / "content" / "blog" / "tarli.md"
        if post.is_file():
            post.unlink()
        else:
            shutil.copyfile(_FORK / "blog" / "tarli.md", post)

    def _is_apart(self) -> bool:
        """Whether nothing of the site lies in the output."""
        whole = Path(os.path.realpath(self.output))
        return not any(one == whole or whole in one.parents for one in (self.home, self.site, self.site / "content"))

    def outside(self) -> dict[str, bytes]:
        """All files with their bytes that lie neither in the output nor among what the cache is for."""
        whole = Path(os.path.realpath(self.output))
        is_apart, found = self._is_apart(), {}
        for folder, below, names in os.walk(self.home):
            below[:] = [name for name in below if not (is_apart and Path(folder, name) == whole)]
            for name in (*names, *(name for name in below if Path(folder, name).is_symlink())):
                file = Path(folder, name)
                if ".cache" not in file.parts or name == "mine.txt":
                    found[str(file)] = os.readlink(file).encode() if file.is_symlink() else file.read_bytes()
        return found

    def foreign(self) -> set[Path]:
        """The files in the output that somebody else has put there."""
        if not self.output.is_dir():
            return set()
        files = (path for path in self.output.rglob("*") if path.is_file() and path.stat().st_nlink == 1)
        return {path for path in files if path.read_bytes() == _FOREIGN}


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(3, 150)))
def test_nothing_but_its_own_output_is_touched(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    layout = Layout(home, seed)
    builder = Builder(seed)
    try:
        for _round in range(3):
            before, foreign = layout.outside(), layout.foreign()
            builder.start(**layout.settings)
            assert builder.answer().startswith(("built", "SystemExit"))
            assert layout.outside() == before
            assert foreign <= layout.foreign()
            layout.disturb()
    finally:
        builder.kill()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the product, with a file in the place of its repository."""
    folder = tmp_path_factory.mktemp("clone") / "site"
    copy_checkout(folder, "plugins", "theme", "content", "pelicanconf.py", "publishconf.py")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").touch()
    return folder


@pytest.mark.some_cases(3)
@pytest.mark.parametrize("module", ["pelican", "plugins.fastbuild"])
@pytest.mark.parametrize("output", [".", "content", "theme/static", "plugins", ".git", ".."])
def test_a_clone_is_never_built_over_itself(clone: Path, module: str, output: str) -> None:
    before = tree(clone)
    command = [sys.executable, "-m", module, "content", "-s", "publishconf.py", "-o", output, "--fatal", "errors"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(clone.parent)}
    done = subprocess.run(
        [*command, "-d"] if module == "pelican" else command,
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be built into" in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: content for name, content in tree(clone).items() if not name.startswith(".cache/")} == before
    assert [path.name for path in clone.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("CACHE_PATH", "{content}/cache", "lies in the content"),
        ("MEDIA_CACHE", "{theme}", "lies in the theme"),
        ("THEME_STATIC_DIR", "../theme", "leads out of the output"),
        ("EXTRA_PATH_METADATA", {"images/x.svg": {"path": "../x.svg"}}, "leads out of the output"),
    ],
)
def test_settings_that_lead_elsewhere_are_refused(tmp_path: Path, setting: str, value: object, words: str) -> None:
    content, theme = tmp_path / "content", tmp_path / "theme"
    shutil.copytree(_FORK, content)
    (content / "images").mkdir(exist_ok=True)
    (content / "images" / "x.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    shutil.copytree(ROOT / "theme", theme)
    before = tree(tmp_path)
    given = value.format(content=content, theme=theme) if isinstance(value, str) else value
    places = {"PATH": content, "THEME": theme, "OUTPUT_PATH": tmp_path / "out", "CACHE_PATH": tmp_path / "cache"}
    lines = {name: str(place) for name, place in places.items()} | {setting: given}
    settings = tmp_path.parent / f"{tmp_path.name}.py"
    text = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
    settings.write_text(text + "".join(f"{name} = {said!r}\n" for name, said in lines.items()), encoding="utf-8")
    command = [sys.executable, "-m", "pelican", str(content), "-s", str(settings), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert words in done.stderr
    left = {name: read for name, read in tree(tmp_path).items() if not name.startswith(("out/", "cache/"))}
    assert left == before
