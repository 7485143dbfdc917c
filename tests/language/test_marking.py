"""What proves that nothing is said past the catalogue would notice if something were."""

from __future__ import annotations

import pytest

from tests.language.marking import marked, unmarked, unmarked_on


def test_a_message_is_marked_between_what_is_put_into_it() -> None:
    assert marked("Vai a <b>%(place)s</b>, %(name)s&nbsp;cara") == "⟦Vai a ⟧<b>%(place)s</b>, %(name)s&nbsp;⟦cara⟧"


def test_what_is_put_into_a_message_is_looked_at_too() -> None:
    assert unmarked("⟦Passo⟧ 2: xxx, ⟦di ⟧⟦un ⟧giorno⟦ solo⟧ Πέμπτη") == ["giorno"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>xxx <b>Prenota</b></p>",
        '<img alt="Prenota">',
        '<input placeholder="Prenota">',
        '<nav aria-label="Prenota"></nav>',
        '<meta name="description" content="Prenota">',
        '<meta property="og:title" content="Prenota">',
        '<a href="mailto:x@x.xx?subject=Prenota">xxx</a>',
        '<script type="application/ld+json">{"@context":"s","@graph":[{"name":"Prenota"}]}</script>',
        '<form data-none="Prenota"></form>',
        '<iframe srcdoc="&lt;p&gt;Prenota&lt;/p&gt;"></iframe>',
        "<title>Prenota</title>",
        "<select><optgroup label='Prenota'></optgroup></select>",
    ],
)
def test_marking_finds_untranslated_words_wherever_they_can_be_seen(page: str) -> None:
    assert [text.split("?")[0].split()[-1] for _, text in unmarked_on(page)] == ["Prenota"]
    assert unmarked_on(page.replace("Prenota", "⟦Prenota⟧")) == []
