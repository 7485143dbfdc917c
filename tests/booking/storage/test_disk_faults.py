"""A disk that fails under the database: nothing is promised that is not kept, and nobody has to lend a hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.booking.processes import ROOT
from tests.soak import soak_count

TIMES = soak_count(3, 200)


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that lets calls fail, compiled."""
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    source = ROOT / "tests" / "booking" / "faults.c"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o", library, source, "-ldl"], check=True
    )
    return library


@pytest.mark.some_cases(2)
@pytest.mark.soak
@pytest.mark.parametrize(
    ("what", "error"),
    [("writes", "EIO"), ("writes", "ENOSPC"), ("syncs", "EIO"), ("syncs", "ENOSPC"), ("opening", "EROFS")],
)
def test_failing_disk_calls_never_lose_an_acknowledged_booking_or_message(
    faults: Path, tmp_path: Path, what: str, error: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.booking.faulty", tmp_path, what, error, str(TIMES)],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(faults)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    print(what, error, told)
    assert told["faults"] == TIMES
    assert told["answers"]["503"] > 0
