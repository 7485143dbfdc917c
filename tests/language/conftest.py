"""Contents in another language, and Italian again afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.content import locale
from plugins.domain.language import ITALIAN, speak
from tests.language.marking import write_language


@pytest.fixture(autouse=True)
def _italian_again() -> Iterator[None]:
    yield
    speak(ITALIAN)


@pytest.fixture
def with_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The language that marks all it says is among those of the site."""
    write_language(tmp_path / "locales")
    monkeypatch.setattr(locale, "LOCALES", tmp_path / "locales")
