"""Content changes: what differs in a reread content, and whether an edit can apply it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pelican.contents import Article, Content
from pelican.urlwrappers import URLWrapper

from plugins.fastbuild.fingerprint.supported import BODY

_TEXT = frozenset({"_content", "sections", "reading_minutes", "metadata"})
# No list is put in order by these, and no address is made of them.
_SAID = frozenset({"title", "_summary", "summary", "modified", "locale_modified"})
_BELONGS = frozenset({"settings", "_context"})


@dataclass(frozen=True)
class Change:
    """Changed content: its facts as they are now, and the names by which what has changed of them is read."""

    facts: Mapping[str, Any]
    names: frozenset[str]


# Of a kept content, whose text may be read meanwhile.
_READ_APART = frozenset({"piece", "sections"})
_ABSENT = object()
# What a run puts on a content, and what is worked out of the rest.
_OF_A_RUN = frozenset({"settings", "_context", "_url", "_save_as", "_get_content", "piece", "translations"})
# Something else altogether, or there or gone.
EVERYTHING = Change({}, frozenset({"__dict__"}))


def replace(content: Content, after: Content) -> None:
    """Have a content say all that another one says, and stay the one that lists hold."""
    own = vars(content)
    own.clear()
    own.update(vars(after))


# Where a value of what all share is found, None of another value.
Place = Callable[[object], str | None]


def differing(before: Mapping[str, Any], now: Mapping[str, Any], place: Place) -> frozenset[str]:
    """The names of what is another value now; what is worked out once it is asked for is not looked at."""
    others = [name for name, value in now.items() if before.get(name, _ABSENT) is not value]
    names = [name for name in (*others, *(before.keys() - now.keys())) if not name.startswith("_")]
    return frozenset(
        name
        for name in names
        if name not in _READ_APART and not _is_same(before.get(name, _ABSENT), now.get(name, _ABSENT), place)
    )


def _is_same(before: object, now: object, place: Place) -> bool:
    if before is now:
        return True
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(_is_same(*pair, place) for pair in zip(before, now, strict=True))
    if (found := place(before)) is not None:
        return found == place(now)
    return isinstance(before, str | int) and type(before) is type(now) and before == now


def shown_otherwise(before: Content, after: Content, digest: Callable[[object], str]) -> Change | None:
    """What has changed of a content that was read anew; None where nothing has."""
    old, new = vars(before), vars(after)
    names = {name for name in old.keys() | new.keys() if name not in _OF_A_RUN}
    others = {name for name in names if digest(old.get(name)) != digest(new.get(name))}
    if not others:
        return None
    return (
        Change({}, BODY | {"summary", "get_summary", "metadata"}) if others <= {"_content", "sections"} else EVERYTHING
    )


def apply(content: Content, facts: Mapping[str, Any]) -> None:
    """Have a content say these facts, all that may change being among them."""
    own = vars(content)
    for name in _free(content) - {"metadata"}:
        own.pop(name, None)
    own.update({name: value for name, value in facts.items() if name != "metadata"})
    for name in _free(content):
        own["metadata"].pop(name, None)
    own["metadata"].update(facts["metadata"])


def change_of(before: Content, after: Content, ordered_by: str) -> Change | None:
    """What has changed; None where it is more than texts, or what posts are ordered by."""
    old, new, free = vars(before), vars(after), _free(before)
    old_said, new_said = old["metadata"], new["metadata"]
    said_besides = (old_said.keys() | new_said.keys()) - free
    if any(_plain(old_said.get(name)) != _plain(new_said.get(name)) for name in said_besides):
        return None
    others = new.keys() - free - said_besides - _BELONGS
    if any(name not in old or _plain(old[name]) != _plain(new[name]) for name in others):
        return None
    if before.get_static_links() != after.get_static_links():
        return None
    changed = {name for name in free - {"metadata"} if old.get(name) != new.get(name)}
    is_of_body = not changed.isdisjoint({"_content", "sections"})
    facts = changed - {"_content", "sections"}
    if ("summary" not in new_said and is_of_body) or "_summary" in facts:
        facts |= {"summary", "get_summary"}
    names = facts | {"metadata"} if facts else facts
    names |= BODY if is_of_body else set()
    if ordered_by.removeprefix("reversed-") in names:
        return None
    # The labels among the metadata are what they were, and belong to the settings of this run.
    said = {name: new_said[name] for name in free if name in new_said}
    return Change(
        {name: new[name] for name in free if name in new} | {"metadata": said},
        frozenset(names),
    )


def _free(content: Content) -> frozenset[str]:
    """The names of what may change; pages and services say to all others who they are."""
    return _TEXT | _SAID if isinstance(content, Article) else _TEXT


def _plain(value: object) -> object:
    """A value that is equal only to one that reads the same: labels are equal when their addresses are."""
    if isinstance(value, URLWrapper):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
