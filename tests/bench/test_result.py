"""What a benchmark says is what it measured, in words, as JSON and as a chart."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.__main__ import BENCHMARKS, FOLDER, main
from tests.bench.chart import chart
from tests.bench.machine import peak_megabytes
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


def test_benchmark_measures_carry_their_group_in_json_and_chart(tmp_path: Path) -> None:
    measures = (Measure("a", "Ours", [1.0], "By day"), Measure("b", "Theirs", [2.0], "By day"))
    result = Result("walk", "A walk", measures)
    assert [one["label"] for one in json.loads(result.write(tmp_path).read_text(encoding="utf-8"))["measures"]] == [
        "Ours: by day",
        "Theirs: by day",
    ]
    drawn = [one.text for one in ElementTree.fromstring(chart(result)).iter() if one.tag.endswith("text")]
    assert drawn == ["A walk", "By day", "Ours", "1.00 s", "Theirs", "2.00 s"]


def test_peak_memory_of_a_process_includes_its_children() -> None:
    held = "import subprocess, sys, time; x = bytearray(50_000_000); "
    child = f"{held}time.sleep(0.5)"
    command = [sys.executable, "-c", f"{held}subprocess.run([sys.executable, '-c', {child!r}])"]
    with subprocess.Popen(command, text=True) as process:
        assert 100 < peak_megabytes(process) < 200


def test_a_benchmark_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["swimming"]) == 2
    assert "publishing" in capsys.readouterr().err


def fewest_runs(benchmark: str, measure: str) -> int:
    """Five, but for what takes the greater part of a minute each time."""
    if benchmark == "sites-scale":
        return 2
    return 1 if (benchmark, measure.rpartition("_")[2]) == ("sites-5000", "clean") else 5


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_has_its_json_and_chart_in_the_docs(name: str) -> None:
    told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert told["benchmark"] == name
    for measure in told["measures"]:
        assert measure["median"] > 0
        assert measure.get("count", len(measure.get("runs", ()))) >= fewest_runs(name, measure["name"])
    assert ElementTree.parse(FOLDER / f"{name}.svg").getroot().tag.endswith("svg")
