"""A language that marks all it says, a content without a word, and what of a page is in neither of them.

Days, hours and cities of that language are Greek, which nothing else here is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from babel.dates import get_timezone_location
from babel.messages.catalog import Catalog

from plugins.booking.web.timezones import _CONTINENTS
from plugins.content.templates.extract_messages import extracted, written
from plugins.domain.fields import available_timezones

CODE, LOCALE = "marked", "el_GR"
OPEN, SHUT = "⟦", "⟧"
# What stands between two marks: what is put in a message has to be marked itself, and elements stay what they are.
_BETWEEN = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")
_MARKED = re.compile(f"{OPEN}[^{OPEN}{SHUT}]*{SHUT}")
_ADDRESS_OF_A_PAGE = re.compile(r"https?://\S+|\b[\w-]+\.example\b")
_WORD = re.compile(r"[^\W\d_]+")
_GREEK_OR_X = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+|[xX]+")
_LETTER = re.compile(r"[^\W\d_]")
# Of front matter and settings: what a reader sees. The rest are names, and choices among a few.
_SEEN = {
    "title",
    "summary",
    "path",
    "for_whom",
    "not_for_whom",
    "deliverables",
    "steps",
    "duration",
    "unit",
    "question",
}
_SEEN |= {"answer", "kicker", "heading", "lead", "menu_label", "label", "note", "text", "image_alt", "name", "brand"}
_SEEN |= {"claim", "address", "region", "legal", "reason", "voice", "portrait_alt", "testimonials_note", "who", "role"}
_SEEN |= {"price"}
_KEPT = re.compile(r"(\]\([^)]*\)|<[^>]*>|\{[^}]*\}|https?://\S+)")
_ADDRESS = re.compile(r"[\w.]+@[\w.]+\w")
_ALT = re.compile(r"(?<=\balt=\")[^\"]*")


def marked(message: str) -> str:
    """A message with each of its own words between marks."""
    pieces = _BETWEEN.split(message)
    return "".join(
        f"{OPEN}{one}{SHUT}" if _LETTER.search(one) and not _BETWEEN.fullmatch(one) else one for one in pieces
    )


def write_language(locales: Path) -> None:
    """Write the catalogue of the language that marks all it says."""
    locales.mkdir(parents=True, exist_ok=True)
    (locales / f"{CODE}.po").write_text(_catalogue(), encoding="utf-8")


@cache
def _catalogue() -> str:
    catalogue = Catalog(locale=LOCALE, fuzzy=False)
    for message in extracted():
        if isinstance(message.id, str):
            catalogue.add(message.id, marked(message.id), flags=message.flags)
        elif message.id:
            catalogue.add(message.id, tuple(map(marked, message.id)), flags=message.flags)
    return written(catalogue)


def wordless(text: str) -> str:
    """A text of which each letter is an x."""
    return _LETTER.sub("x", text)


def take_words_away(content: Path) -> None:
    """Take every word out of a content, and have it name the language that marks all it says."""
    labels: dict[str, str] = {}
    for file in content.rglob("*.md"):
        _, front, body = re.split(r"^---[ ]*\n", file.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
        values = _without_words(yaml.safe_load(front), labels)
        pieces = _KEPT.split(body)
        body = "".join(_described(one) if place % 2 else wordless(one) for place, one in enumerate(pieces))
        file.write_text(f"---\n{_dumped(values)}---\n{body}", encoding="utf-8")
    for name in ("identity", "availability"):
        file = content / f"{name}.yaml"
        values = _without_words(yaml.safe_load(file.read_text(encoding="utf-8")), labels)
        if name == "identity":
            social = {wordless(key): address for key, address in values.get("social", {}).items()}
            values |= {"language": CODE, "email": "xxx@xxxx.xx", "social": social}
            # The first is that of the site.
            values |= {"languages": [LOCALE[:2]]} if "languages" in values else {}
        file.write_text(_dumped(values), encoding="utf-8")


def _described(kept: str) -> str:
    kept = _ALT.sub(lambda alt: wordless(alt[0]), kept)
    return _ADDRESS.sub("xxx@xxxx.xx", kept)


def _dumped(values: object) -> str:
    # JSON is YAML, and leaves no doubt of what is a text; a date is one without quotes.
    text = json.dumps(values, ensure_ascii=False, indent=1, default=lambda day: f"<{day}>")
    return re.sub(r'"<([\d-]+)>"', r"\1", text) + "\n"


def _without_words(value: Any, labels: dict[str, str], key: str = "") -> Any:  # noqa: ANN401 - YAML holds any value
    if isinstance(value, dict):
        return {name: _without_words(one, labels, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_words(one, labels, key) for one in value]
    if key in ("category", "tags"):
        # Two labels may not become one.
        return labels.setdefault(str(value), "x" * (len(labels) + 1))
    return wordless(value) if key in _SEEN and isinstance(value, str) else value


def unmarked(text: str) -> list[str]:
    """The words of a text that are neither marked nor Greek nor made of x."""
    text = _ADDRESS_OF_A_PAGE.sub(" ", text)
    while (less := _MARKED.sub(" ", text)) != text:
        text = less
    return [word for word in _WORD.findall(text) if not _GREEK_OR_X.fullmatch(word) and word not in _cities()]


@cache
def _cities() -> frozenset[str]:
    """The words of cities that have no Greek name."""
    keys = (key for key in available_timezones() if key.partition("/")[0] in _CONTINENTS)
    named = (get_timezone_location(key, locale=LOCALE, return_city=True) for key in keys)
    return frozenset(word for name in named for word in _WORD.findall(name))


class Seen(HTMLParser):
    """Everything that somebody may see or hear of a page: `texts`, each with where it is."""

    ATTRIBUTES = frozenset(
        {"alt", "title", "aria-label", "placeholder", "label", "data-none", "data-one", "data-two", "data-few"}
        | {"data-many", "data-other", "data-own-time", "data-rest", "data-working", "data-wrong"}
    )
    METAS = frozenset({"description", "og:site_name", "og:title", "og:description", "og:image:alt"})
    SAID = frozenset({"name", "headline", "description", "articleSection", "keywords", "unitText", "category"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in, with what its attributes say."""
        values = {name: value or "" for name, value in attrs}
        if tag not in {"input", "meta", "link", "br", "img", "hr", "source", "path", "wbr"}:
            self._inside.append("headers" if values.get("class") == "mail-headers" else tag)
        self.texts += [(f"{tag} {name}", values[name]) for name in self.ATTRIBUTES & values.keys()]
        if tag == "meta" and (values.get("name") or values.get("property")) in self.METAS:
            self.texts.append(("meta", values["content"]))
        if values.get("href", "").startswith("mailto:"):
            self.texts.append(("mailto", unquote(re.sub(r"[?&](?:subject|body)=", " ", values["href"][7:]))))
        if "srcdoc" in values:
            self.texts += Seen(values["srcdoc"]).texts

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._inside and self._inside.pop() not in {tag, "headers" if tag == "details" else tag}:
            pass

    def handle_data(self, data: str) -> None:
        """Read text, and what a page says for machines."""
        if self._inside[-1:] == ["script"] and data.startswith('{"@context"'):
            self.texts += [("json-ld", one) for one in self._said(json.loads(data))]
        elif not {"script", "style", "headers"} & set(self._inside) and data.strip():
            self.texts.append((self._inside[-1] if self._inside else "", data))

    def _said(self, node: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON holds any value
        if isinstance(node, dict):
            for name, one in node.items():
                yield from self._said(one, name)
        elif isinstance(node, list):
            for one in node:
                yield from self._said(one, key)
        elif key in self.SAID:
            yield str(node)


def unmarked_on(page: str) -> list[tuple[str, str]]:
    """Where on a page something is said past the catalogue, and what."""
    return [(where, text.strip()) for where, text in Seen(page).texts if unmarked(text)]
