"""Markdown converter: plain prose by the fast path, the rest by Python-Markdown."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from plugins.domain.language import spoken
from plugins.fastbuild.markdown.docutils_standin import DOCUTILS, stand_in

if TYPE_CHECKING:
    from markdown import Markdown

    from plugins.fastbuild.markdown.fast_prose import Prose


# HTML, and the headings of it as Markdown's `toc` has them.
Converted = tuple[str, list[Any]]


class ConvertedText(NamedTuple):
    """Converted text: its digest, the language in which its tables are named, and the HTML."""

    digest: str
    language: str
    converted: Converted


class TextConverter:
    """Converter of texts by the setting `MARKDOWN`; what does it is imported with the first of them."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options
        # By language: the way back from a footnote is named in it.
        self._begun: dict[str, tuple[Markdown, Prose | None]] = {}

    def __call__(self, text: str) -> Converted:
        """The text as HTML, with its headings."""
        if (version := spoken().version) not in self._begun:
            self._begun[version] = self._begin()
        markdown, prose = self._begun[version]
        made = prose.convert(text) if prose else None
        if made is None:
            html = markdown.reset().convert(text)
            made = html, getattr(markdown, "toc_tokens", [])
        return made

    def _begin(self) -> tuple[Markdown, Prose | None]:
        """One converter a process and language: building it costs as much as a short post."""
        # A process that only converts has no use for the rest of Pelican.
        open_package()
        from plugins.content.markup.markdown_converter import Converter
        from plugins.fastbuild.markdown.fast_prose import Prose
        from plugins.fastbuild.markdown.inline_patterns import with_selective_patterns

        markdown = with_selective_patterns(Converter(**self._options))
        return markdown, Prose(markdown) if Prose.knows(self._options) else None


def digest_of(text: str) -> str:
    """What stands for a text."""
    return hashlib.sha256(text.encode()).hexdigest()


class _Package(ModuleType):
    """Lazy package: its own lines run only when something is asked for that they make."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        # A module beside has this name too, and says where they are now.
        module = f"{self.__name__}.plugins.signals" if name == "signals" else f"{self.__name__}.{name}"
        if module in sys.modules or importlib.util.find_spec(module):
            return importlib.import_module(module)
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None
        assert self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


# What draws on terminals, watches files or writes feeds of Pelican's: no process that edits or converts does any of it.
_UNUSED = ("rich.console", "rich.logging", "watchfiles", "pelican.rstdirectives", "feedgenerator", *DOCUTILS)


def open_package(is_all: bool = False) -> None:
    """Have `import pelican` give this package, unless Pelican is imported already.

    In a process where it `is_all` there will ever be of Pelican, what it does not need is not imported either.
    """
    if "pelican" in sys.modules:
        return
    stand_in(_UNUSED if is_all else ())
    spec = importlib.util.find_spec("pelican")
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    package.__class__ = _Package
    sys.modules["pelican"] = package
    # Its loggers are of a class of its own, as long as this comes first.
    importlib.import_module("pelican.log")
