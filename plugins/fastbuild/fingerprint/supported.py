"""Supported settings: whether fastbuild knows every plugin, reader, writer and setting of a site.

Told without Pelican, for the command asks before it is imported.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from blinker import Signal

from plugins.fastbuild.fingerprint.inputs import is_installed

if TYPE_CHECKING:
    from pelican import Pelican


_FOLDER = Path(__file__).parents[2]
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
        "plugins.content.markup.embed_blocks",
        "plugins.site.code_blocks",
        "plugins.site.tables",
        "plugins.site.footnotes",
    },
    "JINJA_ENVIRONMENT": {f"jinja2.ext.{name}" for name in ("do", "loopcontrols", "i18n")},
}
_PLAIN = (str, bytes, int, float, bool, type(None), date, datetime, time, timedelta, type(Path()))
_DEEPEST = 20


def unsupported_setting(settings: Mapping[str, Any]) -> str | None:
    """What of the settings is not supported, in words; None where all of them are. One left out is Pelican's own."""
    return next(_unsupported_settings(settings), None)


def _unsupported_settings(settings: Mapping[str, Any]) -> Iterator[str]:
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


# Of the text and not of what is said about it in lists.
BODY = frozenset({"content", "get_content", "_content", "sections", "_get_content"})
# Whatever else is read is as it was.
CHANGEABLE = (
    *sorted(BODY),
    *("title", "summary", "_summary", "get_summary", "reading_minutes", "modified", "locale_modified", "metadata"),
)


# Worked out for all contents together, and told apart when a post comes or goes.
DERIVED = ("next", "previous", "related", "service")


# Its own run is replaced, step by step: another version may have other steps.
VERSION = "4.12"
# What makes a page, and is of Python: anybody may put something of their own in its place.
_PACKAGES = ("blinker", "jinja2", "markdown", "pelican")
# Beside these lie the plugins that are installed.
_PLUGGING = frozenset(os.path.join("plugins", name) for name in ("__init__.py", "_utils.py", "signals.py"))


def unsupported(pelican: Pelican) -> str | None:
    """What of a run is not supported, in words, but for its settings; None where all of it is."""
    return next(_unsupported(pelican), None)


def _unsupported(pelican: Pelican) -> Iterator[str]:
    import pelican as package

    version = str(package.__version__)
    if not f"{version}.".startswith(f"{VERSION}."):
        yield f"Pelican {version} (it is written for {VERSION})"
    if not _is_pelicans(type(pelican)):
        yield f"the class {type(pelican).__module__}.{type(pelican).__qualname__} in the place of Pelican's"
    for plugin in pelican.plugins:
        name = getattr(plugin, "__name__", type(plugin).__qualname__)
        if not isinstance(plugin, ModuleType) or name not in PLUGINS or not is_ours(plugin):
            yield f"the plugin {name}"
    yield from _listening()
    yield from _replaced(os.path.dirname(package.__file__))


def _is_pelicans(kind: type) -> bool:
    return (kind.__module__, kind.__qualname__) == ("pelican", "Pelican")


def _listening() -> Iterator[str]:
    """Whoever is told of anything and is none of ours; Pelican itself listens to nothing."""
    from pelican.plugins import signals

    for name, signal in vars(signals).items():
        if isinstance(signal, Signal):
            listening = [one() if isinstance(one, weakref.ref) else one for one in signal.receivers.values()]
            yield from (
                f"{_named(one)}, which is told of {name}" for one in listening if not (one is None or is_ours(one))
            )
            if "send" in vars(signal):
                yield f"another way of sending {name}"


def _replaced(folder: str) -> Iterator[str]:
    """Functions and classes that somebody has put in the place of a package's, or among those of all templates."""
    from jinja2 import defaults

    for module in [one for name, one in sys.modules.items() if name.partition(".")[0] in _PACKAGES]:
        if not _is_of_a_package(file_of(module), folder):
            continue
        yield from _foreign(module.__name__, vars(module), folder)
        for name, kind in list(vars(module).items()):
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                yield from _foreign(f"{module.__name__}.{name}", vars(kind), folder)
    for name in ("DEFAULT_FILTERS", "DEFAULT_TESTS", "DEFAULT_NAMESPACE"):
        yield from _foreign(f"jinja2.defaults.{name}", getattr(defaults, name), folder)


def _foreign(place: str, values: Mapping[str, object], folder: str) -> Iterator[str]:
    for name, value in values.items():
        code = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if isinstance(code, FunctionType | type) and not _is_of_a_package(file_of(code), folder):
            yield f"{_named(code)} as {place}.{name}"


@cache
def _is_of_a_package(file: str, folder: str) -> bool:
    """Whether a file is installed or ours, and not that of a plugin: these are installed into Pelican's own package."""
    if not file or file.startswith(("<", *OURS)):
        return True
    if not file.startswith(f"{folder}{os.sep}"):
        return is_installed(file)
    below = os.path.relpath(file, folder)
    return below in _PLUGGING or not below.startswith(f"plugins{os.sep}")


def _named(code: object) -> str:
    name = getattr(code, "__qualname__", type(code).__qualname__)
    return f"{code.__module__}.{name}"
