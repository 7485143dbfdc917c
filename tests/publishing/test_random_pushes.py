"""Whatever is pushed in whatever order, and whenever a build is killed: a release is as one built from nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import cast

import pytest

from tests.bench.corpus import write_content
from tests.fastbuild.builder import Builder, differing, tree
from tests.fastbuild.conftest import Place
from tests.fastbuild.editing.editor import Editor
from tests.fastbuild.editing.owner_edits import OwnerEdits
from tests.fastbuild.editing.post_edits import PostEdits
from tests.fastbuild.editing.service_edits import ServiceEdits
from tests.publishing.release_builder import Shop, release_builder
from tests.soak import soak_count

PUSHES = 4


@pytest.mark.some_cases(0)
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(1, 300)))
def test_random_pushes_end_as_built_from_nothing(seed: int, tmp_path: Path) -> None:
    write_content(tmp_path / "content", 3 + seed % 10)
    editor = Editor(Place(tmp_path, cast(Builder, None)), seed)
    hands = (PostEdits(editor), ServiceEdits(editor), OwnerEdits(editor))
    edits = [edit for hand in hands for edit, often in hand.edits().items() for _ in range(often)]
    before: Path | None = None
    sealed = dict[Path, dict[str, bytes]]()
    with release_builder() as builder:
        for number in range(PUSHES + 1):
            done = editor.chance.choices(edits, k=2) if number else []
            for edit in done:
                editor.begin()
                edit()
            day, shop, anew = str(editor.settings["TODAY"]), Shop(before, tmp_path / "workshop"), Shop(before, None)
            if editor.chance.random() < 0.3:
                cut = _release(tmp_path, f"cut-{number}")
                builder.build(cut, day, tmp_path / "cache", shop, editor.chance.uniform(0.1, 2))
            made, clean = _release(tmp_path, f"made-{number}"), _release(tmp_path, f"clean-{number}")
            code = builder.build(made, day, tmp_path / "cache", shop)
            log = (made / "build.log").read_text(encoding="utf-8")
            assert builder.build(clean, day, tmp_path / "cache", anew) == code, (seed, done, log)
            assert (made / "report.json").read_bytes() == (clean / "report.json").read_bytes(), (seed, done)
            if code == 0:
                assert not differing(tree(made / "site"), tree(clean / "site")), (seed, done)
                before, sealed[made / "site"] = made / "content", tree(made / "site")
            for site, files in sealed.items():
                assert not differing(tree(site), files), (seed, done)


@pytest.mark.some_cases(1)
def test_a_new_post_makes_only_the_pages_that_show_it(tmp_path: Path) -> None:
    write_content(tmp_path / "content", 30)
    with release_builder() as builder:
        before = None
        for number in range(2):
            made = _release(tmp_path, str(number))
            assert builder.build(made, "2026-11-20", tmp_path / "cache", Shop(before, tmp_path / "workshop")) == 0
            before = made / "content"
            post = tmp_path / "content" / "blog" / "articolo-00001.md"
            said = post.read_text(encoding="utf-8").replace("articolo-00001", "nuovo")
            post.with_name("nuovo.md").write_text(said, encoding="utf-8")
    (told,) = re.findall(r"Done: (\d+) of (\d+) pages changed", (made / "build.log").read_text(encoding="utf-8"))
    assert int(told[0]) < int(told[1])
    page = Path("chi-sono/index.html")
    assert (made / "site" / page).samefile(tmp_path / "0" / "site" / page)


def _release(folder: Path, name: str) -> Path:
    """A release to be made of the present content."""
    shutil.copytree(folder / "content", folder / name / "content")
    return folder / name
