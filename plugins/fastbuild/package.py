"""Pelican's package with the modules that are asked for, and not all of them: the rest takes longer than an edit."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType


class _Package(ModuleType):
    """The package as it is before its own lines have run; they run when something is asked for that they make."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        # A module beside has this name too, and says where they are now.
        module = f"{self.__name__}.plugins.signals" if name == "signals" else f"{self.__name__}.{name}"
        if importlib.util.find_spec(module):
            return importlib.import_module(module)
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None
        assert self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


class _Unused(ModuleType):
    """A module of which somebody has only the names: each is a class that takes anything and does nothing."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {"__init__": lambda _self, *_values, **_named: None})


# What draws on terminals and what watches files: no process that only edits or converts does either.
_UNUSED = ("rich.console", "rich.logging", "watchfiles")


def open_package(is_all: bool = False) -> None:
    """Have `import pelican` give this package, unless Pelican is imported already.

    In a process where it `is_all` there will ever be of Pelican, what it does not need is not imported either.
    """
    if "pelican" in sys.modules:
        return
    for name in _UNUSED if is_all else ():
        sys.modules.setdefault(name, _Unused(name))
    spec = importlib.util.find_spec("pelican")
    assert spec is not None
    package = importlib.util.module_from_spec(spec)
    package.__class__ = _Package
    sys.modules["pelican"] = package
    # Its loggers are of a class of its own, as long as this comes first.
    importlib.import_module("pelican.log")
