"""Build report: what is known of a checked and built site, kept beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Document:
    """A page as visitors find it; `digest` changes with the file that it is written in."""

    address: str
    title: str
    digest: str


@dataclass(frozen=True)
class Waiting:
    """Scheduled post: goes out on a day to come, as an ISO date and in words."""

    title: str
    day: str
    words: str


@dataclass(frozen=True)
class Report:
    """Faults and advice as lines; `others` are the files that are no page, with their digests.

    `today` is the day for which it was built, in the owner's `timezone`; `site` is its public address;
    `language` is the code of the one that all of it is said in.
    """

    faults: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    today: str = ""
    site: str = ""
    language: str = ""

    def at(self, site: str) -> Report:
        """The same, of a site with its public address."""
        return replace(self, site=site)


def read_report(file: Path) -> Report:
    """Read a report; an empty one where there is none, as after a process that ended before it wrote."""
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return Report()
    # Of another version of the code there may be more or less in it.
    known = {name: value for name, value in told.items() if name in Report.__dataclass_fields__}
    known["faults"], known["advice"] = tuple(told.get("faults", ())), tuple(told.get("advice", ()))
    known["documents"] = tuple(Document(**one) for one in told.get("documents", ()))
    known["waiting"] = tuple(Waiting(**one) for one in told.get("waiting", ()))
    return Report(**known)
