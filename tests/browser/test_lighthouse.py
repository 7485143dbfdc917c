"""What Lighthouse says of a page of each type, but for how fast it is: that is measured by the benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.lighthouse import CATEGORIES, Audit, audit, page_types
from tests.browser.published import published_site
from tests.soak import soak_count

PAGES = soak_count(1, 100)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public site with its endpoint, as a web server hands them out."""
    with published_site(tmp_path_factory.mktemp("lighthouse")) as address:
        yield address


@pytest.mark.soak
def test_lighthouse_scores_full_marks_for_accessibility_best_practices_and_seo(site: str) -> None:
    audits: dict[str, Audit] = {name: audit(site + address) for name, address in list(page_types(site).items())[:PAGES]}
    assert {
        name: one.faults for name, one in audits.items() if {one.scores[each] for each in CATEGORIES[1:]} != {100}
    } == {}
