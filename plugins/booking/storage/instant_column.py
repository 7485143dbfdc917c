"""Instant column: aware UTC instants in the database, as whole microseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(span: timedelta) -> int:
    """A span of time as instants are kept."""
    return span // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept as whole microseconds since the epoch, which both engines index alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware instant into microseconds."""
        return None if value is None else microseconds(value - _EPOCH)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Turn microseconds into an aware instant."""
        return None if value is None else _EPOCH + value * _MICROSECOND
