"""Data places: where each value of what all pages share is found, so that a page depends on the fields it reads."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from plugins.content.office import Office

Value = BaseModel | Office


class DataPlaces:
    """Data places of an office: `office.catalogue.areas[0]`, for instance; of several of one value the first."""

    def __init__(self, office: Office) -> None:
        self._values: dict[str, Value] = {}
        self._places: dict[int, str] = {}
        self._fields: dict[int, frozenset[str]] = {}
        for place, value in _walk(office, "office"):
            if id(value) not in self._places:
                self._places[id(value)] = place
                self._values[place] = value
                self._fields[id(value)] = frozenset({"__dict__", *vars(value)})

    def of(self, value: object) -> str | None:
        """The place of a value; None of what has no fields of its own, or is found elsewhere."""
        place = self._places.get(id(value))
        return place if place is not None and self._values[place] is value else None

    def at(self, place: str) -> Value | None:
        """The value of a place."""
        return self._values.get(place)

    def field(self, identity: int, name: str) -> str | None:
        """What stands for a field of a value, by its identity; None where there is none of this name."""
        return f"{self._places[identity]}.{name}" if name in self._fields.get(identity, ()) else None

    def __contains__(self, identity: int) -> bool:
        return identity in self._places


def _walk(value: object, place: str) -> Iterator[tuple[str, Value]]:
    if isinstance(value, Value):
        yield place, value
        for name, one in vars(value).items():
            yield from _walk(one, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _walk(one, f"{place}[{number}]")
    elif isinstance(value, dict):  # another mapping may be read when it is looked at, as public holidays are
        for key, one in value.items():
            yield from _walk(one, f"{place}[{key!r}]")
