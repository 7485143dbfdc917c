"""Which settings fastbuild supports: told without Pelican, for the command asks before it is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from plugins.fastbuild.changeable import CHANGEABLE

_FOLDER = Path(__file__).parents[1]
_ROOMS = ("fastbuild", "site", "services", "blog", "media", "discovery", "finishing", "admin")
PLUGINS = frozenset(f"plugins.{room}" for room in _ROOMS)
# A site may have rooms of its own beside these.
OURS = tuple(f"{_FOLDER / room}{os.sep}" for room in (*_ROOMS, "content", "domain", "publishing"))
# Where one of these says something, a page depends on another page or run, or an edit on what it does without.
_OFF = (
    *("RELATIVE_URLS", "OUTPUT_SOURCES", "CACHE_CONTENT", "LOAD_CONTENT_CACHE", "STATIC_CREATE_LINKS"),
    *("READERS", "TEMPLATE_PAGES", "TYPOGRIFY", "FORMATTED_FIELDS", "DATE_FORMATS", "JINJA_FILTERS", "JINJA_TESTS"),
    # By the time of a file, which an edit changes.
    "DEFAULT_DATE",
)
# Those whose meaning is taken over, with the values that are: Pelican's own, or the product's.
_VALUES: Mapping[str, tuple[object, ...]] = {
    "PELICAN_CLASS": ("pelican.Pelican",),
    "INTRASITE_LINK_REGEX": ("[{|](?P<what>.*?)[|}]", r"[{](?P<what>\w+)[}]"),
    # By the clock a post comes out in the middle of a day, while no file changes.
    "WITH_FUTURE_DATES": (True,),
    # Texts are copied beside their pages otherwise, and an edit copies nothing.
    "STATIC_EXCLUDE_SOURCES": (True,),
    "ARTICLE_TRANSLATION_ID": ("slug",),
    "PAGE_TRANSLATION_ID": ("slug",),
}
# Below the content or the theme: what lies elsewhere is not looked at.
_WITHIN = ("ARTICLE_PATHS", "PAGE_PATHS", "STATIC_PATHS", "THEME_STATIC_PATHS")
# What these make of a text depends on nothing else; another extension may read a file.
_MARKDOWN = (
    *("abbr", "admonition", "attr_list", "codehilite", "def_list", "extra", "fenced_code", "footnotes", "legacy_attrs"),
    *("legacy_em", "md_in_html", "meta", "nl2br", "sane_lists", "smarty", "tables", "toc", "wikilinks"),
)
_EXTENSIONS = {
    "MARKDOWN": {
        *(f"markdown.extensions.{name}" for name in _MARKDOWN),
        "plugins.site.tables",
        "plugins.site.footnotes",
    },
    "JINJA_ENVIRONMENT": {f"jinja2.ext.{name}" for name in ("do", "loopcontrols", "i18n", "debug")},
}
_PLAIN = (str, bytes, int, float, bool, type(None), date, datetime, time, timedelta, type(Path()))
_DEEPEST = 20


def unsupported_setting(settings: Mapping[str, Any]) -> str | None:
    """What of the settings is not supported, in words; None where all of them are. One left out is Pelican's own."""
    return next(_unsupported(settings), None)


def _unsupported(settings: Mapping[str, Any]) -> Iterator[str]:
    plugins = settings.get("PLUGINS") or ()
    yield from (f"the plugin {name}" for name in plugins if name not in PLUGINS)
    if "plugins.site" not in plugins:
        yield "texts that plugins.site does not read"
    for name, value in settings.items():
        # What a function that templates ask for looks at nobody knows.
        if not _is_known(value, is_ours_known=name != "JINJA_GLOBALS"):
            yield f"the code in the setting {name}"
        if name in _OFF and value:
            yield f"the setting {name}"
        if name in _VALUES and value not in _VALUES[name]:
            yield f"this value of the setting {name}"
        if name in _WITHIN and any(map(_leads_out, value or ())):
            yield f"a folder elsewhere, in the setting {name}"
        if name.endswith(("_URL", "_SAVE_AS")) and any(f"{{{one}" in str(value) for one in CHANGEABLE):
            yield f"an address made of what a text says, in the setting {name}"
        if name in _EXTENSIONS and isinstance(value, Mapping):
            named = map(str, value.get("extensions") or ())
            yield from (f"the extension {one} in {name}" for one in named if one not in _EXTENSIONS[name])
    if not isinstance(settings.get("DEFAULT_DATE_FORMAT", ""), str):
        yield "a locale in the setting DEFAULT_DATE_FORMAT"


def _leads_out(path: object) -> bool:
    return os.path.isabs(str(path)) or os.path.normpath(str(path)).startswith(os.pardir)


def _is_known(value: object, is_ours_known: bool, depth: int = 0) -> bool:
    """Whether a value is plain data all through, or code of ours where that may be."""
    if type(value) in _PLAIN:
        return True
    if depth == _DEEPEST:
        return False
    if type(value) is dict:
        return all(_is_known(one, is_ours_known, depth + 1) for pair in value.items() for one in pair)
    # Rules of pagination are tuples of Pelican's own.
    is_plain = type(value) in (list, tuple, set, frozenset) or type(value).__module__ == "pelican.paginator"
    if is_plain and isinstance(value, Iterable):
        return all(_is_known(one, is_ours_known, depth + 1) for one in value)
    return is_ours_known and is_ours(value)


def is_ours(code: object) -> bool:
    """Whether a function, a class, a module or an instance comes from a file of this product's."""
    return file_of(code).startswith(OURS)


def file_of(code: object) -> str:
    """The file of a function, a method, a module or a class, or of the class of an instance; empty where none is."""
    if isinstance(code, ModuleType):
        return str(getattr(code, "__file__", None) or "")
    function = getattr(code, "__func__", code)
    if isinstance(function, FunctionType):
        return function.__code__.co_filename
    kind = function if isinstance(function, type) else type(function)
    return str(getattr(sys.modules.get(kind.__module__), "__file__", None) or "")
