"""Label names: categories and tags as the content takes them, one spelling for each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from unidecode import unidecode

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite

_SPOKEN = {"+": "p", "#": "sharp", "*": "star", "@": "at", "%": "percent", "!": "", "?": ""}


@dataclass
class LabelNames:
    """The spelling of each category and tag by its address; the first one counts."""

    site: OldSite
    _spelt: dict[tuple[str, str], str] = field(default_factory=dict)
    # Addresses that labels of different signs would share: C, C++ and C# are three things.
    _shared: set[tuple[str, str]] = field(default_factory=set)

    def look_through(self, posts: Iterable[ImportedPost]) -> None:
        """Find which labels would share an address, before the first of them is named."""
        signs: dict[tuple[str, str], frozenset[str]] = {key: _signs(label) for key, label in self._spelt.items()}
        for post in posts:
            for kind, label in [("category", post.category), *(("tag", tag) for tag in post.tags)]:
                key = kind, slug_of(label)
                if signs.setdefault(key, _signs(label)) != _signs(label):
                    self._shared.add(key)

    def keep(self, kind: str, label: str) -> None:
        """A label of the content that is there already."""
        self._spelt.setdefault((kind, slug_of(label)), label)

    def category(self, post: ImportedPost, default: str) -> str:
        """The category of a post."""
        return self._name("category", post, post.category) or self._name("category", post, default) or default

    def tags(self, post: ImportedPost) -> list[str]:
        """The tags of a post, each once."""
        named = (self._name("tag", post, one) for one in post.tags)
        # The same word as category and tag would be two lists of the same posts.
        return list(dict.fromkeys(one for one in named if one and slug_of(one) != slug_of(post.category)))

    def _name(self, kind: str, post: ImportedPost, label: str) -> str:
        label = " ".join(label.split())
        name = label if slug_of(label) else " ".join(unidecode(label).split())
        if not slug_of(name):
            if label:
                self.site.tell(
                    Kind.LABEL, post.file, post.line, f"The {kind} “{label}” has no letter and was left out."
                )
            return ""
        name = self._spelling(kind, name)
        if name != label:
            self.site.tell(Kind.LABEL, post.file, post.line, f"The {kind} “{label}” is written “{name}” here.")
        return name

    def _spelling(self, kind: str, name: str) -> str:
        if (kind, slug_of(name)) in self._shared and _signs(name):
            name = "".join(_SPOKEN.get(sign, sign) for sign in name)
        return self._spelt.setdefault((kind, slug_of(name)), name)


def _signs(label: str) -> frozenset[str]:
    return frozenset(label) & frozenset(_SPOKEN)
