"""What a benchmark says is what it measured, in words, as JSON and as a chart."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.__main__ import BENCHMARKS, FOLDER, main
from tests.bench.chart import chart
from tests.bench.result import Measure, Result

RESULT = Result(
    "walk",
    "A walk & back",
    (Measure("ours", "Ours", [1.0, 3.0, 2.0]), Measure("theirs", "Theirs", [4.0, 4.0, 5.0])),
    (("ours", "theirs"),),
)


def test_a_ratio_is_that_of_the_medians() -> None:
    assert RESULT.ratio(("ours", "theirs")) == 0.5


def test_the_written_result_holds_every_run(tmp_path: Path) -> None:
    told = json.loads(RESULT.write(tmp_path).read_text(encoding="utf-8"))
    assert told["measures"][0]["runs"] == [1.0, 3.0, 2.0]
    assert (told["measures"][0]["median"], told["ratios"]) == (2.0, {"ours/theirs": 0.5})


def test_the_longest_bar_of_the_chart_is_the_slowest() -> None:
    bars = [one for one in ElementTree.fromstring(chart(RESULT)).iter() if one.tag.endswith("rect")]
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths[0] * 2 == pytest.approx(widths[1], abs=0.1)


def test_a_benchmark_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swimming"]) == 2
    assert "publishing" in capsys.readouterr().err


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_has_its_figures_and_its_chart_among_the_documents(name: str) -> None:
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert told["benchmark"] == name
    assert all(one["median"] > 0 and one.get("count", len(one.get("runs", ()))) >= 5 for one in told["measures"])
    assert ElementTree.parse(FOLDER / f"{name}.svg").getroot().tag.endswith("svg")
