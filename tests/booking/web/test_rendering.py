"""Pages in a theme that may itself be broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.rendering import THEME, Renderer


def test_problem_page_stays_italian_when_the_theme_is_broken(
    content: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    theme = shutil.copytree(THEME, tmp_path / "theme")
    (theme / "templates/base.html").write_text("{% if %}", encoding="utf-8")
    page = Renderer(ContentReloader(content), dev=True, theme=theme).problem(Problem(404, "Niente <qui>."))
    assert page.startswith('<!doctype html>\n<html lang="it">')
    assert "<h1>Pagina non trovata</h1>" in page
    assert "Niente &lt;qui&gt;." in page
    assert "cannot be rendered" in caplog.text
