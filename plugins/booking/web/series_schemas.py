"""Series schemas: how the OpenAPI document tells that a meeting may repeat, and what is asked of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class MayRepeatOut(BaseModel):
    """How a meeting may repeat."""

    weeks: list[int] = Field(description="Every how many weeks, one of these.")
    most: int = Field(description="How many dates at most.")


class RepeatIn(BaseModel):
    """A series: as many dates, on the owner's clock, as `count` says, or until a day; either all are booked or none."""

    every: int | None = Field(None, description="Weeks; the fewest that the meeting allows.")
    unit: Literal["week"] = "week"
    count: int | None = Field(None, examples=[6])
    until: str | None = Field(None, examples=["2027-03-15"])
    skip: list[str] | None = Field(None, description="Dates to leave out.", examples=[["2027-01-25"]])
    moved: dict[str, str] | None = Field(
        None, description="Another start by date.", examples=[{"2027-02-01": "2027-02-02T10:30:00+01:00"}]
    )
