"""Base class of every frozen value of the domain (a pydantic model)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints


class Value(BaseModel):
    """An immutable value that refuses keys it does not know."""

    # Built when it is first read into: a build that has one text to read would wait for all of them.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, strict=False, defer_build=True)


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
# One sentence may be written without the dash of a list.
Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
HttpsAddress = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$", max_length=2000)]
# The address of a video room, with the place for a name that each booking has of its own.
RoomAddress = Annotated[
    str, StringConstraints(pattern=r"^https://[^\s{}/?#]+/[^\s{}]*\{room\}[^\s{}]*$", max_length=500)
]
# One that a page's policy names: a host is no pattern of hosts, and nothing in it ends the policy or its tag.
FormAddress = Annotated[
    str, StringConstraints(pattern=r"^https://[^\s/?#\"'<>\\;,*@]+([/?#][^\s\"'<>\\]*)?$", max_length=2000)
]
