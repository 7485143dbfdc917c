"""A page is left with the styles it can use, and its policy names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.content.templates.security_policy import page_policy, uses_of
from plugins.content.templates.used_css import cut, mentioned, read_names
from plugins.finishing.csp import PagePolicies
from plugins.finishing.inline_styles import PageStyles
from plugins.finishing.tag_names import TagNames

CSS = "p{top:0}.b{top:1px}#i{top:2px}video{top:3px}.absent{top:4px}"
HEAD = f'<html><head><meta charset="utf-8">\n<style>{CSS}</style></head>'


@pytest.fixture
def finished(tmp_path: Path) -> PageStyles:
    (tmp_path / "static" / "css").mkdir(parents=True)
    (tmp_path / "static" / "css" / "all.css").write_text(CSS, encoding="utf-8")
    (tmp_path / "templates" / "partials").mkdir(parents=True)
    return PageStyles(tmp_path, PagePolicies(tmp_path, ""))


@pytest.mark.parametrize(
    "body",
    [
        '<p class="b">x</p>',
        '<p id="i">x</p><p>y</p>',
        '<a title="1 > 0" class="b">x</a>',
        "<a title='\"' class='b' id=i>x</a>",
        "<p>5 < 6</p>",
        '<video src="/a.mp4"></video>',
        '<form data-search="/pagefind/"></form>',
        '<a title=">" class="b"></a><form data-search="/pagefind/"></form>',
        '<figure data-embed="https://film.example/1"></figure>',
    ],
)
def test_page_has_its_styles_and_a_policy_naming_them(finished: PageStyles, body: str) -> None:
    for html in (f"{HEAD}<body>{body}</body></html>", f"{HEAD}<body>{body}{body}</body></html>"):
        style = cut(CSS, read_names(html.replace(CSS, "")))
        policy = page_policy([style], [], uses=uses_of(body))
        meta = f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
        assert finished(html) == html.replace(CSS, style).replace('<meta charset="utf-8">', meta)


def test_a_page_with_other_styles_gets_a_policy_alone(finished: PageStyles) -> None:
    html = '<html><head><meta charset="utf-8"><style>i{}</style></head></html>'
    assert page_policy(["i{}"], []) in finished(html)
    assert "<style>i{}</style>" in finished(html)


def test_words_about_search_open_no_policy(finished: PageStyles) -> None:
    assert "wasm" not in finished(f"{HEAD}<body><p>Un data-search= nel testo</p></body></html>")


def test_names_of_tags_outlive_a_full_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.finishing.tag_names._MOST", 3)
    tags = TagNames(mentioned(CSS))
    pages = [f'<p class="b"><a href="/{number}/"></a></p><i id="i"></i>' for number in range(20)]
    assert len({tags.of(page) for page in pages}) == 1
    assert len(tags) <= 4
