"""What other dialects and programs would make something of is told at its line, and never where it is code."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.markdown_parts import read_markup
from plugins.content.markup.other_dialects import dialect_advice

TYPED = [
    "!!! note",
    '??? tip "Un titolo"',
    "> [!NOTE]",
    "::: warning",
    ":::{note}",
    "- [ ] una cosa",
    "1. [x] fatta",
    "Un ~~errore~~ qui",
    "{% include x.html %}",
    "Un testo {% raw %}",
    "{{< youtube abc >}}",
    "{{<youtube abc>}}",
    "{{% note %}}",
    "{{ site.url }}/a",
    '[gallery ids="1,2"]',
    '[caption id="a"]Una foto[/caption]',
    "## Un titolo {% x %}",
]
NONE = [
    "`{% x %}`, `~~x~~` e `[gallery]`",
    "    !!! note",
    "~~~\n- [ ] a\n{% x %} ~~b~~\n~~~",
    "<pre>{% x %}</pre>",
    "[gallery](/x)",
    "[gallery]\n\n[gallery]: /x",
    "Attento!!! note",
    "a ~~ b ~~ c",
    "[x] fatto",
    "- [x](/a)",
    "- [x][y]\n\n[y]: /a",
    "Un [collegamento]({filename}/a.md){: .b }",
]


def told(text: str) -> list[tuple[str, int]]:
    document = Document(Path("blog/prova.md"), {}, {}, body=f"Prima.\n\n{text}\n\nDopo.\n", body_line=5)
    return [(dialect_advice(line), number) for line, number in read_markup(document).dialects]


@pytest.mark.parametrize("text", TYPED)
def test_a_mark_that_is_shown_as_typed_is_told(text: str) -> None:
    found = set(told(f"    {text}\n\n`{text}`\n\n{text}"))
    assert [(line, "si legge così com’è" in what) for what, line in found] == [(11, True)]


@pytest.mark.parametrize("text", NONE)
def test_code_links_and_plain_words_are_not_told(text: str) -> None:
    assert told(text) == []
