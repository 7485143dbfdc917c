"""Fragment scope: whether a fragment is made of what it names and of what all pages share, and of nothing else.

What a template has worked out before the fragment may be another value in another build, though the fragment itself has
read nothing that is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from jinja2.runtime import Context
from jinja2.utils import missing


def names_seen(
    render: Callable[[], str], asked: Collection[str], named: Collection[object], shared: Mapping[str, object]
) -> frozenset[str] | None:
    """The names of the shared context that a fragment sees, `asked` for or not; None where it sees something else.

    `render` is a caller of Jinja's, whose code is a function within that of its template.
    """
    function = getattr(render, "_func", None)
    if function is None:
        return None
    try:
        cells = {name: cell.cell_contents for name, cell in zip(*_closure(function), strict=True)}
    except ValueError:  # of what has no value yet
        return None
    context = cells.get("context", getattr(cells.get("resolve"), "__self__", None))
    if asked and not isinstance(context, Context):
        return None
    known, found = {id(one) for one in named}, set[str]()
    for name, value in _seen(cells, asked, context):
        if value is shared.get(name, missing):
            found.add(name)
        elif id(value) not in known:
            return None
    return frozenset(found)


def _closure(function: Any) -> tuple[tuple[str, ...], tuple[Any, ...]]:  # noqa: ANN401 - of Python's own
    return function.__code__.co_freevars, function.__closure__ or ()


def _seen(cells: Mapping[str, object], asked: Collection[str], context: Context | None) -> Iterator[tuple[str, object]]:
    """What it sees of the template around it, whose variables are `l_0_name` in code of Jinja's, and of its context."""
    yield from ((name.split("_", 2)[2], value) for name, value in cells.items() if name.startswith("l_"))
    if context is not None:
        yield from ((name, Context.resolve_or_missing(context, name)) for name in asked)
