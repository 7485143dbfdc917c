"""A table too wide for a phone scrolls by itself, and a keyboard can scroll it."""

from __future__ import annotations

import re

from markdown import Markdown

from plugins.site.tables import ScrollingTables

TABLE = "Prima.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nDopo.\n"


def test_every_table_is_in_a_focusable_named_box() -> None:
    html = Markdown(extensions=["markdown.extensions.extra", ScrollingTables()]).convert(TABLE + "\n" + TABLE)
    boxes = re.findall(r"<div ([^>]*)>\s*<table>", html)
    assert len(boxes) == 2
    assert all('tabindex="0"' in box and 'aria-label="' in box for box in boxes)
    assert html.index("Prima.") < html.index("<table>") < html.index("Dopo.")


def test_a_text_without_tables_is_left_as_it_is() -> None:
    plain = Markdown(extensions=["markdown.extensions.extra"]).convert("# Ciao\n\nUna riga.")
    assert Markdown(extensions=["markdown.extensions.extra", ScrollingTables()]).convert("# Ciao\n\nUna riga.") == plain
