"""Docutils is not imported where no text is in reST, and is there for whoever needs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import CONTENT, ROOT

_BUILD = (
    "import atexit, sys; atexit.register(lambda: print('docutils.frontend' in sys.modules)); "
    "from plugins.fastbuild.command import main; main(sys.argv[1:])"
)
_LEAVE = (
    "import sys; from plugins.fastbuild.markdown import docutils_standin as one; one.stand_in_without_rest(['a.md']); "
    "import pelican.readers; one.leave_to_pelican()"
)
_RST = "Prova\n#####\n\n:date: 2026-05-04\n:category: Mestiere\n:summary: Una prova.\n\nEcco *tutto*.\n"


def _said(program: str, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("name", [None, "prova.rst"])
def test_docutils_is_imported_for_rest_alone(tmp_path: Path, name: str | None) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    if name:
        (content / "blog" / name).write_text(_RST, encoding="utf-8")
    (tmp_path / "settings.py").write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
        f"THEME = {str(ROOT / 'theme')!r}\nSEARCH_INDEX = False\n",
        encoding="utf-8",
    )
    told = _said(_BUILD, str(content), "-s", str(tmp_path / "settings.py"), "-o", str(tmp_path / "output"))
    assert told.endswith(f"{bool(name)}\n")
    assert (tmp_path / "output" / "blog" / "prova" / "index.html").is_file() is bool(name)


def test_what_is_left_to_pelican_begins_anew_with_docutils() -> None:
    assert _said(_LEAVE, "--version").startswith("4.")
