"""A blog of a hundred to five thousand posts, built whole and after every edit, beside Hugo, Eleventy and Pelican.

Each build is a process of its own. The others have no index of words: ours is left out. Pelican alone is the same theme
and the same plugins without `plugins.fastbuild`, for which every edit is the same; so it is for Eleventy. Hugo builds
whole each time too, but is measured after each edit, so that a busy moment of the machine meets both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.edits import CASES
from tests.bench.result import Measure, Result
from tests.bench.site import Site, maglia, with_eleventy, with_hugo

ROUNDS = 5
# Of the largest what is done often.
_LARGE = ("clean", "nothing", "body", "title", "post", "gone", "renamed", "tag", "category", "price", "hours", "day")
# What every build of theirs is like.
_ALL_THE_SAME = {"pelican": ("clean", "body"), "eleventy": ("clean", "body")}


def of(size: int) -> Callable[[], Result]:
    """The benchmark of a size."""
    return lambda: run(size, dict.fromkeys(CASES if size <= 1_000 else _LARGE, ROUNDS))


def run(size: int, cases: Mapping[str, int]) -> Result:
    """Measure these cases, each so many times."""
    with tempfile.TemporaryDirectory() as name:
        sites = _sites(Path(name), size)
        for site in sites.values():
            print(f"  {size:,} posts, {site.label}: a first build …", flush=True)
            site.warm_up()
        for number in range(max(cases.values())):
            for case, rounds in cases.items():
                if number < rounds:
                    print(f"  {size:,} posts, round {number + 1} of {rounds}: {CASES[case][0].lower()} …", flush=True)
                    # One after another, so that a busy moment of the machine meets all of them.
                    for tool, site in sites.items():
                        if case in _ALL_THE_SAME.get(tool, cases):
                            CASES[case][1](site, number)
                            site.build(case)
        for site in sites.values():
            _look_at_memory(site, max(cases.values()))
    measures = [
        Measure(f"{tool}_{case}", site.label, site.seconds[case], CASES[case][0])
        for case in cases
        for tool, site in sites.items()
        if case in site.seconds
    ]
    names = {measure.name for measure in measures}
    pairs = [(f"maglia_{case}", f"{tool}_{case}") for case in cases for tool in sites if tool != "maglia"]
    return Result(
        f"sites-{size}",
        f"A blog of {size:,} posts",
        tuple(measures),
        tuple(pair for pair in pairs if set(pair) <= names),
        ("pelican", "Markdown", "Jinja2"),
        {
            **{
                f"peak_megabytes_{case}": {site.label: round(site.megabytes[case]) for site in sites.values()}
                for case in ("clean", "post")
            },
            "pages": {site.label: site.pages for site in sites.values()},
        },
    )


def _look_at_memory(site: Site, number: int) -> None:
    """What memory a new post takes, that of all processes together."""
    CASES["post"][1](site, number)
    site.megabytes["post"] = site.peak()


def _sites(folder: Path, size: int) -> dict[str, Site]:
    """Maglia, Maglia without its fast builds, and those of the others that are installed."""
    found: dict[str, Site | None] = {"maglia": maglia(folder / "maglia", size)}
    if size <= 1_000:
        found["pelican"] = maglia(folder / "pelican", size, "Pelican alone", ("plugins.fastbuild",))
        found["hugo"] = with_hugo(folder / "hugo", size, is_related=True)
    found["hugo_unrelated"] = with_hugo(folder / "hugo_unrelated", size, is_related=False)
    found["eleventy"] = with_eleventy(folder / "eleventy", size)
    return {tool: site for tool, site in found.items() if site}
