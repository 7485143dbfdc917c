"""A result as a chart: a bar for each median, with the fastest and the slowest run as a line across its end."""

from __future__ import annotations

from html import escape

from tests.bench.result import Measure, Result, span

WIDTH, ROW, TOP = 760, 52, 56
_STYLE = """
text{font:15px system-ui,sans-serif;fill:#1B2326}
.title{font-weight:600}.bar{fill:#8DBBC0}.range{stroke:#7A1F3D;stroke-width:2}
@media(prefers-color-scheme:dark){text{fill:#E8EEEC}.bar{fill:#2F7F87}.range{stroke:#F4A3B8}}
"""


def chart(result: Result) -> str:
    """Draw a result as SVG, in the order of its measures and on one scale from zero."""
    longest = max(max(measure.seconds) for measure in result.measures)
    # Room at the end for the figure of the longest bar.
    scale = (WIDTH - 120) / longest
    rows = "".join(_row(measure, TOP + ROW * row, scale) for row, measure in enumerate(result.measures))
    height = TOP + ROW * len(result.measures)
    said = "; ".join(f"{one.label}: {span(one.median)}" for one in result.measures)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>{escape(result.title)}</title><desc>{escape(said)}</desc><style>{_STYLE}</style>"
        f'<text class="title" x="8" y="28">{escape(result.title)}</text>{rows}</svg>\n'
    )


def _row(measure: Measure, top: int, scale: float) -> str:
    end, middle = 8 + measure.median * scale, top + 30
    first, last = (8 + bound * scale for bound in (min(measure.seconds), max(measure.seconds)))
    return (
        f'<text x="8" y="{top + 14}">{escape(measure.label)}</text>'
        f'<rect class="bar" x="8" y="{top + 22}" width="{end - 8:.1f}" height="16"/>'
        f'<line class="range" x1="{first:.1f}" x2="{last:.1f}" y1="{middle}" y2="{middle}"/>'
        f'<text x="{max(end, last) + 8:.1f}" y="{top + 36}">{span(measure.median)}</text>'
    )
