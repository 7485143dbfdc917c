"""A release made in the workshop is the one that is built from nothing, whatever the workshop was left with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.content.output_folder import MARK, record_of, save_names
from plugins.publishing.release import build_in_place as building
from plugins.publishing.release.build_in_place import Workshop, build_in_place


class Press:
    """A build of nothing but copies, which remembers what it has made and makes no page twice."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.memories: list[Path] = []
        self.then: Callable[[Path], object] = lambda _site: None

    def __call__(self, content: Path, site: Path, memory: Path) -> str:
        site.mkdir(exist_ok=True)
        memory.mkdir(exist_ok=True)
        self.memories.append(memory)
        pages = {text.relative_to(content): text.read_bytes() for text in content.rglob("*") if text.is_file()}
        self.made = [name.as_posix() for name, said in pages.items() if not is_of(site / name, said)]
        for name in self.made:
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).unlink(missing_ok=True)
            (site / name).write_bytes(pages[Path(name)])
        for name in (MARK, "_headers"):
            (site / name).write_text("ours", encoding="utf-8")  # in place, as the last steps of a build do
        for file in [one for one in site.rglob("*") if one.is_file() and one.name not in (MARK, "_headers")]:
            if file.relative_to(site) not in pages and file.relative_to(site).as_posix() in told(memory, site):
                file.unlink()
        self.then(site)
        save_names(record_of(memory, "written", site), [name.as_posix() for name in pages])
        return "https://x.example"


def told(memory: Path, site: Path) -> set[str]:
    record = record_of(memory, "written", site)
    return set(record.read_text(encoding="utf-8").splitlines()) if record.exists() else set()


def is_of(file: Path, said: bytes) -> bool:
    return file.is_file() and file.read_bytes() == said


class Shop:
    """A workshop and the releases that come out of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.press, self.releases = folder, Press(), list[Path]()
        self.code = folder / "versions" / "0001"

    @property
    def workshop(self) -> Path:
        return self.folder / "workshop"

    def publish(self, **pages: str) -> dict[str, str]:
        """Make a release of these pages, and return what is in its site."""
        release = self.folder / f"release-{len(self.releases)}"
        for name, words in pages.items():
            file = release / "content" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(words, encoding="utf-8")
        before = self.releases[-1] / "site" if self.releases else None
        build_in_place(Workshop(self.workshop, self.code), release / "content", release / "site", before, self.press)
        self.releases.append(release)
        return files_of(release / "site")

    def file(self, name: str, release: int = -1) -> Path:
        return self.releases[release] / "site" / name


def files_of(site: Path) -> dict[str, str]:
    found = (path for path in site.rglob("*") if not path.is_dir() or path.is_symlink())
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    one = Shop(tmp_path)
    one.publish(a="one", b="two")
    return one


UNTOLD = {MARK: "ours", "_headers": "ours"}


def test_only_what_changed_is_made_again(shop: Shop) -> None:
    assert shop.publish(a="one", b="other", c="new") == {"a": "one", "b": "other", "c": "new"} | UNTOLD
    assert sorted(shop.press.made) == ["b", "c"]


def test_what_is_gone_from_the_content_goes_from_the_site(shop: Shop) -> None:
    assert shop.publish(a="one") == {"a": "one"} | UNTOLD
    assert shop.press.made == []


def test_releases_share_files_and_none_with_the_workshop(shop: Shop) -> None:
    shop.publish(a="one", b="other")
    assert shop.file("a", 0).samefile(shop.file("a", 1))
    assert not shop.file("b", 0).samefile(shop.file("b", 1))
    own = {path.stat().st_ino for path in (shop.workshop / "site").rglob("*")}
    assert own.isdisjoint(path.stat().st_ino for release in shop.releases for path in release.rglob("*"))


def test_later_builds_leave_sealed_releases_as_they_are(shop: Shop) -> None:
    before = files_of(shop.releases[0] / "site")
    shop.press.then = lambda site: (site / "_headers").write_text("else", encoding="utf-8")
    shop.publish(a="other", b="two")
    shop.publish(b="else")
    assert files_of(shop.releases[0] / "site") == before


def test_a_release_that_somebody_touched_is_not_shared(shop: Shop) -> None:
    shop.file("a").write_text("1ne", encoding="utf-8")
    assert shop.publish(a="one", b="two")["a"] == "one"


def test_files_are_copied_where_none_can_be_shared(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_words: object, **_others: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_link)
    assert shop.publish(a="one", b="two") == {"a": "one", "b": "two"} | UNTOLD


def stray_page(workshop: Path) -> None:
    (workshop / "site" / "stray").write_text("hers", encoding="utf-8")


def memory_gone(workshop: Path) -> None:
    next(workshop.glob("memory-*")).rename(workshop / f"memory-{0:016}")


def link_for_a_page(workshop: Path) -> None:
    (workshop / "site" / "a").unlink()
    (workshop / "site" / "a").symlink_to("/etc/hostname")


def link_for_the_site(workshop: Path) -> None:
    (workshop / "site").rename(workshop.with_name("elsewhere"))
    (workshop / "site").symlink_to(workshop.with_name("elsewhere"))


def note_of_somebody_else(workshop: Path) -> None:
    (workshop / "whole.json").write_text('{"made_by": [], "memory": "../versions"}', encoding="utf-8")


def broken_note(workshop: Path) -> None:
    (workshop / "whole.json").write_text("[]", encoding="utf-8")


DOUBTS = (stray_page, memory_gone, link_for_the_site, note_of_somebody_else, broken_note)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_with_any_doubt_all_is_built_from_nothing(shop: Shop, doubt: Callable[[Path], None]) -> None:
    doubt(shop.workshop)
    assert shop.publish(a="one", b="two") == {"a": "one", "b": "two"} | UNTOLD
    assert sorted(shop.press.made) == ["a", "b"]
    assert {path.name for path in shop.workshop.iterdir()} == {
        "content",
        "site",
        "whole.json",
        shop.press.memories[-1].name,
    }


def test_a_link_in_place_of_a_page_is_refused(shop: Shop) -> None:
    link_for_a_page(shop.workshop)
    assert shop.publish(a="one", b="two") == {"a": "one", "b": "two"} | UNTOLD
    assert not shop.file("a").is_symlink()


def link_in_the_content(content: Path) -> None:
    (content / "a").unlink()
    (content / "a").symlink_to("/etc/hostname")


def folder_for_a_text(content: Path) -> None:
    (content / "a").unlink()
    (content / "a").mkdir()
    (content / "a" / "x").touch()


def another_text(content: Path) -> None:
    (content / "hers").write_text("hers", encoding="utf-8")


@pytest.mark.parametrize("mischief", [link_in_the_content, folder_for_a_text, another_text])
def test_what_lies_in_the_content_is_only_what_was_pushed(shop: Shop, mischief: Callable[[Path], None]) -> None:
    mischief(shop.workshop / "content")
    assert shop.publish(a="one", b="two") == {"a": "one", "b": "two"} | UNTOLD
    assert files_of(shop.workshop / "content") == {"a": "one", "b": "two"}


@pytest.mark.parametrize("other", ["code", "boot", "place"])
def test_another_code_boot_or_place_begins_anew(shop: Shop, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if other == "code":
        shop.code = shop.code.with_name("0002")
    elif other == "boot":
        (shop.folder / "boot").write_text("another", encoding="ascii")
        monkeypatch.setattr(building, "_BOOT", shop.folder / "boot")
    else:
        shutil.move(shop.workshop, shop.folder / "moved")
        shutil.copytree(shop.folder / "moved", shop.workshop)
        note = shop.workshop / "whole.json"
        note.write_text(note.read_text(encoding="utf-8").replace(str(shop.workshop), "/else"), encoding="utf-8")
    shop.publish(a="one", b="two")
    assert sorted(shop.press.made) == ["a", "b"]


@pytest.mark.parametrize("where", ["build", "copy", "mirror"])
def test_after_a_kill_at_any_step_all_is_built_anew(shop: Shop, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_words: object) -> None:
        raise KeyboardInterrupt  # as a kill, it is caught by nobody

    with monkeypatch.context() as patch:
        if where == "build":
            shop.press.then = killed
        else:
            patch.setattr(building, f"_{where}", killed)
        with pytest.raises(KeyboardInterrupt):
            shop.publish(a="other", b="two")
    shop.press.then = lambda _site: None
    shutil.rmtree(shop.folder / "release-1")
    assert shop.publish(a="else", b="two") == {"a": "else", "b": "two"} | UNTOLD
    assert sorted(shop.press.made) == ["a", "b"]


@pytest.mark.parametrize("error", [ValueError("what is remembered is wrong"), SystemExit(1)])
def test_a_build_that_fails_in_place_is_done_anew(shop: Shop, error: BaseException) -> None:
    failures = iter([error])

    def fail(_site: Path) -> None:
        for error in failures:
            raise error

    shop.press.then = fail
    assert shop.publish(a="other", b="two") == {"a": "other", "b": "two"} | UNTOLD
    assert len({*shop.press.memories}) == 2


def test_a_full_disk_is_not_tried_twice(shop: Shop) -> None:
    def full(_site: Path) -> None:
        raise OSError(28, "No space left on device")

    shop.press.then, done = full, len(shop.press.memories)
    with pytest.raises(OSError, match="No space left"):
        shop.publish(a="other")
    assert len(shop.press.memories) == done + 1
