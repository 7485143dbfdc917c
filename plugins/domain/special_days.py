"""Special days: closures, holidays and openings, on which the hours of the week do not hold."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, SkipValidation, model_validator

from plugins.domain.base import Text, Value
from plugins.domain.clock_ranges import ClockRanges
from plugins.domain.language import _


class Dates(Value):
    """A stretch of days, both its ends included."""

    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(
                _("finisce prima di cominciare. Scambia from e to. Esempio: from: 2027-08-09, to: 2027-08-22")
            )
        return self

    def covers(self, day: date) -> bool:
        """Whether a date is one of them."""
        return self.first <= day <= self.last


class Closure(Dates):
    """Days that are closed."""

    reason: Text | None = None


class Holidays(Value):
    """The days that are closed every year: a country's or its region's, and the owner's own as `MM-DD`."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    region: Annotated[Text, BeforeValidator(lambda raw: str(raw) if isinstance(raw, int) else raw)] | None = None
    also: tuple[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")], ...] = ()
    national: SkipValidation[Container[date]] = Field(default=frozenset(), exclude=True, repr=False)

    def __contains__(self, day: date) -> bool:
        return day.isoformat()[5:] in self.also or day in self.national

    def name(self, day: date) -> str | None:
        """What the country calls a day; None where nobody says."""
        return self.national.get(day) or None if isinstance(self.national, Mapping) else None


class Opening(Value):
    """Hours that replace a date's own, whatever closes that date."""

    day: Annotated[date, Field(alias="date")]
    hours: ClockRanges
