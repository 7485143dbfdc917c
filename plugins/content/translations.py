"""Translations of content: files beside their originals (`X.en.md`), and words by language (`{it: …, en: …}`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from plugins.content.base.faults import ContentError
from plugins.content.base.translated_files import translation_of
from plugins.content.base.yaml_locations import Document, read_front_matter
from plugins.content.locale import codes
from plugins.domain.identity import Identity
from plugins.domain.language import ITALIAN

HOME = Path("pages") / "home.md"


@dataclass(frozen=True)
class ContentLanguage:
    """The language that content is read in; `chain` are those its words are taken from, the first that has them.

    `prefix` opens its addresses, and is empty for the site's own.
    """

    code: str
    chain: tuple[str, ...]
    known: frozenset[str]

    @property
    def prefix(self) -> str:
        """What the addresses of its pages begin with."""
        return "" if self.is_own else f"{self.code}/"

    @property
    def is_own(self) -> bool:
        """Whether it is the site's own, which all originals are in."""
        return self.code == self.chain[-1]


def content_language(identity: Document, code: str | None = None) -> ContentLanguage:
    """The language of a code, or the site's own, by what an identity says.

    What a language lacks is taken from those listed before it, and at last from the site's own.
    """
    own = str(identity.values.get("language") or ITALIAN.code)
    listed = identity.values.get("languages")
    names = listed.split(",") if isinstance(listed, str) else listed if isinstance(listed, list) else []
    others = [name for name in (str(one).strip() for one in names) if name != own]
    code = code or own
    before = others[: others.index(code)] if code in others else []
    chain = (own,) if code == own else (code, *before, own)
    return ContentLanguage(code, chain, frozenset((own, *others)))


def further_languages(root: Path, identity: Identity) -> tuple[str, ...]:
    """The languages that a site has besides its own: those listed that have a catalogue and a home page, no draft."""
    spoken_here = codes()
    return tuple(
        code
        for code in dict.fromkeys(identity.languages)
        if code != identity.language and code in spoken_here and _is_begun(root, code)
    )


def _is_begun(root: Path, code: str) -> bool:
    home = translation_of(root, HOME, code)
    if home is None:
        return False
    try:
        return read_front_matter(root, home).values.get("status") != "draft"
    except ContentError:
        return True  # what is wrong with it is told


def in_language(document: Document, language: ContentLanguage) -> Document:
    """A document whose texts by language are those of one: `{it: Ciao, en: Hello}` is `Hello`."""
    return replace(document, values=_chosen(document.values, language))


def _chosen(value: Any, language: ContentLanguage) -> Any:  # noqa: ANN401 - YAML holds any value
    if isinstance(value, list):
        return [_chosen(one, language) for one in value]
    if not isinstance(value, dict):
        return value
    if language.chain[-1] in value and language.known.issuperset(value):
        return _chosen(next(value[code] for code in language.chain if code in value), language)
    return {key: _chosen(one, language) for key, one in value.items()}


def translated(original: Document, translation: Document) -> Document:
    """What a translation says; what it leaves out is its original's, but for old addresses."""
    under = {key: value for key, value in original.values.items() if key != "aliases"}
    lines = original.lines | translation.lines
    return replace(translation, values=_merged(under, translation.values), lines=lines, original=original.path)


def _merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    found = dict(under)
    for key, value in over.items():
        below = under.get(key)
        found[key] = _merged(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return found
