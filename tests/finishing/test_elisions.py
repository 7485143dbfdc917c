"""Words joined by an apostrophe are indexed as two, where the language elides."""

from __future__ import annotations

import pytest

from plugins.finishing.elisions import PARTED, parted


def page(words: str, language: str = "it") -> str:
    return f'<html lang="{language}"><title>L’ora</title><main class="l’una">{words}</main><p>l’ora</p></html>'


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("l’agenda", f"l’{PARTED}agenda"),
        ("dell'agenda", f"dell'{PARTED}agenda"),
        ("c&#39;è", f"c&#39;{PARTED}è"),
        ("d&rsquo;accordo", f"d&rsquo;{PARTED}accordo"),
        ("l’<em>agenda</em>", f"l’{PARTED}<em>agenda</em>"),
        ("un po’ di posta", "un po’ di posta"),
        ("gli anni ’80", "gli anni ’80"),
        ('<a title="l’ora">sì</a>', '<a title="l’ora">sì</a>'),
    ],
)
def test_words_are_parted_in_main_and_nowhere_else(said: str, read: str) -> None:
    assert parted(page(said)) == page(read)


@pytest.mark.parametrize("language", ["en", "en-GB", "de"])
def test_pages_that_do_not_elide_stay_as_they_are(language: str) -> None:
    assert parted(page("the owner’s diary", language)) == page("the owner’s diary", language)
