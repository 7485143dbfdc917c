"""Value digests: what stands for a value that a page is made of; another one where the page may be another."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pelican.contents import Content
from pelican.paginator import Page, Paginator
from pelican.urlwrappers import URLWrapper
from pydantic import BaseModel

from plugins.fastbuild.render import page_queue
from plugins.fastbuild.render.data_places import DataPlaces

# Each says all that it is when it is represented.
_PLAIN = (str, bytes, int, float, bool, type(None), date, time, timedelta, Decimal, Path, ZoneInfo)
# Of pages of lists: the settings, which are the same, and what is counted when it is asked for.
_PASSING = ("settings", "_num_pages", "_count")
_LONG = 200


class ValueDigests:
    """Value digests of one build: a content stands for itself by its path, since what is read of it is known.

    They are good as long as no value changes.
    """

    def __init__(self, paths: Mapping[int, str], context: Mapping[str, Any], data: DataPlaces) -> None:
        self._paths, self._context, self._data = paths, context, data
        # What was looked at is held: the number of a thing that is gone may be given to another one.
        self._known: dict[int, tuple[object, str]] = {}

    def shared(self, names: Iterable[str]) -> dict[str, str]:
        """What stands for each of these in the context of all pages, or for fields of what is there."""
        return {name: digest for name in names if (digest := self._shared(name)) is not None}

    def _shared(self, name: str) -> str | None:
        place, _, field = name.rpartition(".")
        if not place:
            return self.of(self._context[name]) if name in self._context else None
        value = self._data.at(place)
        fields = vars(value) if value is not None else {}
        if field == "__dict__":
            return self._made(fields)
        return self.of(fields[field]) if field in fields else None

    def own(self, page: page_queue.Page, asked: Iterable[str]) -> str:
        """What stands for those names that say something else on a page than on others."""
        said = page.said
        found = [(name, said[name]) for name in sorted(asked) if name in said]
        if page.context is not self._context:
            found += [
                (name, page.context[name])
                for name in sorted(asked)
                if name in page.context and page.context[name] is not self._context.get(name, said)
            ]
        return _short("\n".join(f"{name} {self.of(value)}" for name, value in found))

    def of(self, value: object) -> str:
        """What stands for a value; of what is not known something else each time."""
        if type(value) is str:
            return repr(value) if len(value) < _LONG else _short(value)
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = value, self._made(value)
        return known[1]

    def _made(self, value: object) -> str:
        if isinstance(value, Content):
            return f"@{self._paths.get(id(value)) or secrets.token_hex(8)}"
        if (place := self._data.of(value)) is not None:
            return f"#{place}"
        if isinstance(value, URLWrapper):
            return f"{type(value).__name__} {value.name!r} {value.slug!r}"
        if isinstance(value, _PLAIN):
            return f"{type(value).__name__} {value!r}"
        if isinstance(value, list | tuple):
            return _short(f"{type(value).__name__} {' '.join(map(self.of, value))}")
        if isinstance(value, set | frozenset):
            return _short(f"set {' '.join(sorted(map(self.of, value)))}")
        if isinstance(value, BaseModel | Paginator | Page) or is_dataclass(value):
            said = {name: one for name, one in vars(value).items() if name not in _PASSING}
            return f"{type(value).__name__} {self._made(said)}"
        if isinstance(value, Mapping):
            return _short("\n".join(f"{self.of(name)} {self.of(one)}" for name, one in value.items()))
        return f"? {secrets.token_hex(8)}"


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
