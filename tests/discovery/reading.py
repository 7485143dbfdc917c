"""A page as a browser shows it and as a program reads its head."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

SITE = "https://stessamaglia.example"
_UNSEEN = {"script", "style", "title", "head"}
_VOID = {"meta", "link", "img", "br", "hr", "input", "source"}


class Reading(HTMLParser):
    """`text` is what can be read on the page, `targets` where its links lead, `metas` what its head says by name."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.text, self.title, self.data = "", "", ""
        self.targets: set[str] = set()
        self.metas: dict[str, str] = {}
        self.links: list[dict[str, str | None]] = []
        self.times: set[str] = set()
        self._open: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.split())

    @property
    def graph(self) -> list[dict[str, Any]]:
        """The nodes of its JSON-LD; none where it has none."""
        nodes: list[dict[str, Any]] = json.loads(self.data)["@graph"] if self.data else []
        return nodes

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and (name := values.get("name") or values.get("property")):
            self.metas[name] = values.get("content") or ""
        elif tag == "link":
            self.links.append(values)
        elif tag == "a":
            self.targets.add(values.get("href") or "")
        elif tag == "time":
            self.times.add(values.get("datetime") or "")
        if tag not in _VOID:
            self._open.append("ld" if values.get("type") == "application/ld+json" else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "ld" in self._open:
            self.data += data
        elif "title" in self._open and "body" not in self._open:
            self.title += data
        elif not _UNSEEN & set(self._open):
            self.text += " " + data if self._open and self._open[-1] in {"p", "li", "h1", "h2", "dd"} else data


def pages(output: Path) -> dict[str, Reading]:
    """Every page of a built site by its address."""
    files = sorted(output.rglob("*.html"))
    return {"/" + file.relative_to(output).as_posix().removesuffix("index.html"): Reading(file) for file in files}
