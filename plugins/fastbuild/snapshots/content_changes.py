"""Content changes: what differs in a reread content, and whether an edit can apply it."""

from __future__ import annotations

from collections.abc import Mapping
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
# Something else altogether, or there or gone.
EVERYTHING = Change({}, frozenset({"__dict__"}))


def replace(content: Content, after: Content) -> None:
    """Have a content say all that another one says, and stay the one that lists hold."""
    own = vars(content)
    own.clear()
    own.update(vars(after))


def differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """The names of what is another value now; what is worked out once it is asked for is not looked at."""
    names = {name for name in before.keys() | now.keys() if not name.startswith("_")} - _READ_APART
    return frozenset(name for name in names if not _is_same(before.get(name), now.get(name)))


def _is_same(before: object, now: object) -> bool:
    if before is now:
        return True
    if isinstance(before, list) and isinstance(now, list):
        return len(before) == len(now) and all(map(_is_same, before, now))
    return isinstance(before, str | int) and type(before) is type(now) and before == now


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
