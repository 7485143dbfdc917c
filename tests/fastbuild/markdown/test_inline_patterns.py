"""The shortcuts of the converter change nothing of what Markdown makes of a text."""

from __future__ import annotations

import copy
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor, SimpleTagInlineProcessor

from pelicanconf import MARKDOWN
from plugins.content.site import read_site
from plugins.fastbuild.markdown.inline_patterns import SelectiveInlineProcessor, needed, with_selective_patterns
from tests.building import CONTENT
from tests.soak import soak_count

# Whatever means something in a line of Markdown, broken into bits that meet in every way.
_WORDS = ["parola", "è", "&amp;", "&#38;", "<b>", "</b>", "<!-- -->", "[^1]", "[^1]: nota", "https://a.it"]
_SIGNS = ["  \n", "![", "](", "**", "__", "***", "``", "<https://a.it>", "<io@a.it>", "\\*", "{#a .b}", "\x02"]
_BITS = st.sampled_from([*"*_`[]()!<>&\\\n #-|:^\"'=.", *_WORDS, *_SIGNS])


def _plain() -> Markdown:
    return Markdown(**copy.deepcopy(MARKDOWN))  # type: ignore[arg-type]


_PLAIN, _HASTENED = _plain(), with_selective_patterns(_plain())


@given(st.lists(_BITS, max_size=40).map("".join))
@settings(max_examples=soak_count(150, 20_000), deadline=None)
def test_any_text_becomes_what_markdown_alone_makes_of_it(text: str) -> None:
    assert _HASTENED.reset().convert(text) == _PLAIN.reset().convert(text)
    assert getattr(_HASTENED, "toc_tokens", []) == getattr(_PLAIN, "toc_tokens", [])


def test_faster_inline_patterns_convert_every_site_text_as_markdown_does() -> None:
    for source in read_site(CONTENT).sources.values():
        assert _HASTENED.reset().convert(source.document.body) == _PLAIN.reset().convert(source.document.body)


def test_most_patterns_are_not_tried_on_plain_words() -> None:
    processor = _HASTENED.treeprocessors["inline"]
    assert isinstance(processor, SelectiveInlineProcessor)
    assert not processor._special.search("Parole, con le virgole; e un punto.")
    assert processor._always == []


class _Marks(Extension):
    """Patterns of a fork: one of a sign of its own, one of which no sign is needed."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.inlinePatterns.register(SimpleTagInlineProcessor(r"(==)(.+?)==", "mark"), "mark", 65)
        md.inlinePatterns.register(_Loud(r"\bforte\b"), "loud", 64)


class _Loud(InlineProcessor):
    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.compiled_re = re.compile(pattern, re.IGNORECASE)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]
        return m[0].upper(), m.start(0), m.end(0)


def test_faster_inline_patterns_keep_patterns_added_by_other_extensions() -> None:
    plain, hastened = Markdown(extensions=[_Marks()]), with_selective_patterns(Markdown(extensions=[_Marks()]))
    for text in ("una ==parola== FORTE", "niente", "Forte e ==*due*==", "=="):
        assert hastened.reset().convert(text) == plain.reset().convert(text)


@pytest.mark.parametrize(
    ("pattern", "characters"),
    [
        (r"\*|_", "*_"),
        (r"(?:x?)(?:!|\[)+", "!["),
        (r"x*", None),
        (r"[^a]", None),
        (r"(?>\*)b", "*"),
        (r"(?=\*)a?", None),
        (r"a|", None),
        (r"[a-z]\]", "]"),
    ],
)
def test_what_a_pattern_cannot_do_without_is_read_off_it(pattern: str, characters: str | None) -> None:
    assert needed(re.compile(pattern)) == (None if characters is None else frozenset(characters))


def test_where_letters_are_alike_nothing_is_told() -> None:
    assert needed(re.compile(r"\*a", re.IGNORECASE)) is None
