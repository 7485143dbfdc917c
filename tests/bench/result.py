"""What a benchmark found: how long each of some things took, and how many times longer than another."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

MANY = 100  # runs, from which on the slowest hundredth says more than each of them


def span(seconds: float) -> str:
    """A span of time as people say it."""
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{1000 * seconds:.2f} ms"


@dataclass(frozen=True)
class Measure:
    """One thing that was measured, all its runs in seconds; `name` is for programs, `label` for readers.

    Measures of one `group` are compared with each other, and shown below it.
    """

    name: str
    label: str
    seconds: Sequence[float]
    group: str = ""

    @property
    def title(self) -> str:
        """The label where it stands alone."""
        return f"{self.label}: {self.group[0].lower()}{self.group[1:]}" if self.group else self.label

    @property
    def median(self) -> float:
        """The run in the middle."""
        return median(self.seconds)

    @property
    def p99(self) -> float:
        """What 99 of a hundred runs stay under."""
        return sorted(self.seconds)[-(-99 * len(self.seconds) // 100) - 1]

    def told(self) -> dict[str, Any]:
        """The measure as JSON holds it."""
        runs = [round(one, 6) for one in self.seconds]
        found = {"median": round(self.median, 6), "fastest": min(runs), "slowest": max(runs), "count": len(runs)}
        many = {"p99": round(self.p99, 6)} if len(runs) >= MANY else {"runs": runs}
        return {"name": self.name, "label": self.title, **found, **many}


@dataclass(frozen=True)
class Result:
    """A benchmark's measures; each ratio names the measure that is divided and the one that divides it."""

    name: str
    title: str
    measures: tuple[Measure, ...]
    ratios: tuple[tuple[str, str], ...] = ()
    packages: tuple[str, ...] = ()
    besides: Mapping[str, object] = field(default_factory=dict)

    def of(self, name: str) -> Measure:
        """The measure of that name."""
        return next(measure for measure in self.measures if measure.name == name)

    def ratio(self, pair: tuple[str, str]) -> float:
        """How many times the second fits into the first, by their medians."""
        return self.of(pair[0]).median / self.of(pair[1]).median

    def machine(self) -> Mapping[str, str | int | None]:
        """Where it was measured."""
        versions = {name: version(name) for name in self.packages}
        return {
            "cpus": os.cpu_count(),
            "architecture": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
            **versions,
        }

    def lines(self) -> list[str]:
        """The result for whoever ran it."""
        width = max(len(measure.title) for measure in self.measures)
        said = [
            f"  {one.title:<{width}}  {span(one.median):>8}   ({span(min(one.seconds))} to {span(max(one.seconds))}, "
            f"{len(one.seconds)} runs{f', p99 {span(one.p99)}' if len(one.seconds) >= MANY else ''})"
            for one in self.measures
        ]
        compared = [
            f"  {self.of(pair[0]).title}: {self.ratio(pair):.2f} times {self.of(pair[1]).label}" for pair in self.ratios
        ]
        beside = [f"  {name.replace('_', ' ')}: {value}" for name, value in self.besides.items()]
        return [self.title, *said, *compared, *beside]

    def write(self, folder: Path) -> Path:
        """Write the result as JSON into a folder and return the file."""
        file = folder / f"{self.name}.json"
        told = {
            "benchmark": self.name,
            "title": self.title,
            "unit": "seconds",
            "machine": self.machine(),
            **self.besides,
            "measures": [measure.told() for measure in self.measures],
            "ratios": {f"{one}/{other}": round(self.ratio((one, other)), 3) for one, other in self.ratios},
        }
        file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return file
