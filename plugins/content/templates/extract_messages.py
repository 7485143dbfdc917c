"""Message extraction (gettext): strings of code and templates into the catalogues (`make messages`)."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from plugins.content.broken_pipe import run_command
from plugins.content.locale import LOCALES, faults
from plugins.content.templates.template_fragments import Fragments

TEMPLATE = "maglia.pot"
_ROOT = LOCALES.parents[1]
_TEMPLATES = {
    "newstyle_gettext": "true",
    "silent": "false",
    "extensions": f"{Fragments.__module__}.{Fragments.__qualname__}",
}
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
# Other ones at each run, without a message being another.
_DATED = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")


def extracted() -> Catalog:
    """Every message of the code and the templates, with the files that say it."""
    catalogue = Catalog(project="Maglia", version="1", fuzzy=False, header_comment="# The words of the interface.")
    found = sorted(_messages(), key=lambda one: (one[0], one[1]))
    for file, _line, message, context in found:
        catalogue.add(message, locations=[(file, 0)], context=context)
    return catalogue


def _messages() -> Iterator[tuple[str, int, str | tuple[str, ...], str | None]]:
    for path in sorted((_ROOT / "plugins").rglob("*.py")):
        for line, message in said_by(path.read_text(encoding="utf-8")):
            yield path.relative_to(_ROOT).as_posix(), line, message, None
    folder = "theme/templates"
    read = extract_from_dir(_ROOT / folder, [("**.html", "jinja2")], {"**.html": _TEMPLATES}, keywords=_KEYWORDS)
    for file, line, message, _comments, context in read:
        yield f"{folder}/{Path(file).as_posix()}", line, message, context


def said_by(code: str) -> Iterator[tuple[int, str | tuple[str, ...]]]:
    """The messages of a module with their lines.

    By its syntax tree: where Python is older than 3.12, Babel's own reader finds none within an f-string.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KEYWORDS:
            forms = node.args[: len(_KEYWORDS[node.func.id] or (1,))]
            said = tuple(one.value for one in forms if isinstance(one, ast.Constant) and isinstance(one.value, str))
            if said:
                yield node.lineno, said if len(said) > 1 else said[0]


def merged(code: str, template: Catalog) -> Catalog:
    """The catalogue of a language with the messages there are now; what it had for those that are alike is a guess."""
    with (LOCALES / f"{code}.po").open("rb") as file:
        catalogue = read_po(file, locale=code.replace("-", "_"))
    catalogue.update(template, update_header_comment=False, update_creation_date=False)
    return catalogue


def written(catalogue: Catalog) -> str:
    """A catalogue as its file says it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, ignore_obsolete=True)
    lines = file.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(tuple(f'"{name}:' for name in _DATED)))


def main() -> int:
    """Write the template and bring every language up to date; say what is left to translate."""
    template = extracted()
    (LOCALES / TEMPLATE).write_text(written(template), encoding="utf-8")
    print(f"{TEMPLATE}: {len(template)} messages")
    for path in sorted(LOCALES.glob("*.po")):
        catalogue = merged(path.stem, template)
        path.write_text(written(catalogue), encoding="utf-8")
        left = faults(catalogue)
        print(f"{path.name}: {len(left)} left", *left, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
