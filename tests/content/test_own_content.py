"""The content of whoever's this repository is: valid."""

from __future__ import annotations

from datetime import date

import pytest

from plugins.publishing.checks.check import check
from tests.building import OWN_CONTENT


@pytest.mark.any_content
def test_the_content_of_this_repository_has_no_error() -> None:
    assert [fault.within(OWN_CONTENT) for fault in check(OWN_CONTENT, day=date.today()).errors] == []
