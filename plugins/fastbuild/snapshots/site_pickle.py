"""Site pickle: serialises the site as Pelican and the plugins left it."""

from __future__ import annotations

import io
import pickle
from array import array
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from jinja2 import Template
from markupsafe import Markup
from pelican.contents import Content
from pelican.generators import Generator, StaticGenerator
from pelican.paginator import Page, Paginator
from pelican.urlwrappers import URLWrapper

from plugins.content.list_pages import ListPage
from plugins.fastbuild.render.page_queue import QueuedPage
from plugins.fastbuild.render.read_tracking import Traced, plain
from plugins.fastbuild.snapshots import lazy_contents
from plugins.fastbuild.snapshots.lazy_contents import TEXT, SavedPage, Snapshot, facts, kept_text

# Made anew by each run; the site's sources are as large as all the rest, and an edit needs only its own.
RUN_OWN = frozenset({"SITE", "CONVERT", "FILTERED_PAGES", "CHANGED_FILES", "KEPT_PICTURES"})
_BELONGS = frozenset({"settings", "_context"})
_ELSEWHERE = _BELONGS | {*TEXT, "piece"}
_NOT_KEPT = _BELONGS | frozenset({"context", "env", "readers", "path", "theme", "output_path", "get_files"})
_HOLD_SETTINGS = (URLWrapper, Paginator, Page)
# One is as good as another that is equal.
_PLAIN = (date, time, Markup, type)
_ABSENT = object()


class _Shared(NamedTuple):
    """Value that several pages share (a list or the like), pickled whole once."""

    value: object


class _Pickler(pickle.Pickler):
    """Pickler that names contents by numbers: neighbours are linked deeper than pickle can go.

    Where it is given `things`, whatever pieces share is put among them, and named by its number as well.
    """

    def __init__(
        self, file: io.BytesIO, numbers: Mapping[int, int], things: dict[int, tuple[int, object]] | None = None
    ) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._numbers, self._things = numbers, things

    def reducer_override(self, one: Any) -> Any:  # noqa: ANN401 - pickle's own
        if (number := self._numbers.get(id(one))) is not None:
            return lazy_contents.content, (number,)
        kind = type(one)  # which is known without a look at the thing itself, as `isinstance` takes one
        if issubclass(kind, _PLAIN):
            return NotImplemented
        if self._things is not None and not issubclass(kind, (Page, ListPage)) and not callable(one):
            shared = one.value if isinstance(one, _Shared) else one
            # Kept alive until then, so that nothing else comes by its identity.
            return lazy_contents.thing, (self._things.setdefault(id(shared), (len(self._things), shared))[0],)
        if issubclass(kind, _HOLD_SETTINGS):
            return lazy_contents.belonging, (kind,), _without(one, _BELONGS)
        return NotImplemented


def _without(one: object, names: frozenset[str]) -> dict[str, Any]:
    own: dict[str, Any] = object.__getattribute__(one, "__dict__")
    return {name: value for name, value in own.items() if name not in names}


def _facts(one: Content) -> dict[str, Any]:
    """What a content says, without its text."""
    return {name: value for name, value in facts(one).items() if name not in _ELSEWHERE}


def _text(one: Content) -> bytes:
    return pickle.dumps({name: value for name, value in facts(one).items() if name in TEXT}, pickle.HIGHEST_PROTOCOL)


def pickle_site(
    original: Mapping[str, Any],
    settings: Mapping[str, Any],
    context: Mapping[str, Any],
    generators: Sequence[Generator],
    globals_: Sequence[Mapping[str, Any]],
    queued: Collection[QueuedPage],
) -> bytes:
    """Everything as bytes; `original` are the settings before the run, `globals_` each generator's before it."""
    shared = {
        name: value
        for name, value in context.items()
        if name not in RUN_OWN and name != "PAGE_FILTERS" and settings.get(name, _ABSENT) is not value
    }
    made = {
        name: value
        for name, value in settings.items()
        if name not in RUN_OWN and original.get(name, _ABSENT) is not value
    }
    made.pop("JINJA_ENVIRONMENT", None)
    held = [
        (
            type(one).__module__,
            type(one).__qualname__,
            {} if isinstance(one, StaticGenerator) else _held(one),
            {name: value for name, value in one.env.globals.items() if before.get(name, _ABSENT) is not value},
        )
        for one, before in zip(generators, globals_, strict=True)
    ]
    contents = [one for one in (*context["generated_content"].values(), *context["static_content"].values()) if one]
    numbers = {id(one): number for number, one in enumerate(contents)}
    things: dict[int, tuple[int, object]] = {}
    pieces, ends = io.BytesIO(), array("Q")
    for one in contents:
        _Pickler(pieces, numbers, things).dump(_facts(one))
        ends.append(pieces.tell())
    for one in contents:
        pieces.write(kept_text(one) or _text(one))
        ends.append(pieces.tell())
    for page in queued:
        _Pickler(pieces, numbers, things).dump(_said(page))
        ends.append(pieces.tell())
    whole = Snapshot(made, shared, held, _kept(queued, context, generators, 2 * len(contents)))
    base = io.BytesIO()
    _Pickler(base, numbers).dump(([one for _, one in things.values()], whole))
    kinds_ = [(plain(type(one)), isinstance(one, Traced)) for one in contents]
    head = pickle.dumps((kinds_, ends, base.getvalue()), pickle.HIGHEST_PROTOCOL)
    return len(head).to_bytes(8, "big") + head + pieces.getvalue()


def _said(page: QueuedPage) -> dict[str, Any]:
    return {name: _Shared(one) if isinstance(one, list | dict) else one for name, one in page.said.items()}


def _kept(
    queued: Iterable[QueuedPage], context: Mapping[str, Any], generators: Sequence[Generator], first: int
) -> list[SavedPage] | None:
    environments = {id(generator.env): number for number, generator in enumerate(generators)}
    kept = []
    for piece, page in enumerate(queued, first):
        if page.context is not context:
            return None
        if not isinstance(page.maker, Template):
            kept.append(SavedPage(page.path, page.maker, -1, piece))
            continue
        number = environments.get(id(page.maker.environment))
        if number is None or page.maker.name is None:
            return None
        kept.append(SavedPage(page.path, page.maker.name, number, piece))
    return kept


def _held(generator: Generator) -> dict[str, Any]:
    return {
        name: value for name, value in vars(generator).items() if name not in _NOT_KEPT and not name.startswith("_")
    }
