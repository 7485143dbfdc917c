"""Code is highlighted as Pelican's users write it, by classes alone, and whatever a fence says a page comes of it."""

from __future__ import annotations

import copy
import re
from html import unescape
from pathlib import Path

import pytest
from markdown import Markdown

from pelicanconf import MARKDOWN
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.used_css import cut, read_names
from tests.building import ROOT

CODE = "def f(x):\n    return x < 1 and 'è'  # sì\n"


def html_of(text: str) -> str:
    return Markdown(**copy.deepcopy(MARKDOWN)).convert(text)  # type: ignore[arg-type]


def words(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html)).strip()


def indented(text: str) -> str:
    return re.sub("^", "    ", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        f"```python\n{CODE}```",
        f"~~~ .python\n{CODE}~~~",
        f"```{{ .python }}\n{CODE}```",
        indented(f":::python\n{CODE}"),
        f"- Un elenco:\n\n{indented(indented(f':::python{chr(10)}{CODE}'))}",
    ],
)
def test_code_of_a_named_language_is_highlighted_by_classes(text: str) -> None:
    html = html_of(text)
    assert '<span class="k">return</span>' in html
    assert ":::" not in html
    assert "style=" not in html
    assert words(html).removeprefix("Un elenco:") == CODE.strip()


@pytest.mark.parametrize("text", [f"```klingon\n{CODE}```", f"```\n{CODE}```", indented(CODE)])
def test_code_of_no_known_language_stays_plain(text: str) -> None:
    html = html_of(text)
    assert "<span class=" not in html
    assert words(html) == CODE.strip()


def test_a_box_of_code_is_focusable_and_named() -> None:
    assert '<div class="highlight scroll" role="group" tabindex="0" aria-label="Codice">' in html_of(f"```\n{CODE}```")


def test_lines_are_numbered_and_marked_where_that_is_asked() -> None:
    assert html_of(indented("#!bash\nls")).count('class="normal"') == 1
    for option in ("linenos=table", "linenos=inline", "linenums=true"):
        html = html_of(f'```{{ .python {option} linenostart=7 hl_lines="2" }}\n{CODE}```')
        assert re.search(r"linenos", html)
        assert re.search(r">\s*7\s*<", html)
        assert html.count('class="hll"') == 1
    assert html_of(f'```python hl_lines="1 2"\n{CODE}```').count('class="hll"') == 2


@pytest.mark.parametrize(
    "options",
    [
        *("linenostart=x", "linenostart=-1", "stripnl=x", "tabsize=x", "encoding=x", "noclasses=true", "style=x"),
        *("full=true", "hl_lines=x", "hl_lines='9 99'", "linenos=x", "cssclass=x", "lineanchors=x", "filters=x"),
        *("title=x", "#id", ".x", "use_pygments=false", "prestyles='color:red'", "wrapcode=x", "ensurenl=x"),
    ],
)
def test_whatever_a_fence_asks_for_the_code_is_shown(options: str) -> None:
    html = html_of(f"```{{ .python {options} }}\n{CODE}```")
    assert "return x < 1 and 'è'  # sì" in words(html)
    assert "style=" not in html


def test_only_pages_with_code_carry_its_styles() -> None:
    whole = stylesheet(ROOT / "theme")
    page = '<body><div class="prose"><p>Ciao</p>{}</div></body>'
    assert ".highlight" not in cut(whole, read_names(page.format("")))
    assert ".highlight" in cut(whole, read_names(page.format(html_of(f"```python\n{CODE}```"))))


def test_every_class_of_common_languages_has_its_colour() -> None:
    css = (Path(ROOT) / "theme" / "static" / "css" / "blocks" / "code.css").read_text(encoding="utf-8")
    coloured = set(re.findall(r"\.([a-z][a-z0-9]{0,2})(?=[,)\s])", css))
    # Names and signs are of the colour of the text.
    plain = {"n", "nx", "p", "o", "w", "py", "x", "normal", "nl", "nt", "ni", "vi", "vg", "vc", "vm", "ge", "gt", "nfm"}
    samples = {
        "python": CODE + "@a\nclass A(B):\n    b = 1.5, 0x1, None, f'{x!r}'\n",
        "bash": "#!/bin/sh\nexport A=1\nfor i in $A; do echo \"$i\" | grep -v '#'; done\n",
        "html": '<!-- a --><p class="x">&amp;</p>',
        "css": "@media print { a:hover { color: #fff; width: 1px } }",
        "javascript": "const a = async (b) => `x${b}` + /y/.test(null); // c",
        "json": '{"a": [1, true, null]}',
        "yaml": "a: [1, b]\n# c\nd: 'e'\n",
        "sql": "SELECT a, COUNT(*) FROM b WHERE c = 'd' -- e\n",
        "diff": "--- a\n+++ b\n@@ -1 +1 @@\n-c\n+d\n",
        "ini": "[a]\nb = c\n; d\n",
    }
    for language, code in samples.items():
        found = set(re.findall(r'<span class="(\w+)">', html_of(f"```{language}\n{code}```")))
        assert found - coloured - plain == set(), language
