"""Settings cache: by command line, the settings it came to, told without Pelican."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from plugins.content.timezone_data import in_use
from plugins.fastbuild.cache import cache_file
from plugins.fastbuild.fingerprint.inputs import Inputs, canonical, is_installed
from plugins.fastbuild.fingerprint.supported import unsupported_setting

_OPTIONS = {"-s": "settings", "-o": "output", "--fatal": "fatal"}
# What a shell changes of itself between two commands.
_PASSING = frozenset({"_", "SHLVL", "OLDPWD", "COLUMNS", "LINES"})
# What settings may change of these in passing, they are to change once.
_CHANGEABLE = frozenset({"blinker", "docutils", "jinja2", "markdown", "pelican"})
# The modules that settings have imported, and where modules were looked for before these were read.
_imported: list[tuple[frozenset[str], list[str]]] = []


class CachedSettings(NamedTuple):
    """Cache entry of a command: what it was made from, the file of its manifest, and its settings, pickled."""

    digest: str
    inputs: Inputs
    manifest: Path
    settings: bytes


class CommandKey(NamedTuple):
    """Cache key of a command and the file of its entry; another digest may come to something else.

    `said` is what its settings file says, and `content` the folder that it is to build.
    """

    file: Path
    digest: str
    said: Mapping[str, Any]
    content: str

    def load(self) -> CachedSettings | None:
        """What it came to last time; None where that may be something else now."""
        kept: CachedSettings | None = cache_file.load(self.file)
        return kept if kept is not None and kept.digest == self.digest else None

    def save(self, inputs: Inputs, manifest: Path, settings: bytes) -> None:
        """Keep what it has come to."""
        cache_file.save(self.file, CachedSettings(self.digest, replace(inputs, original={}), manifest, settings))


def command_key(arguments: Sequence[str]) -> CommandKey | None:
    """What these arguments of Pelican's ask for; None where they ask for more than one build of one site.

    None too where the settings are such that Pelican builds the site itself, or have begun to work on what builds it.
    """
    options, places, rest = {}, [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word in _OPTIONS and rest:
            options[_OPTIONS[word]] = rest.pop(0)
        elif word.startswith("-"):
            return None
        else:
            places.append(word)
    if len(places) > 1 or not os.path.isfile(options.get("settings", "")):
        return None
    try:
        said = _said(options["settings"])
        is_unknown = unsupported_setting(said) is not None or not _CHANGEABLE.isdisjoint(_imported[-1][0])
    except Exception:
        is_unknown = True  # Pelican tells what is wrong with it
    if is_unknown:
        return None
    environment = {name: value for name, value in os.environ.items() if name not in _PASSING}
    packages = os.stat(os.path.dirname(folder_of_pelican()))
    key = canonical([list(arguments), os.getcwd()])
    everything = canonical([key, said, environment, sys.version, packages.st_mtime_ns, str(in_use())])
    beside = Path(options["settings"]).parent
    file = beside / str(said.get("CACHE_PATH", "cache")) / "builds" / f"{_digest(key)[:16]}-asked.pickle"
    content = places[0] if places else str(beside / str(said.get("PATH", ".")))
    return CommandKey(file, _digest(everything), said, os.path.abspath(content))


def _said(file: str) -> Mapping[str, Any]:
    """What a settings file says, read as Pelican reads it. Raises whatever it raises."""
    name = os.path.splitext(os.path.basename(file))[0]
    spec = importlib.util.spec_from_file_location(name, os.path.abspath(file))
    assert spec is not None
    assert spec.loader is not None
    before, path = frozenset(sys.modules), list(sys.path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    _imported.append((frozenset(sys.modules.keys() - before), path))
    return {name: value for name, value in vars(module).items() if name.isupper()}


def forget_settings() -> None:
    """Have the settings, and the modules that they read, be read anew: a list that they add to is longer by then."""
    while _imported:
        names, sys.path[:] = _imported.pop()
        for name in names & sys.modules.keys():
            if not is_installed(getattr(sys.modules[name], "__file__", None)):
                del sys.modules[name]


def folder_of_pelican() -> str:
    """The folder of Pelican's package, which is not imported for it."""
    spec = importlib.util.find_spec("pelican")
    assert spec is not None
    assert spec.submodule_search_locations
    return spec.submodule_search_locations[0]


# The command that this process runs, once it has left the build to Pelican.
_running: list[CommandKey] = []


def set_running_command(command_key: CommandKey) -> None:
    """Leave it to the build that comes next to keep what this has come to."""
    _running[:] = [command_key]


def running_command() -> CommandKey | None:
    """What was asked for where the command has begun this build."""
    return _running[0] if _running else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
