"""An output folder is refused where it is unsafe, and loses only what a manifest names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plugins.content.output_folder import (
    MARK,
    UnsafeOutputError,
    are_within,
    check_output,
    forget_records,
    mark,
    names_in,
    record_of,
    remove,
    save_names,
    unlink_copies,
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("home/site/content/blog", "home/site/theme", "home/site/.git", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


def _check(place: Path, output: str, *retained: str, links: bool = False) -> None:
    site = place / "home" / "site"
    sources = {"content": site / "content", "theme": site / "theme", "cache": site / ".cache"}
    check_output(place / output, sources, retained, links)


@pytest.mark.parametrize("output", ["home/site/output", "home/site/new/output", "elsewhere", "home/pubblico"])
def test_a_folder_beside_the_sources_is_accepted(place: Path, output: str) -> None:
    _check(place, output)


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("home/site", "the content"),
        ("home/site/content", "it is the content"),
        ("home/site/content/out", "it lies in the content"),
        ("home/site/theme/static", "it lies in the theme"),
        ("home/site/.cache", "it is the cache"),
        ("home/site/.cache/out", "it lies in the cache"),
        ("home/site/.git/out", "repository of git"),
        ("home", "home folder"),
        (".", "home folder"),
        ("home/site/output/../content", "it is the content"),
        ("link/blog", "it lies in the content"),
        ("link", "it is the content"),
    ],
)
def test_an_output_that_touches_sources_is_refused_in_words(place: Path, output: str, why: str) -> None:
    (place / "link").symlink_to(place / "home" / "site" / "content")
    with pytest.raises(UnsafeOutputError, match=f"cannot be built into: .*{why}.*name another folder with -o"):
        _check(place, output)


@pytest.mark.parametrize("target", ["elsewhere", "elsewhere/images", "elsewhere/images/a.svg", "."])
@pytest.mark.parametrize("source", ["content/blog", "theme"])
def test_output_that_a_source_link_leads_to_is_refused(place: Path, source: str, target: str) -> None:
    (place / "elsewhere" / "images").mkdir()
    (place / "elsewhere" / "images" / "a.svg").touch()
    (place / "home" / "site" / source / "link").symlink_to(place / target)
    with pytest.raises(UnsafeOutputError, match=r"a link of the (content|theme) that leads to .*remove the link"):
        _check(place, "elsewhere")


def test_chained_source_links_are_followed_and_others_are_harmless(place: Path) -> None:
    content, pictures = place / "home" / "site" / "content", place / "pictures"
    pictures.mkdir()
    (content / "images").symlink_to(pictures)
    (content / "nowhere").symlink_to(place / "nowhere")
    (pictures / "round").symlink_to(content)
    _check(place, "elsewhere")
    (pictures / "new").symlink_to(place / "elsewhere")
    with pytest.raises(UnsafeOutputError, match="a link of the content"):
        _check(place, "elsewhere")


def test_a_file_is_no_output(place: Path) -> None:
    (place / "elsewhere" / "out").touch()
    with pytest.raises(UnsafeOutputError, match="no folder"):
        _check(place, "elsewhere/out")


def test_an_output_with_a_repository_is_refused_unless_retained(place: Path) -> None:
    (place / "elsewhere" / ".git").mkdir()
    with pytest.raises(UnsafeOutputError, match=r"or name \.git in OUTPUT_RETENTION"):
        _check(place, "elsewhere")
    _check(place, "elsewhere", ".git")
    (place / "elsewhere" / "below" / ".git").mkdir(parents=True)
    with pytest.raises(UnsafeOutputError):
        _check(place, "elsewhere", ".git")


def test_a_bare_repository_is_no_output(place: Path) -> None:
    for name in ("objects", "refs"):
        (place / "elsewhere" / name).mkdir()
    (place / "elsewhere" / "HEAD").touch()
    with pytest.raises(UnsafeOutputError):
        _check(place, "elsewhere/out")


@pytest.mark.parametrize("target", ["home/site/content", "home/site/content/a.md", "nowhere"])
def test_a_link_that_leads_out_of_the_output_is_refused(place: Path, target: str) -> None:
    (place / "home" / "site" / "content" / "a.md").touch()
    (place / "elsewhere" / "blog").symlink_to(place / target)
    with pytest.raises(UnsafeOutputError, match="or remove the link"):
        _check(place, "elsewhere")


def test_links_that_pelican_makes_of_static_files_are_accepted(place: Path) -> None:
    (place / "home" / "site" / "content" / "a.svg").touch()
    (place / "elsewhere" / "a.svg").symlink_to(place / "home" / "site" / "content" / "a.svg")
    (place / "elsewhere" / "b.svg").symlink_to("a.svg")
    _check(place, "elsewhere", links=True)


def test_shared_bytes_are_parted_before_they_are_written_over(tmp_path: Path) -> None:
    (tmp_path / "output").mkdir()
    original, copy = tmp_path / "photo.jpg", tmp_path / "output" / "photo.jpg"
    original.write_bytes(b"as taken")
    copy.hardlink_to(original)
    unlink_copies(tmp_path / "output")
    copy.write_bytes(b"smaller")
    assert original.read_bytes() == b"as taken"


def _output(folder: Path, *names: str) -> Path:
    output = folder / "output"
    for name in names:
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_text(name, encoding="utf-8")
    mark(output)
    return output


def _left(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.name != MARK}


def test_only_named_files_go_with_folders_left_empty(tmp_path: Path) -> None:
    output = _output(tmp_path, "a/b/index.html", "a/other.txt", "c/index.html", "c/index.html.4711.part", "c/x.5.part")
    remove(output, ["a/b/index.html", "c/index.html", "nothing/there.html"])
    assert _left(output) == {"a/other.txt", "c/x.5.part"}
    assert not (output / "a" / "b").exists()


@pytest.mark.parametrize(
    "name",
    ["../beside.txt", "a/../../beside.txt", "{tmp}/beside.txt", "linked/beside.txt", "", ".", "a", "./../beside.txt"],
)
def test_nothing_outside_goes_whatever_a_manifest_says(tmp_path: Path, name: str) -> None:
    output = _output(tmp_path, "a/index.html")
    (tmp_path / "beside.txt").touch()
    (output / "linked").symlink_to(tmp_path)
    (tmp_path / "output2").mkdir()
    (tmp_path / "output2" / "x").touch()
    remove(output, [name.format(tmp=tmp_path), f"{tmp_path}/output2/x", "../output2/x"])
    assert (tmp_path / "beside.txt").exists()
    assert (tmp_path / "output2" / "x").exists()
    assert _left(output) == {"a/index.html"}


def test_symlink_in_a_manifest_is_removed_and_its_target_stays(tmp_path: Path) -> None:
    output = _output(tmp_path)
    (tmp_path / "beside.txt").touch()
    (output / "a.txt").symlink_to(tmp_path / "beside.txt")
    remove(output, ["a.txt"])
    assert (tmp_path / "beside.txt").exists()
    assert not (output / "a.txt").is_symlink()


def test_without_the_mark_nothing_goes(tmp_path: Path) -> None:
    output = _output(tmp_path, "index.html")
    (output / MARK).unlink()
    remove(output, ["index.html"])
    assert _left(output) == {"index.html"}


def test_the_mark_itself_is_never_removed(tmp_path: Path) -> None:
    output = _output(tmp_path)
    remove(output, [MARK])
    assert (output / MARK).exists()


def test_records_of_another_folder_at_the_place_are_forgotten(tmp_path: Path) -> None:
    output, other = _output(tmp_path), tmp_path / "other"
    for folder in (output, other):
        save_names(record_of(tmp_path / "cache", "written", folder), {"a"})
    assert forget_records(tmp_path / "cache", output)
    assert names_in(record_of(tmp_path / "cache", "written", output)) == set()
    assert names_in(record_of(tmp_path / "cache", "written", other)) == {"a"}


def test_a_name_with_a_line_end_names_no_other_file(tmp_path: Path) -> None:
    record = record_of(tmp_path, "written", tmp_path / "output")
    save_names(record, {"a\nb.html", "c\x0bd.html", "e\u2028f.html", os.fsdecode(b"g\xff.html")})
    assert names_in(record) == {"c\x0bd.html", "e\u2028f.html", os.fsdecode(b"g\xff.html")}


def test_a_page_behind_a_link_is_told(tmp_path: Path) -> None:
    output = _output(tmp_path, "blog/index.html")
    (tmp_path / "same").symlink_to(output)
    assert are_within(str(output), [str(output / "blog" / "index.html")])
    assert are_within(str(output), [str(output / "index.html")])
    assert are_within(str(tmp_path / "same"), [str(tmp_path / "same" / "blog" / "index.html")])
    (output / "blog").rename(tmp_path / "blog")
    (output / "blog").symlink_to(tmp_path / "blog")
    assert not are_within(str(output), [str(output / "blog" / "index.html")])
