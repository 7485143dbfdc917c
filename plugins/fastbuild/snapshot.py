"""The contents as Pelican and the plugins left them, kept whole, so that an edit begins where the last build ended."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pelican.contents import Content
from pelican.generators import Generator, StaticGenerator
from pelican.urlwrappers import URLWrapper

from plugins.fastbuild.reads import Traced, plain, traced

# Made anew by each run; the site's sources are as large as all the rest, and an edit needs only its own.
RUN_OWN = frozenset({"SITE", "CONVERT", "FILTERED_PAGES", "CHANGED_FILES"})
_BELONGS = frozenset({"settings", "_context"})
_NOT_KEPT = _BELONGS | frozenset({"context", "env", "readers", "path", "theme", "output_path"})


@dataclass
class Snapshot:
    """What is shared by all pages, what each generator holds, and what the run has put into the settings."""

    settings: dict[str, Any]
    context: dict[str, Any]
    generators: list[tuple[str, str, dict[str, Any], dict[str, Any]]]


class _Table(dict[type, Any]):
    """How objects of a class are put down, found once a class: pickle asks a table faster than a function."""

    def __init__(self, contents: Sequence[Content]) -> None:
        super().__init__()
        self._numbers = {id(one): number for number, one in enumerate(contents)}
        for kind in {type(one) for one in contents}:
            # Each knows its neighbours, and they theirs, deeper than pickle can go.
            self[kind] = self._numbered

    def _numbered(self, one: Content) -> Any:  # noqa: ANN401
        number = self._numbers.get(id(one))
        return one.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if number is None else (_content, (number,))

    def __missing__(self, kind: type) -> Any:  # noqa: ANN401 - pickle's own
        if not issubclass(kind, URLWrapper):
            raise KeyError(kind)
        self[kind] = _put_down
        return _put_down


def _put_down(label: URLWrapper) -> tuple[Any, ...]:
    return _label, (type(label),), {name: value for name, value in vars(label).items() if name != "settings"}


# What is being restored belongs to these; a run restores once, in one thread.
_contents: list[Any] = []


def _content(number: int) -> object:
    return _contents[number]


_settings: dict[str, Any] = {}


def _label(kind: type[URLWrapper]) -> object:
    one = object.__new__(kind)
    vars(one)["settings"] = _settings
    return one


def frozen(
    original: Mapping[str, Any],
    settings: Mapping[str, Any],
    context: Mapping[str, Any],
    generators: Sequence[Generator],
    globals_: Sequence[Mapping[str, Any]],
) -> bytes:
    """Everything as bytes; `original` are the settings before the run, `globals_` each generator's before it."""
    shared = {
        name: value
        for name, value in context.items()
        if name not in RUN_OWN and name != "PAGE_FILTERS" and settings.get(name, _settings) is not value
    }
    made = {
        name: value
        for name, value in settings.items()
        if name not in RUN_OWN and original.get(name, shared) is not value
    }
    made.pop("JINJA_ENVIRONMENT", None)
    held = [
        (
            type(one).__module__,
            type(one).__qualname__,
            {} if isinstance(one, StaticGenerator) else _held(one),
            {name: value for name, value in one.env.globals.items() if before.get(name, shared) is not value},
        )
        for one, before in zip(generators, globals_, strict=True)
    ]
    contents = [one for one in (*context["generated_content"].values(), *context["static_content"].values()) if one]
    file = io.BytesIO()
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _Table(contents)
    pickler.dump([(plain(type(one)), isinstance(one, Traced)) for one in contents])
    pickler.dump([_state(one) for one in contents])
    pickler.dump(Snapshot(made, shared, held))
    return file.getvalue()


def _state(content: Content) -> dict[str, Any]:
    own = object.__getattribute__(content, "__dict__")
    return {name: value for name, value in own.items() if name not in _BELONGS}


def _held(generator: Generator) -> dict[str, Any]:
    return {
        name: value for name, value in vars(generator).items() if name not in _NOT_KEPT and not name.startswith("_")
    }


def thawed(payload: bytes | memoryview, settings: dict[str, Any], context: dict[str, Any]) -> Snapshot:
    """The snapshot, its contents belonging to these settings and to this context."""
    global _contents, _settings
    _settings = settings
    try:
        unpickler = pickle.Unpickler(io.BytesIO(payload))
        kinds_ = unpickler.load()
        _contents = [object.__new__(traced(kind) if is_traced else kind) for kind, is_traced in kinds_]
        for one, state in zip(_contents, unpickler.load(), strict=True):
            state["settings"], state["_context"] = settings, context
            object.__setattr__(one, "__dict__", state)
        snapshot: Snapshot = unpickler.load()
        return snapshot
    finally:
        _contents, _settings = [], {}


def kinds(snapshot: Snapshot) -> Iterable[type[Generator]]:
    """The classes of the generators, in their order."""
    for module, name, _, _ in snapshot.generators:
        yield getattr(importlib.import_module(module), name)
