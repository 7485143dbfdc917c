"""A result as a chart: a bar for each median, with the fastest and the slowest run as a line across its end."""

from __future__ import annotations

from html import escape
from itertools import groupby

from tests.bench.result import Measure, Result, span

WIDTH, TOP, ROW = 760, 56, 52
# Where measures are grouped: each group's heading, its rows with their labels beside the bars, and the space below.
HEADING, GROUPED_ROW, GAP, LETTER = 26, 24, 14, 8.3
_STYLE = """
text{font:15px system-ui,sans-serif;fill:#1B2326}
.title,.group{font-weight:600}.bar{fill:#8DBBC0}.range{stroke:#7A1F3D;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#E8EEEC}.bar{fill:#2F7F87}.range{stroke:#F4A3B8}}
"""


def chart(result: Result) -> str:
    """Draw a result as SVG, in the order of its measures and on one scale from zero."""
    longest = max(max(measure.seconds) for measure in result.measures)
    labels = max((LETTER * len(measure.label) for measure in result.measures if measure.group), default=0)
    # Room at the end for the figure of the longest bar.
    scale = (WIDTH - 120 - labels) / longest
    rows, height = [], TOP
    for group, measures in groupby(result.measures, lambda measure: measure.group):
        if group:
            rows.append(f'<text class="group" x="8" y="{height + 14}">{escape(group)}</text>')
            height += HEADING
        for measure in measures:
            rows.append(_grouped(measure, height, labels, scale) if group else _row(measure, height, scale))
            height += GROUPED_ROW if group else ROW
        height += GAP if group else 0
    said = "; ".join(f"{one.title}: {span(one.median)}" for one in result.measures)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(result.title)}</title><desc>{escape(said)}</desc><style>{_STYLE}</style>"
        f'<text class="title" x="8" y="28">{escape(result.title)}</text>{"".join(rows)}</svg>\n'
    )


def _row(measure: Measure, top: int, scale: float) -> str:
    """The label above its bar."""
    return f'<text x="8" y="{top + 14}">{escape(measure.label)}</text>' + _bar(measure, 8, top + 22, scale)


def _grouped(measure: Measure, top: int, labels: float, scale: float) -> str:
    """The label beside its bar."""
    return f'<text x="8" y="{top + 14}">{escape(measure.label)}</text>' + _bar(measure, 8 + labels, top, scale)


def _bar(measure: Measure, left: float, top: int, scale: float) -> str:
    end, middle = left + measure.median * scale, top + 8
    first, last = (left + bound * scale for bound in (min(measure.seconds), max(measure.seconds)))
    return (
        f'<rect class="bar" x="{left:.1f}" y="{top}" width="{end - left:.1f}" height="16"/>'
        f'<line class="range" x1="{first:.1f}" x2="{last:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{max(end, last) + 8:.1f}" y="{top + 14}">{span(measure.median)}</text>'
    )
