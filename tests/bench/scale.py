"""What a clean build and a new post cost where there are a thousand posts, and where there are ten thousand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.bench.edits import CASES
from tests.bench.result import Measure, Result
from tests.bench.site import Site, maglia

SIZES = (1_000, 10_000)
# A clean build of the larger one takes most of a minute.
ROUNDS = {"clean": 2, "post": 5}
_CASES = {"clean": "A clean build", "post": "A new post"}


def run() -> Result:
    """Measure builds of both sizes, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        return measure(Path(name), SIZES, ROUNDS)


def measure(folder: Path, sizes: tuple[int, int], rounds: dict[str, int]) -> Result:
    """Measure builds of a smaller and of a larger site, each case so many times."""
    sites = {}
    for size in sizes:
        print(f"  {size:,} posts: written, and a first build …", flush=True)
        sites[size] = maglia(folder / str(size), size)
        sites[size].warm_up()
    for number in range(max(rounds.values())):
        for case, count in rounds.items():
            for size, site in sites.items():
                if number < count:
                    CASES[case][1](site, number)
                    took = site.build(case)
                    print(f"  {size:,} posts, {case}, round {number + 1} of {count}: {took:.1f} s", flush=True)
    for site in sites.values():
        CASES["post"][1](site, max(rounds.values()))
        site.megabytes["post"] = site.peak()
    measures = tuple(
        Measure(f"{case}_{size}", f"{size:,} posts", site.seconds[case], words)
        for case, words in _CASES.items()
        for size, site in sites.items()
    )
    clean, post = ([f"{case}_{size}" for size in sizes] for case in _CASES)
    return Result(
        "sites-scale",
        "A thousand posts, and ten thousand",
        measures,
        ((clean[1], clean[0]), (post[1], post[0]), (post[0], clean[0]), (post[1], clean[1])),
        ("pelican", "Markdown", "Jinja2"),
        {
            "milliseconds_a_post": {
                f"{size:,} posts": round(1_000 * median(one.seconds["clean"]) / size, 2) for size, one in sites.items()
            },
            # Of all cores together, whatever else they had to do meanwhile.
            "worked_seconds": _told(sites, lambda one: round(median(one.worked["clean"]), 2)),
            "peak_megabytes_clean": _told(sites, lambda one: round(one.megabytes["clean"])),
            "peak_megabytes_post": _told(sites, lambda one: round(one.megabytes["post"])),
        },
    )


def _told(sites: dict[int, Site], value: Callable[[Site], float]) -> dict[str, float]:
    return {f"{size:,} posts": value(site) for size, site in sites.items()}
