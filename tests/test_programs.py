"""What the tests drive is installed by their set-up, or asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("programs.sh")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The PATH of a machine with nothing on it, where nobody is root and the loader knows no library."""
    for name in ("dirname", "grep", "ls", "uname"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    for name, words in (("id", "echo 1000"), ("ldconfig", ":")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{words}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_unprivileged_user_is_told_what_is_missing_and_the_remedy(bare: Path) -> None:
    done = subprocess.run(["/bin/sh", SCRIPT], env={"PATH": str(bare)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    missing, remedy = done.stderr.splitlines()
    engines = ("chromium", "firefox-esr", "webkit2gtk-driver", "xvfb", "w3m", "lynx")
    for package in (*engines, "poppler-utils", "default-jre-headless", "npm", "caddy", "prometheus", "libatomic1"):
        assert package in missing
        assert package in remedy
    assert "apt-get install" in remedy


@pytest.mark.parametrize("was_there", [True, False])
def test_failed_environment_setup_keeps_what_was_there(tmp_path: Path, was_there: bool) -> None:
    place, python = tmp_path / "venv", tmp_path / "python"
    python.write_text('#!/bin/sh\nmkdir -p "$3" && touch "$3/half"\nexit 1\n', encoding="utf-8")
    python.chmod(0o755)
    if was_there:
        place.mkdir()
        (place / "hers").touch()
    done = subprocess.run(
        ["make", "setup", f"VENV={place}", f"PYTHON={python}"],
        cwd=SCRIPT.parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "apt-get install python3-venv" in done.stdout
    assert (place / "hers").exists() is was_there
    assert place.exists() is was_there
