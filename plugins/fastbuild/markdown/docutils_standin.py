"""Docutils stand-in: Pelican imported without docutils, which is half of what importing it takes.

For a process that builds one content without reST and ends: Pelican's reader for it is never asked then. A process that
only edits or converts does without some more.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import NoReturn

_SUFFIXES = (".rst", ".rest")
# What Pelican imports of it, by itself or from another of these.
DOCUTILS = (
    *("docutils", "docutils.core", "docutils.io", "docutils.nodes", "docutils.parsers", "docutils.parsers.rst"),
    *("docutils.parsers.rst.directives", "docutils.parsers.rst.languages", "docutils.parsers.rst.roles"),
    *("docutils.utils", "docutils.writers", "docutils.writers.html4css1"),
)


class _Kind(type):
    def __getattr__(cls, name: str) -> type:
        return _anything(name)


def _anything(name: str) -> type:
    """A class that others can be made from, that takes anything and does nothing."""
    if name.startswith("__"):
        raise AttributeError(name)
    return _Kind(name, (), {"__init__": lambda _self, *_values, **_named: None})


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> type:
        return _anything(name)


def stand_in(names: Iterable[str]) -> None:
    """Have these modules stood in for, each after its package, unless they are imported already."""
    for name in names:
        module = sys.modules.setdefault(name, _StandIn(name))
        package, _, last = name.rpartition(".")
        if package in sys.modules:
            setattr(sys.modules[package], last, module)


def stand_in_without_rest(content: Iterable[str]) -> None:
    """Have docutils stood in for, unless one of the files of the content is in reST or it is imported already."""
    if "docutils" not in sys.modules and not any(path.lower().endswith(_SUFFIXES) for path in content):
        stand_in(DOCUTILS)


def leave_to_pelican() -> None:
    """Begin anew as `pelican`, with the same arguments and docutils itself, where it is stood in for."""
    if isinstance(sys.modules.get("docutils"), _StandIn):
        begin_anew(sys.argv[1:])


def begin_anew(arguments: Sequence[str]) -> NoReturn:
    """Begin anew as `pelican`, in a process that knows nothing."""
    words = sys.orig_argv[1:]
    options = words[: words.index("-m")] if "-m" in words else []
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *options, "-m", "pelican", *arguments])
