"""What installations start by name keeps its name: their hooks, units and earlier versions know no other."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from plugins.publishing.install import HOOK
from tests.building import ROOT

# `workshop` is what an earlier version's `upgrade` looks for in a new one, and starts there.
STARTED = ("plugins.booking", "plugins.publishing", "plugins.publishing.receive", "plugins.publishing.workshop")


@pytest.mark.parametrize("name", STARTED)
def test_what_is_started_by_name_is_there(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.origin
    assert Path(spec.origin).name != "__init__.py" or (Path(spec.origin).parent / "__main__.py").is_file()


def test_hooks_and_units_start_nothing_else() -> None:
    units = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "deploy" / "systemd").iterdir()))
    assert set(re.findall(r"-m (plugins[\w.]*)", HOOK + units)) <= set(STARTED)
