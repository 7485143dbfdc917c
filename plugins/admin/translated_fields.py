"""Form fields of what a site says in several languages: a field for each language within one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from plugins.admin.forms import Field

# A code and its own name, the site's own language first.
Languages = Sequence[tuple[str, str]]
_KEPT = ("name", "label", "hint", "required")


def by_language(fields: Iterable[Field], values: Iterable[object], languages: Languages) -> list[Field]:
    """The fields of a form, those whose values a file has by language with a field for each language.

    `values` are all that the form may show: one for a file, one for each item of a list. What is by language in some of
    them and not in others has no field, and stays as the file has it.
    """
    shown = [value for value in values if isinstance(value, Mapping)]
    found = (
        _by_language(one, [value[one["name"]] for value in shown if one["name"] in value], languages) for one in fields
    )
    return [one for one in found if one is not None]


def _by_language(field: Field, values: list[Any], languages: Languages) -> Field | None:
    told = [value for value in values if _is_by_language(value, languages)]
    if told:
        return _in_each(field, languages) if len(told) == len(values) else None
    items = [item for value in values if isinstance(value, list) for item in value]
    if field["widget"] == "list" and "fields" not in field:
        return None if any(_is_by_language(item, languages) for item in items) else field
    if "fields" in field:
        return field | {
            "fields": by_language(field["fields"], items if field["widget"] == "list" else values, languages)
        }
    return field


def _is_by_language(value: object, languages: Languages) -> bool:
    codes = [code for code, _name in languages]
    return isinstance(value, Mapping) and codes[0] in value and value.keys() <= {*codes}


def _in_each(field: Field, languages: Languages) -> Field:
    inner = {key: value for key, value in field.items() if key not in _KEPT}
    own = languages[0][0]
    parts = [
        inner | {"name": code, "label": name, "required": field["required"] and code == own} for code, name in languages
    ]
    kept = {key: field[key] for key in _KEPT if key in field}
    return kept | {"widget": "object", "collapsed": False, "fields": parts}
