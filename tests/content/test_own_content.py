"""The content of whoever's this repository is: valid, and, as long as it is the sample, the one that tests have."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plugins.publishing.checks.check import check
from tests.building import CONTENT, OWN_CONTENT


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.any_content
def test_the_content_of_this_repository_has_no_error() -> None:
    assert [fault.within(OWN_CONTENT) for fault in check(OWN_CONTENT, day=date.today()).errors] == []


@pytest.mark.sample_content
def test_the_sample_of_the_tests_is_the_one_shipped() -> None:
    # After a change of the sample: rm -r tests/sample/content && cp -r content tests/sample/
    own, sample = files_of(OWN_CONTENT), files_of(CONTENT)
    assert sorted(own) == sorted(sample)
    assert [name for name in own if own[name] != sample[name]] == []
