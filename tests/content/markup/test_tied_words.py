"""Lines of headings and leads do not end with a word that leans on the next one."""

from __future__ import annotations

import pytest

from plugins.content.locale import language
from plugins.content.markup.tied_words import with_tied_words
from plugins.domain.language import speak, spoken

TIE = "\u00a0"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<h1>Al resto pensiamo in due.</h1>", "<h1>Al~resto pensiamo in~due.</h1>"),
        ("<h2 id='a'>Due maglie, lo stesso numero di gol</h2>", "<h2 id='a'>Due maglie, lo~stesso numero di~gol</h2>"),
        (
            "<h3><a href='/a b/'>Cosa delegare per primo</a></h3>",
            "<h3><a href='/a b/'>Cosa delegare per~primo</a></h3>",
        ),
        ('<p class="lead">Se devi, in mezzo.</p>', '<p class="lead">Se devi, in~mezzo.</p>'),
        # What would be longer than a line of a telephone breaks where it breaks.
        ("<h1>A chi per la sua organizzazione</h1>", "<h1>A~chi per~la~sua organizzazione</h1>"),
        ("<h1>In responsabilissimamente</h1>", "<h1>In responsabilissimamente</h1>"),
        ("<h2>«La mia»  e </h2>", "<h2>«La~mia»  e </h2>"),
        ("<title>Al resto</title><p>Al resto</p>", "<title>Al resto</title><p>Al resto</p>"),
    ],
)
def test_short_words_stay_with_the_word_they_lean_on(said: str, shown: str) -> None:
    assert with_tied_words(said) == shown.replace("~", TIE)


@pytest.mark.parametrize(
    ("code", "said", "shown"),
    [
        ("en", "The rest of the work al resto", "The~rest of~the~work al resto"),
        ("de", "Der Rest of the work für die Woche", "Der~Rest of the work für~die~Woche"),
    ],
)
def test_each_language_has_short_words_of_its_own(code: str, said: str, shown: str) -> None:
    before = spoken()
    try:
        speak(language(code))
        assert with_tied_words(f"<h1>{said}</h1>") == f"<h1>{shown}</h1>".replace("~", TIE)
    finally:
        speak(before)
