"""A push is text to be read: nothing of it runs, and nothing outside of it changes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.publishing.git import git_export as exporting
from plugins.publishing.git.git_export import export
from plugins.publishing.git.git_repository import Repository
from tests.building import edit
from tests.publishing.place import POST, Place

PAGE = Path("content") / "pages" / "come-lavoro.md"
LAUGHS = "a: &a [ha, ha]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def link(place: Place) -> None:
    (place.work / "content" / "images" / "segreto.svg").symlink_to("/etc/passwd")


def linked_folder(place: Place) -> None:
    (place.work / "content" / "blog" / "altrove").symlink_to(place.folder)


def tag(place: Place) -> None:
    trap = f"!!python/object/apply:os.system [touch {place.folder}/trapped]"
    edit(place.work / "content" / "identity.yaml", "brand: Giro 000", f"brand: {trap}")


def slug(place: Place) -> None:
    edit(place.work / POST, "slug: cosa-delegare-per-primo", "slug: ../../../../trapped")


def laughs(place: Place) -> None:
    (place.work / "content" / "availability.yaml").write_text(LAUGHS, encoding="utf-8")


def submodule(place: Place) -> None:
    # Last of all: what is not on the disk would be taken out again by `add`.
    place.git("add", "--all")
    place.git("update-index", "--add", "--cacheinfo", f"160000,{place.main},content/blog/altro")


def image_outside(place: Place) -> None:
    edit(place.work / PAGE, "title:", "image: ../../site.git/config\nimage_alt: Niente\ntitle:")


def file_outside(place: Place) -> None:
    edit(place.work / PAGE.with_name("chi-sono.md"), "\n---\n", "\n---\n[tutto]({static}/../../release.json)\n")


def too_large(place: Place) -> None:
    with (place.work / "content" / "images" / "enorme.jpg").open("wb") as file:
        file.truncate(exporting.LARGEST_FILE + 1)


def odd_name(place: Place) -> None:
    (place.work / "content" / "images" / "a\x1b[2Jb.jpg").write_bytes(b"")


MISCHIEF = (
    (link, "content/images/segreto.svg:1 — "),
    (linked_folder, "content/blog/altrove:1 — "),
    (tag, "content/identity.yaml:"),
    (slug, f"{POST.as_posix()}:"),
    (laughs, "content/availability.yaml:1 — "),
    (image_outside, f"{PAGE.as_posix()}:"),
    (file_outside, f"{PAGE.with_name('chi-sono.md').as_posix()}:"),
    (too_large, "content/images/enorme.jpg:1 — "),
    (odd_name, "content/images/a\N{REPLACEMENT CHARACTER}[2Jb.jpg:1 — "),
    (submodule, "content/blog/altro:1 — "),
)


def test_hostile_content_is_all_told_and_changes_nothing(place: Place) -> None:
    for mischief, _ in MISCHIEF:
        mischief(place)
    place.git("commit", "--quiet", "--message", "Di tutto un po’")
    told = refused(place)
    assert [line for _, line in MISCHIEF if line not in told] == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("mischief", [link, tag, laughs, slug])
def test_each_of_the_worst_is_enough_for_a_refusal(place: Place, mischief: Callable[[Place], None]) -> None:
    mischief(place)
    place.commit()
    refused(place)


def refused(place: Place) -> str:
    """Push, see that nothing came of it, and return what was told."""
    before, around = place.standing(), surroundings(place)
    pushed = place.push()
    assert pushed.code == 1
    assert "\x1b[2J" not in pushed.told
    assert place.standing() == before
    assert surroundings(place) == around
    return pushed.told


def surroundings(place: Place) -> set[str]:
    """All that there is beside what git keeps and what it was pushed from."""
    kept = (place.server.repository.path / "objects", place.work)
    files = (path for path in place.folder.rglob("*") if not any(path.is_relative_to(folder) for folder in kept))
    return {str(path) for path in files if "__pycache__" not in path.parts}


def test_nothing_of_what_is_pushed_runs(place: Place) -> None:
    trap = f"import pathlib\npathlib.Path({str(place.folder / 'trapped')!r}).touch()\n"
    for file in ("pelicanconf.py", "publishconf.py", "plugins/site/__init__.py", "content/pelicanconf.py", "yaml.py"):
        (place.work / file).write_text(trap, encoding="utf-8")
    (place.work / "content" / "sitecustomize.py").write_text(trap, encoding="utf-8")
    for hook in ("hooks/pre-receive", "hooks/post-receive", "content/hooks/proc-receive"):
        (place.work / hook).parent.mkdir(exist_ok=True)
        (place.work / hook).write_text(f"#!/bin/sh\ntouch {place.folder}/trapped\n", encoding="utf-8")
        (place.work / hook).chmod(0o755)
    (place.work / ".gitattributes").write_text("* filter=trap export-subst\n", encoding="utf-8")
    edit(place.work / POST, "\n---\n", "\n---\n{{ 7 * 191 }} {% include '/etc/passwd' %} $Format:%H$\n")
    place.brand(1)
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert place.brands() == {"Giro 001"}
    assert "{{ 7 * 191 }}" in place.page("blog/cosa-delegare-per-primo/")
    assert not (place.folder / "trapped").exists()


def tree_of(place: Place, *entries: str) -> str:
    """Make a tree as it stands, which `git add` might refuse to."""
    made = subprocess.run(
        ["git", "-C", str(place.work), "mktree", "-z"],
        input="".join(f"{entry}\N{NULL}" for entry in entries).encode(),
        capture_output=True,
        check=True,
    )
    return made.stdout.decode().strip()


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "git~1", ".git. ", "a\\b"])
def test_a_name_that_leads_elsewhere_is_not_written(place: Place, name: str) -> None:
    blog, blob = place.git("rev-parse", "HEAD:content/blog"), place.git("rev-parse", f"HEAD:{POST.as_posix()}")
    content = tree_of(place, f"100644 blob {blob}\t{name}", f"040000 tree {blog}\tblog")
    commit = place.git("commit-tree", tree_of(place, f"040000 tree {content}\tcontent"), "-m", "Un albero storto")
    before = surroundings(place)
    out = place.folder / "out"
    (fault,) = export(Repository(place.work / ".git"), commit, out, "content/")
    assert fault.path == Path("content") / name
    written = surroundings(place) - before
    assert written == {str(path) for path in (out, *out.rglob("*"))}
    assert not any(path.endswith(name) for path in written)
    assert place.push(commit, "--force").code == 1
    assert place.brands() == {"Giro 000"}


def test_more_files_than_any_site_has_are_not_even_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_FILES", 10)
    (fault,) = export(Repository(place.work / ".git"), "HEAD", place.folder / "out", "content/")
    assert "il massimo è 10 file" in fault.what
    assert not (place.folder / "out").exists()
