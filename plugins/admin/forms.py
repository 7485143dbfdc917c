"""Form fields of the editor, generated from the pydantic models that validate the content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from plugins.admin.form_words import CHOICES, LABELS, LONG
from plugins.content.base.examples import example_of
from plugins.content.base.model_keys import keys_of, plain_type
from plugins.content.keys.descriptions import EXPLANATIONS, said_of
from plugins.domain.clock_ranges import ClockRange
from plugins.domain.language import N_, _

Field = dict[str, Any]
# The keys that lead to one, the name of the model first.
KeyPath = tuple[str, ...]
_QUOTE = '"'
# A number here and a day there.
_EITHER = ("min", "max")
_IMAGES = ("image", "logo", "logo_dark", "favicon", "portrait")
Choices = Mapping[str, Sequence[tuple[str, str]]]
_PATTERNS = {
    ClockRange: (
        r"^\s*\d\d:\d\d\s*[-–]\s*\d\d:\d\d(\s+[a-z0-9-]+)?\s*$",
        N_("Scrivi l’inizio e la fine, per esempio 09:00-13:00"),
    ),
    timedelta: (r"^\d{1,5}\s*[mhd]$", N_("Scrivi minuti, ore o giorni, per esempio 90m, 24h, 2d")),
}


@dataclass(frozen=True)
class Form:
    """How the models become fields: `choices` are the values that other files decide, by key (value and words)."""

    choices: Choices = field(default_factory=dict)

    def fields(self, model: type[BaseModel], but: Sequence[str] = ()) -> list[Field]:
        """A field for each key of a model but some, in the order of their labels.

        Keys that no form can hold have none, and stay as the file has them.
        """
        return self._sorted(model, (model.__name__.lower(),), but)

    def _sorted(self, model: type[BaseModel], path: KeyPath, but: Sequence[str] = ()) -> list[Field]:
        known = list(LABELS)
        return sorted(
            self._fields(model, path, but),
            key=lambda one: known.index(one["name"]) if one["name"] in known else len(known),
        )

    def _fields(self, model: type[BaseModel], path: KeyPath, but: Sequence[str]) -> Iterator[Field]:
        for key, info in keys_of(model).items():
            if key in but:
                continue
            whole = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
            made = self._field((*path, key), whole)
            if made and made["widget"] == "object" and not info.is_required():
                # Left empty it says nothing; half filled in, the check tells what is missing.
                made["fields"] = [one | {"required": False} for one in made["fields"]]
            if made:
                # In the editor's hints the signs of code would be seen as they are.
                said = said_of(EXPLANATIONS, model, key)
                words = _(said).replace("`", "") if said else ""
                hint = " ".join(one for one in (words, made.get("hint", "")) if one)
                yield made | {"required": info.is_required()} | ({"hint": hint} if hint else {})

    def _field(self, path: KeyPath, annotation: object) -> Field | None:
        key = path[-1]
        plain, limits = plain_type(annotation)
        widget = self._widget(path, plain, limits)
        if widget is None:
            return None
        named = {"name": key, "label": _(LABELS.get(key, "")) or key}
        typed = example_of(path).removeprefix(f"{key}: ")
        # A list is typed in here without its brackets.
        shown = widget["widget"] in ("string", "text", "number") and typed and typed[0] not in "[{"
        return named | ({"hint": _("Esempio: %(example)s", example=typed.strip(_QUOTE))} if shown else {}) | widget

    def _widget(self, path: KeyPath, plain: Any, limits: Mapping[str, Any]) -> Field | None:  # noqa: ANN401 - a type
        key = path[-1]
        if key == "when" and get_origin(plain) is dict:
            fields = [
                {"name": name, "label": words, "widget": "string", "required": False}
                for name, words in self.choices.get(key, ())
            ]
            return {"widget": "object", "collapsed": True, "fields": fields} if fields else None
        if key in self.choices:
            options = [{"value": value, "label": words} for value, words in self.choices[key]]
            return {"widget": "select", "options": options, "multiple": get_origin(plain) is tuple}
        if key in _IMAGES:
            # The key is relative to the content's folder, links in the text are not.
            return {"widget": "image", "public_folder": "images", "choose_url": False}
        origin, inner = get_origin(plain), get_args(plain)
        if key in _EITHER:
            return {"widget": "string"}
        if origin is Literal:
            return {
                "widget": "select",
                "options": [{"value": one, "label": _(CHOICES.get(one, "")) or one} for one in inner],
            }
        if origin is tuple:
            return self._list(path, inner[0], limits)
        if origin is dict and get_origin(inner[0]) is Literal:
            days = (self._field((*path, str(one)), inner[1]) for one in get_args(inner[0]))
            return {"widget": "object", "fields": [day | {"required": False} for day in days if day]}
        if not isinstance(plain, type):
            return None
        if issubclass(plain, BaseModel):
            return {"widget": "object", "collapsed": True, "fields": self._sorted(plain, path)}
        return _simple(key, plain, limits)

    def _list(self, path: KeyPath, item: object, limits: Mapping[str, Any]) -> Field | None:
        plain = plain_type(item)[0]
        fewest = {"min": limits["min_length"]} if limits.get("min_length") else {}
        if isinstance(plain, type) and issubclass(plain, BaseModel):
            fields = self._sorted(plain, path)
            shown = next((one["name"] for one in fields if one["name"] in ("title", "question", "label")), "")
            summary = {"summary": f"{{{{fields.{shown}}}}}"} if shown else {}
            return {"widget": "list", "collapsed": True, **fewest, **summary, "fields": fields}
        one = self._field(path, item)
        if one is None or path[-1] not in LONG:
            # Short words, typed in one line with commas between.
            return {"widget": "list", **fewest} if one else None
        return {"widget": "list", "collapsed": False, **fewest, "field": {**one, "name": "one"}}


def _simple(key: str, plain: type, limits: Mapping[str, Any]) -> Field | None:
    if plain is date:
        return {"widget": "datetime", "format": "YYYY-MM-DD", "date_format": "YYYY-MM-DD", "time_format": False}
    if plain is bool:
        return {"widget": "boolean"}
    if plain in (int, Decimal):
        return _number(plain, limits)
    if plain in _PATTERNS:
        shape, wrong = _PATTERNS[plain]
        return {"widget": "string", "pattern": [shape, _(wrong)]}
    if plain in (str, ZoneInfo):
        pattern = {"pattern": [limits["pattern"], _("Così non va: guarda l’esempio")]} if "pattern" in limits else {}
        return {"widget": "text" if key in LONG else "string", **pattern}
    return None


def _number(plain: type, limits: Mapping[str, Any]) -> Field:
    found: Field = {"widget": "number", "value_type": "int" if plain is int else "float"}
    least: dict[str, Callable[[Any], Any]] = {"ge": lambda bound: bound, "gt": lambda bound: bound + 1}
    for name, bound in least.items():
        if name in limits:
            found["min"] = bound(limits[name])
    if "le" in limits:
        found["max"] = limits["le"]
    if "multiple_of" in limits:
        found["step"] = limits["multiple_of"]
    return found
