"""Template fragment cache: a Jinja tag, `{% once post, level %}…{% endonce %}`.

For pieces of templates that are the same wherever the same things are shown. Whoever renders many pages may put into
`environment.once` what remembers them; without it each is rendered anew. All that differs within one from page to
page must be among what it names.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

# Of a piece, told by its place and by what it names, and of what renders it: its HTML.
Once = Callable[[str, tuple[Any, ...], Callable[[], str]], str]


class Fragments(Extension):
    """Jinja extension of the tag `once`; what is set within is not known outside."""

    tags = {"once"}  # noqa: RUF012 - as the base has it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(once=None)

    def parse(self, parser: Parser) -> nodes.Node:
        """Have the piece rendered by `_render`."""
        line = next(parser.stream).lineno
        named = [parser.parse_expression()]
        while parser.stream.skip_if("comma"):
            named.append(parser.parse_expression())
        body = parser.parse_statements(("name:endonce",), drop_needle=True)
        call = self.call_method("_render", [nodes.Const(f"{parser.name}:{line}"), nodes.Tuple(named, "load")])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _render(self, place: str, named: tuple[Any, ...], caller: Callable[[], str]) -> str:
        once: Once | None = self.environment.once  # type: ignore[attr-defined]
        return once(place, named, caller) if once else caller()
