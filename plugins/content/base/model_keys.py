"""Model keys: the keys and value types of a pydantic model, as files write them."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_LIMITS = ("pattern", "ge", "gt", "le", "multiple_of", "min_length")


@cache
def keys_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The keys that a file may write of a model; a field left out of what is written is no key."""
    return {info.alias or name: info for name, info in model.model_fields.items() if not info.exclude}


def models_in(annotation: object) -> list[type[BaseModel]]:
    """The models inside a type such as `tuple[Meeting, ...]` or `Price | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def plain_type(annotation: object) -> tuple[Any, dict[str, Any]]:
    """A type without what surrounds it, and its limits by the names that pydantic gives them."""
    limits: dict[str, Any] = {}
    while True:
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = inner[0]
            for about in inner[1:]:
                # What `Field(…)` says stands in a list of its own.
                for one in (about, *getattr(about, "metadata", ())):
                    found = ((name, getattr(one, name, None)) for name in _LIMITS)
                    limits |= {name: value for name, value in found if value is not None}
        elif origin in (Union, types.UnionType):
            annotation = next(one for one in inner if one is not type(None))
        else:
            return annotation, limits
