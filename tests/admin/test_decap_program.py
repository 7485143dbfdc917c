"""The editor's program comes once, from npm, and is the known one; a site without it has none of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.admin import decap_program as programs
from plugins.admin.decap_program import ProgramError, cached_in, program
from tests.building import CONTENT, build


def test_site_without_admin_setting_contains_no_editor_files(tmp_path: Path) -> None:
    done = build(CONTENT, tmp_path / "site", "publishconf.py")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "site" / "admin").exists()
    texts = (file for file in (tmp_path / "site").rglob("*") if file.suffix in {".html", ".js", ".xml", ".txt"})
    assert [file.name for file in texts if "decap" in file.read_text(encoding="utf-8").lower()] == []


def test_a_changed_program_in_the_cache_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    right = program(cached_in())
    (tmp_path / f"{programs.PACKAGE}-{programs.VERSION}.js").write_bytes(right + b"alert(1)")
    assert program(tmp_path) == right
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program(tmp_path) == right  # from the cache: npm is not asked again


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"")
    assert program(tmp_path / "cache") == program(cached_in())


def test_unknown_decap_release_from_npm_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SHA256", "0" * 64)
    with pytest.raises(ProgramError, match="not the program this version was made for"):
        program(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_npm_the_build_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ProgramError, match="install npm"):
        program(cached_in())
    done = build(CONTENT, tmp_path / "site", "pelicanconf.py", "-e", 'ADMIN={"backend":{"name":"github"}}')
    assert done.returncode == 1
    assert "npm fetches it once" in done.stderr
    assert "Traceback" not in done.stderr
