"""The map and the guide for contributors name files that are there, and every decision."""

from __future__ import annotations

import re

import pytest

from tests.building import ROOT

_MODULES = {path.relative_to(ROOT / "plugins").with_suffix("").as_posix() for path in (ROOT / "plugins").rglob("*.py")}


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_named_modules_and_files_are_there(name: str) -> None:
    named = set(re.findall(r"`([\w.]+/[\w./]+)`", (ROOT / name).read_text(encoding="utf-8")))
    assert len(named) > 20
    assert [one for one in sorted(named) if not _is_there(one)] == []


def _is_there(named: str) -> bool:
    if any((folder / named).exists() for folder in (ROOT, ROOT / "plugins", ROOT / "plugins" / "booking")):
        return True
    stem = named.removesuffix(".py").rstrip("/")
    return any(module == stem or module.endswith(f"/{stem}") or f"{stem}/" in f"{module}/" for module in _MODULES)


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [page.name for page in pages if f"(decisions/{page.name})" not in index] == []
