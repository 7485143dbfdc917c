"""What passes the check builds and is published, whatever it is: content made by chance, odd but plausible."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.publishing.checks.check import check
from tests.publishing.generated import DAY, generate
from tests.publishing.place import Place
from tests.publishing.release_builder import ReleaseBuilder, release_builder
from tests.soak import soak_count

# What Pelican only warns of, and a reader would see.
_TELLS = re.compile(r"(?m)^.*(?:Unable to find|CRITICAL|ERROR|Traceback).*$")
_CODE = re.compile(r"<(pre|code|script)\b.*?</\1>", re.DOTALL)
_UNLINKED = re.compile(r"<[^>]*=[\"']?\{(?:filename|static|attach)\}")
_DRAFT = re.compile(r"=[\"'][^\"'<>]*/drafts/")
BUILT = soak_count(2, 400)


@pytest.fixture(scope="module")
def builder() -> Iterator[ReleaseBuilder]:
    with release_builder() as one:
        yield one


def passing(folder: Path, count: int) -> Iterator[tuple[int, Path]]:
    """So many contents that the check has nothing against, by their seeds."""
    found, seed = 0, 0
    while found < count:
        seed += 1
        assert seed < 12 * count + 40
        place = folder / str(seed)
        generate(place / "content", seed)
        if check(place / "content", day=DAY).errors:
            shutil.rmtree(place)
        else:
            found += 1
            yield seed, place


@pytest.mark.soak
def test_generated_content_that_passes_the_check_builds(tmp_path: Path, builder: ReleaseBuilder) -> None:
    wrong = {}
    for seed, place in passing(tmp_path, BUILT):
        code = builder.build(place, DAY.isoformat(), tmp_path / "cache")
        log = (place / "build.log").read_text(encoding="utf-8", errors="replace")
        report = json.loads((place / "report.json").read_text(encoding="utf-8"))
        if found := [
            *([f"exit {code}"] if code else []),
            *report["faults"],
            *_TELLS.findall(log),
            *amiss(place / "site"),
        ]:
            wrong[seed] = found[:5]
        shutil.rmtree(place)
    assert wrong == {}


def amiss(site: Path) -> Iterator[str]:
    """What no public page may show."""
    if not (site / "index.html").is_file():
        yield "no home page"
    for file in site.rglob("*"):
        name = file.relative_to(site).as_posix()
        if file.suffix not in (".html", ".xml") or name.startswith("drafts/"):
            continue
        html = file.read_text(encoding="utf-8")
        if _DRAFT.search(html):
            yield f"{name} names a draft"
        if _UNLINKED.search(_CODE.sub("", html)):
            yield f"{name} links to the name of a file"


@pytest.mark.some_cases(0)
@pytest.mark.soak
def test_generated_content_that_passes_the_check_is_published(place: Place, tmp_path: Path) -> None:
    before = place.live.name
    for seed, made in passing(tmp_path, soak_count(1, 25)):
        shutil.rmtree(place.work / "content")
        shutil.copytree(made / "content", place.work / "content", symlinks=True)
        # An address that another content had is nobody's concern here.
        place.commit(f"Contenuto {seed}")
        place.server.repository.point("refs/heads/main", place.git("rev-parse", "HEAD~1"))
        pushed = place.push("main", "--force")
        gone = [line for line in pushed.told.splitlines() if "sparirebbe" in line]
        assert pushed.code == 0 or gone, (seed, pushed.told)
        assert place.live.name != before or gone, (seed, pushed.told)
        before = place.live.name
        shutil.rmtree(made)
