"""Template translation: the messages of templates, translated once at compile time.

A page takes no longer for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jinja2 import Environment, FileSystemBytecodeCache, nodes
from jinja2.ext import InternationalizationExtension
from jinja2.lexer import Token, TokenStream

from plugins.content.templates.template_compiler import OutputCompiler
from plugins.domain.language import _, ngettext, spoken

_NAMED = re.compile(r"""\{%-?\s*(?:extends|include|from|import)\s+["']([^"']+)["']""")
_PLACE = re.compile(r"%\((\w+)\)s")


class Words(InternationalizationExtension):
    """Translation extension of Jinja: `{% trans %}` holds HTML and `_("…")` plain text, translated when compiled.

    Only plural forms, and a text that names something, are looked up as they are said.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.code_generator_class = OutputCompiler
        environment.newstyle_gettext = True  # type: ignore[attr-defined]
        environment.globals.update(_=_, ngettext=ngettext, spoken=spoken)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Put the translation of each `_("…")` in its place."""
        held: list[Token] = []
        for token in stream:
            held.append(token)
            if not _begins_as_a_call(held):
                yield from held
                held = []
            elif len(held) == 4:
                yield Token(held[0].lineno, "string", _(held[2].value))
                held = []
        yield from held

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Output:
        if plural is not None or context is not None:
            raise NotImplementedError("plural forms are said by ngettext(), and no message has a context")
        # Pieces of text at even places, names of what stands between them at odd ones.
        pieces = _PLACE.split(spoken().catalogue.gettext(singular))
        return nodes.Output(
            [
                variables[piece] if place % 2 else nodes.TemplateData(piece.replace("%%", "%"))
                for place, piece in enumerate(pieces)
                if piece
            ]
        )


def _begins_as_a_call(tokens: list[Token]) -> bool:
    kinds = ("name", "lparen", "string", "rparen")
    return tokens[0].value == "_" and all(token.type == kind for token, kind in zip(tokens, kinds, strict=False))


def named(source: str) -> set[str]:
    """The templates that the text of one names: what it extends, includes and imports."""
    return set(_NAMED.findall(source))


class CompiledTemplates(FileSystemBytecodeCache):
    """Bytecode cache of templates in a folder, each good for the language it was compiled in.

    What a filter makes of a constant is compiled too: `code` stands for the programs, another one for others.
    """

    def __init__(self, folder: str, code: str) -> None:
        super().__init__(folder)
        self.code = code

    def __repr__(self) -> str:
        # Builds tell by it whether their settings are those of the last one.
        return f"CompiledTemplates({self.code!r})"

    def get_source_checksum(self, source: str) -> str:
        """Another one where the template or a message of the language is another."""
        return super().get_source_checksum(f"{spoken().version} {self.code}\n{source}")
