"""The way back from a footnote has a name in the language of the site."""

from __future__ import annotations

from markdown import markdown

from plugins.site.footnotes import NamedFootnotes


def test_the_way_back_to_the_text_is_named_in_italian() -> None:
    html = markdown("Prima[^1], poi[^2].\n\n[^1]: Una.\n[^2]: Due.", extensions=["extra", NamedFootnotes()])
    assert 'title="Torna alla nota 1 nel testo"' in html
    assert 'title="Torna alla nota 2 nel testo"' in html
    assert "Jump back" not in html


def test_text_or_converter_without_footnotes_is_unchanged() -> None:
    assert markdown("Niente note.", extensions=[NamedFootnotes()]) == "<p>Niente note.</p>"
