"""One version, in whatever place it is told."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

import pytest

from plugins import __version__
from tests.building import ROOT, beside_sample


def test_package_changelog_and_code_tell_one_version() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == __version__
    newest = re.search(r"^## (\S+) ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert newest
    assert newest[1] == __version__


@pytest.mark.parametrize("module", ["plugins.booking", "plugins.publishing"])
def test_commands_tell_their_version(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--version"], **beside_sample(), capture_output=True, text=True, check=True
    )
    assert done.stdout == f"Maglia {__version__}\n"
