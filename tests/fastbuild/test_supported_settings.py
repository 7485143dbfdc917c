"""Of the settings only what fastbuild knows is supported; whatever else one says is named."""

from __future__ import annotations

import functools
import os
from typing import Any

import pytest
from pelican.settings import read_settings

from plugins.content.markup.slugs import slug_of
from plugins.content.templates.template_translation import CompiledTemplates
from plugins.fastbuild.fingerprint.supported import unsupported_setting
from tests.building import ROOT


@pytest.fixture(scope="module", params=["pelicanconf.py", "publishconf.py"])
def settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = read_settings(str(ROOT / request.param))
    return found


def test_those_of_the_product_are(settings: dict[str, Any]) -> None:
    assert unsupported_setting(settings) is None


def _own(text: str) -> str:
    return text


class _Text(str):
    """Looks like plain data, and may say another thing each time."""


_DEEP: list[object] = []
_DEEP.append(_DEEP)

UNKNOWN: dict[str, tuple[dict[str, object], str]] = {
    "a plugin": ({"PLUGINS": ["plugins.fastbuild", "plugins.site", "sitemap"]}, "the plugin sitemap"),
    "a plugin of a room of the site's own": ({"PLUGINS": ["plugins.site", "plugins.mine"]}, "the plugin plugins.mine"),
    "no reader of ours": ({"PLUGINS": ["plugins.fastbuild"]}, "plugins.site does not read"),
    "every plugin there is": ({"PLUGINS": None}, "plugins.site does not read"),
    "a reader": ({"READERS": {"txt": None}}, "READERS"),
    "links by the page": ({"RELATIVE_URLS": True}, "RELATIVE_URLS"),
    "Pelican's cache": ({"LOAD_CONTENT_CACHE": True}, "LOAD_CONTENT_CACHE"),
    "pages that are templates": ({"TEMPLATE_PAGES": {"a.html": "a.html"}}, "TEMPLATE_PAGES"),
    "typography": ({"TYPOGRIFY": True}, "TYPOGRIFY"),
    "links in a summary": ({"FORMATTED_FIELDS": ["summary"]}, "FORMATTED_FIELDS"),
    "dates of another locale": ({"DATE_FORMATS": {"it": ("it_IT", "%d")}}, "DATE_FORMATS"),
    "dates of one other locale": ({"DEFAULT_DATE_FORMAT": ("it_IT", "%d")}, "DEFAULT_DATE_FORMAT"),
    "posts that come out by the clock": ({"WITH_FUTURE_DATES": False}, "WITH_FUTURE_DATES"),
    "links written otherwise": ({"INTRASITE_LINK_REGEX": r"%(?P<what>\w+)%"}, "INTRASITE_LINK_REGEX"),
    "a class in the place of Pelican's": ({"PELICAN_CLASS": "site.Mine"}, "PELICAN_CLASS"),
    "a filter": ({"JINJA_FILTERS": {"mine": _own}}, "JINJA_FILTERS"),
    "a filter of ours": ({"JINJA_FILTERS": {"slug": slug_of}}, "JINJA_FILTERS"),
    "a global": ({"JINJA_GLOBALS": {"mine": _own}}, "JINJA_GLOBALS"),
    "a global of ours": ({"JINJA_GLOBALS": {"slug": slug_of}}, "JINJA_GLOBALS"),
    "a test": ({"JINJA_TESTS": {"mine": _own}}, "JINJA_TESTS"),
    "an extension of Jinja": ({"JINJA_ENVIRONMENT": {"extensions": ["mine"]}}, "the extension mine"),
    "an object for Jinja": ({"JINJA_ENVIRONMENT": {"undefined": _Text}}, "JINJA_ENVIRONMENT"),
    "an extension of Markdown": ({"MARKDOWN": {"extensions": ["pymdownx.snippets"]}}, "pymdownx.snippets"),
    "an extension among Markdown's own": (
        {"MARKDOWN": {"extensions": ["markdown.extensions.mine"]}},
        "extensions.mine",
    ),
    "texts beside their pages": ({"STATIC_EXCLUDE_SOURCES": False}, "STATIC_EXCLUDE_SOURCES"),
    "dates of files": ({"DEFAULT_DATE": "fs"}, "DEFAULT_DATE"),
    "translations by title": ({"ARTICLE_TRANSLATION_ID": "title"}, "ARTICLE_TRANSLATION_ID"),
    "one by another name": ({"MARKDOWN": {"extensions": ["toc"]}}, "the extension toc"),
    "an extension that is an object": ({"MARKDOWN": {"extensions": [object()]}}, "MARKDOWN"),
    "a function for an extension": (
        {"MARKDOWN": {"extension_configs": {"markdown.extensions.toc": {"slugify": _own}}}},
        "MARKDOWN",
    ),
    "a filter of pages": ({"PAGE_FILTERS": [_own]}, "PAGE_FILTERS"),
    "an order by a function": ({"ARTICLE_ORDER_BY": _own}, "ARTICLE_ORDER_BY"),
    "an address of a title": ({"ARTICLE_SAVE_AS": "{title}.html"}, "ARTICLE_SAVE_AS"),
    "texts elsewhere": ({"ARTICLE_PATHS": ["blog", "../notes"]}, "ARTICLE_PATHS"),
    "pictures elsewhere": ({"STATIC_PATHS": [os.path.abspath("pictures")]}, "STATIC_PATHS"),
    "styles elsewhere": ({"THEME_STATIC_PATHS": ["static", "x/../../y"]}, "THEME_STATIC_PATHS"),
    "a function of the site's own": ({"MINE": _own}, "MINE"),
    "a lambda": ({"MINE": {"deep": [lambda: 1]}}, "MINE"),
    "a function in disguise": ({"MINE": functools.wraps(slug_of)(_own)}, "MINE"),
    "a part of a function": ({"MINE": functools.partial(_own, "x")}, "MINE"),
    "a class": ({"MINE": _Text}, "MINE"),
    "a text that may change": ({"MINE": _Text("x")}, "MINE"),
    "a module": ({"MINE": os}, "MINE"),
    "what reads itself": ({"MINE": iter([1])}, "MINE"),
    "a list within itself": ({"MINE": _DEEP}, "MINE"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_unknown_is_named(settings: dict[str, Any], name: str) -> None:
    changed, named = UNKNOWN[name]
    assert named in str(unsupported_setting(settings | changed))


KNOWN: dict[str, dict[str, object]] = {
    "data that only templates read": {"MINE": {"names": ["a", ("b", 1.5)], "none": None}},
    "data for templates": {"JINJA_GLOBALS": {"menu": [("a", "/a/")]}},
    "Jinja's own extension": {"JINJA_ENVIRONMENT": {"extensions": ["jinja2.ext.do"], "autoescape": True}},
    "Markdown's own extension": {"MARKDOWN": {"extensions": ["markdown.extensions.admonition"]}},
    "no extensions": {"MARKDOWN": {}},
    "feeds of Pelican's": {"FEED_ALL_ATOM": "all.xml"},
    "another theme": {"THEME": "simple"},
    "fewer plugins": {"PLUGINS": ["plugins.fastbuild", "plugins.site"]},
    "what the server to write with sets": {"LIVE_RELOAD": True, "SEARCH_INDEX": False},
    "what a server to push to sets": {"JINJA_ENVIRONMENT": {"bytecode_cache": CompiledTemplates("folder", "code")}},
    "what stays in a folder that is emptied": {"DELETE_OUTPUT_DIRECTORY": True, "OUTPUT_RETENTION": [".git"]},
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_is_supported(settings: dict[str, Any], name: str) -> None:
    assert unsupported_setting(settings | KNOWN[name]) is None
