"""A second opinion on a folder of calendar texts: python -m tests.booking.calendars.second_opinion FOLDER.

Reads every .ics below the folder with the reader, ical.js and libical, and tells where the reader stands alone.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.booking.calendars.second_opinion.comparing import Comparison, compare, window_from
from tests.booking.calendars.second_opinion.known_disagreements import reason_for
from tests.booking.calendars.second_opinion.other_readers import Span, other_readers

_DAY = re.compile(rb"^DTSTART[^:\r\n]*:\s*([12][0-9]{3})([01][0-9])([0-3][0-9])", re.MULTILINE)
_NEXT_SPRING = datetime(2027, 2, 25, tzinfo=UTC)


def windows(text: bytes) -> list[Span]:
    """Return where a text is looked at: around its first event, around its last, and in a year to come."""
    days = []
    for year, month, day in _DAY.findall(text):
        try:
            days.append(datetime(int(year), int(month), int(day), tzinfo=UTC))
        except ValueError:
            continue
    days = [day for day in days if 1975 <= day.year <= 2035]
    found = {_NEXT_SPRING}
    if days:
        found |= {min(days) - timedelta(days=3), max(days) - timedelta(days=3)}
    return [window_from(day) for day in sorted(found)]


def shown(spans: tuple[Span, ...], zone: ZoneInfo) -> str:
    """Say the first few times in the owner's zone."""
    words = []
    for span in spans[:3]:
        start, end = (datetime.fromtimestamp(moment, zone) for moment in span)
        words.append(f"{start:%Y-%m-%d %H:%M}–{end:%Y-%m-%d %H:%M}")
    return ", ".join(words) + (f" and {len(spans) - 3} more" if len(spans) > 3 else "")


def comparisons(folder: Path, zone: ZoneInfo) -> Iterator[tuple[Path, Comparison]]:
    """Compare each text of a folder, in each of its windows."""
    with tempfile.TemporaryDirectory() as work, other_readers(Path(work), zone.key) as others:
        for path in sorted(folder.rglob("*.ics")):
            text = path.read_bytes()
            for window in windows(text):
                yield path, compare(text, window, zone, others)


def main() -> int:
    """Tell all disagreements that are not explained, and count the others."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--zone", default="Europe/Rome", help="the owner's time zone")
    chosen = parser.parse_args()
    zone = ZoneInfo(chosen.zone)
    counts: Counter[str] = Counter()
    texts = set()
    unexplained = 0
    for path, found in comparisons(chosen.folder, zone):
        texts.add(path)
        counts["windows"] += 1
        if not found.opinions:
            counts["windows without two opinions"] += 1
            continue
        if found.told:
            counts["free alone: told as unreadable"] += 1
        sides = (("free alone", found.free_alone), ("busy alone", found.busy_alone))
        if not found.told and not any(spans for _, spans in sides):
            counts["windows alike"] += 1
        for side, spans in sides:
            if spans:
                reason = reason_for(found, side)
                counts[f"{side}: {reason or 'unexplained'}"] += 1
                unexplained += reason is None
                if reason is None:
                    print(f"{path}: {side}: {shown(spans, zone)}", flush=True)
    print(f"{len(texts)} texts")
    for words, count in sorted(counts.items()):
        print(f"{count:6} {words}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
