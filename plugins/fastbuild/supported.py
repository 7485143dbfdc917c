"""Which runs of Pelican fastbuild supports; with anything else in one Pelican builds the site itself."""

from __future__ import annotations

import os
import sys
import weakref
from collections.abc import Iterator, Mapping
from functools import cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

from blinker import Signal

from plugins.fastbuild.inputs import is_installed
from plugins.fastbuild.supported_settings import OURS, PLUGINS, file_of, is_ours

if TYPE_CHECKING:
    from pelican import Pelican

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
