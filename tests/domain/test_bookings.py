"""Which states keep their time, which are still open, and how a booking begins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from plugins.domain.bookings import Booking, Status

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "holds_time", "is_open"),
    [
        (Status.PENDING, True, True),
        (Status.CONFIRMED, True, True),
        (Status.DONE, True, False),
        (Status.NO_SHOW, True, False),
        (Status.DECLINED, False, False),
        (Status.EXPIRED, False, False),
        (Status.CANCELLED, False, False),
    ],
)
def test_each_status_says_what_it_keeps(status: Status, holds_time: bool, is_open: bool) -> None:
    assert (status.holds_time, status.is_open) == (holds_time, is_open)


def test_a_new_booking_has_no_invitation_yet() -> None:
    booking = Booking(
        id="1", meeting="call", status=Status.PENDING, start=NOON, end=NOON,
        name="Ada", email="ada@esempio.test", created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    assert (booking.sequence, booking.invited, booking.answers) == (0, False, {})
    with pytest.raises(ValidationError):
        booking.sequence = 1  # type: ignore[misc]
