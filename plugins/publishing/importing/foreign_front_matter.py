"""Foreign front matter: YAML, TOML, JSON or `Title:` lines at the head of a text, each key with its line."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import yaml

_YAML = re.compile(r"---[ \t]*\n(?P<head>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<head>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_META = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):[ \t]*(?P<value>.*)")
_MORE = re.compile(r"(?: {4}|\t)\s*(?P<value>\S.*)")
_LARGEST = 200_000


@dataclass
class Head:
    """The keys of a text, in small letters, all values texts, lists or mappings of them; and what follows."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    body_line: int = 1
    # Why the head could not be read, with its line; an empty text where it could.
    fault: str = ""
    fault_line: int = 1

    def line(self, key: str) -> int:
        """The line of a key."""
        return self.lines.get(key, 1)


def read_head(text: str) -> Head:
    """Part a text into its front matter of whatever kind, and its body."""
    if found := _YAML.match(text):
        return _read(text, found, _yaml)
    if found := _TOML.match(text):
        return _read(text, found, lambda head: tomllib.loads(head))
    if text.startswith("{\n") and (end := text.find("\n}\n")) > 0:
        head = Head(body=text[end + 3 :], body_line=text.count("\n", 0, end + 3) + 1)
        return _filled(head, text[: end + 2], json.loads, 0)
    return _meta(text)


def _yaml(head: str) -> object:
    # All values stay texts: no tag makes anything of them, and no date is made one that was never written.
    return yaml.load(head, Loader=yaml.CBaseLoader)


def _read(text: str, found: re.Match[str], load: Any) -> Head:  # noqa: ANN401 - a function from text to any value
    head = Head(body=text[found.end() :], body_line=found[0].count("\n") + 1)
    return _filled(head, found["head"], load, 1)


def _filled(head: Head, source: str, load: Any, offset: int) -> Head:  # noqa: ANN401
    if len(source) > _LARGEST:
        head.fault = "The front matter is too long to be one."
        return head
    try:
        values = load(source)
    except yaml.MarkedYAMLError as error:
        head.fault = f"The front matter is not YAML: {error.problem}."
        head.fault_line = (error.problem_mark.line if error.problem_mark else 0) + 1 + offset
        return head
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # TOML's and JSON's own faults are ValueErrors, which say the line themselves.
        at = re.search(r"line (\d+)", str(error))
        head.fault = f"The front matter cannot be read: {str(error)[:120]}."
        head.fault_line = (int(at[1]) if at else 1) + offset
        return head
    for key, value in values.items() if isinstance(values, dict) else ():
        name = str(key).strip().lower()
        head.values[name] = _plain(value, 0)
        place = re.search(rf"^[\"']?{re.escape(str(key))}[\"']?\s*[:=]", source, re.M | re.I)
        head.lines[name] = (source.count("\n", 0, place.start()) if place else 0) + 1 + offset
    return head


def _plain(value: Any, depth: int) -> Any:  # noqa: ANN401 - front matter holds any value
    if depth > 4:
        return ""
    if isinstance(value, dict):
        return {str(key).lower(): _plain(one, depth + 1) for key, one in list(value.items())[:200]}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value[:2_000]]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _meta(text: str) -> Head:
    """`Title: …` lines up to the first empty one, as Python-Markdown's `meta` reads them."""
    head = Head()
    lines = text.split("\n")
    number, key = 0, ""
    while number < len(lines) and not lines[number].strip():
        number += 1
    while number < len(lines) and lines[number].strip():
        if lines[number].strip() in ("---", "..."):
            number += 1
            break
        if found := _META.match(lines[number]):
            key = found["key"].lower()
            head.values[key], head.lines[key] = found["value"].strip(), number + 1
        elif key and (more := _MORE.match(lines[number])):
            head.values[key] = f"{head.values[key]} {more['value']}".strip()
        else:
            break
        number += 1
    if not head.values:
        return Head(body=text)
    head.body, head.body_line = "\n".join(lines[number:]), number + 1
    return head
