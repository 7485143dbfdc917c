"""Hours on one line are those of the content."""

from __future__ import annotations

import pytest

from plugins.publishing.start.opening_hours import read_hours


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("monday 09:00-13:00", {"monday": ["09:00-13:00"]}),
        ("mon-tue 09:00-13:00, 14:00-18:00", {key: ["09:00-13:00", "14:00-18:00"] for key in ("monday", "tuesday")}),
        ("lun mer 17:00-20:00; sab 9", {"monday": ["17:00-20:00"], "wednesday": ["17:00-20:00"], "saturday": ["9"]}),
        ("Domenica 10:00-11:00;", {"sunday": ["10:00-11:00"]}),
        ("lun-mar 9-13, 14.30 – 18", {key: ["09:00-13:00", "14:30-18:00"] for key in ("monday", "tuesday")}),
        ("Friday 9h-12h30; sat 8:00—9", {"friday": ["09:00-12:30"], "saturday": ["08:00-09:00"]}),
        ("friday 09:00-10:00; friday 11:00-12:00", {"friday": ["09:00-10:00", "11:00-12:00"]}),
    ],
)
def test_days_and_ranges_on_one_line_are_read(typed: str, hours: dict[str, list[str]]) -> None:
    assert read_hours(typed) == hours


@pytest.mark.parametrize("typed", ["", ";", "monday", "09:00-10:00", "m 09:00-10:00", "wed-mon 09:00-10:00", "x 9-10"])
def test_a_line_without_days_or_ranges_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="Esempio: monday"):
        read_hours(typed)
