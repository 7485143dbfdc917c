"""The benchmarks: `python -m tests.bench [NAME …]` runs all, or some, and writes into `docs/benchmarks/`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from tests.bench import calendars, endpoint, load, publishing, scale, sites, slots, watch
from tests.bench.chart import chart
from tests.bench.result import Result
from tests.building import ROOT

FOLDER = ROOT / "docs" / "benchmarks"
BENCHMARKS: Mapping[str, Callable[[], Result]] = {
    "publishing": publishing.run,
    "slots": slots.run,
    "endpoint": endpoint.run,
    "load": load.run,
    **{f"sites-{size}": sites.of(size) for size in (100, 1_000, 5_000)},
    "sites-scale": scale.run,
    "watch": watch.run,
    "calendars": calendars.run,
}


def main(names: list[str]) -> int:
    """Run benchmarks by name, all of them where none is named, and return the exit code."""
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}. There are: {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    FOLDER.mkdir(exist_ok=True)
    for name in names or BENCHMARKS:
        result = BENCHMARKS[name]()
        print("\n".join(result.lines()), flush=True)
        result.write(FOLDER)
        (FOLDER / f"{name}.svg").write_text(chart(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
