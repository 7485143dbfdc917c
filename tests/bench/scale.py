"""What a post of a clean build costs where there are a thousand of them, and where there are ten thousand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from tests.bench.result import Measure, Result
from tests.bench.site import maglia

SIZES, ROUNDS = (1_000, 10_000), 2


def run() -> Result:
    """Measure clean builds of both sizes, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        sites = {}
        for size in SIZES:
            print(f"  {size:,} posts: written, and a first build …", flush=True)
            sites[size] = maglia(Path(name) / str(size), size)
            sites[size].warm_up()
        for number in range(ROUNDS):
            for size, site in sites.items():
                site.forget()
                took = site.build("clean")
                print(f"  {size:,} posts, round {number + 1} of {ROUNDS}: {took:.1f} s", flush=True)
    measures = [
        Measure(f"maglia_{size}", f"A post of {size:,}", [one / size for one in site.seconds["clean"]])
        for size, site in sites.items()
    ]
    return Result(
        "sites-scale",
        "A clean build, seconds a post",
        tuple(measures),
        ((measures[1].name, measures[0].name),),
        ("pelican", "Markdown", "Jinja2"),
        {
            "clean_seconds": {f"{size:,} posts": round(median(one.seconds["clean"]), 2) for size, one in sites.items()},
            # Of all cores together, whatever else they had to do meanwhile.
            "worked_seconds": {f"{size:,} posts": round(median(one.worked["clean"]), 2) for size, one in sites.items()},
            "peak_megabytes": {f"{size:,} posts": round(one.megabytes["clean"]) for size, one in sites.items()},
        },
    )
