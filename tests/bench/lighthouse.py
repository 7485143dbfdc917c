"""What Lighthouse says of a page of each type, as a phone on its simulated slow line opens it: five visits each."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.bench.result import Measure, Result
from tests.browser.lighthouse import CATEGORIES, Audit, audit, page_types
from tests.browser.published import published_site

VISITS = 5


def run() -> Result:
    """Visit every type of page of a published site, whose packed forms are handed out, and say the largest paint."""
    with tempfile.TemporaryDirectory() as name, published_site(Path(name)) as site:
        measures = []
        for kind, address in page_types(site).items():
            measures.append(_measure(kind, [audit(site + address) for _ in range(VISITS)]))
            print(f"  {measures[-1].label}: {measures[-1].also}", file=sys.stderr, flush=True)
    return Result("lighthouse", "Lighthouse: the largest paint on a phone's slow line", tuple(measures))


def _measure(kind: str, audits: list[Audit]) -> Measure:
    scores = {name: round(median(one.scores[name] for one in audits)) for name in CATEGORIES}
    return Measure(kind, kind.capitalize(), [one.largest_paint for one in audits], {"scores": scores})
