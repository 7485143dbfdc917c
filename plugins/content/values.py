"""From a document to a value of the domain, every fault located and said."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from plugins.content.documents import Document
from plugins.content.examples import EXAMPLES
from plugins.content.faults import Fault
from plugins.content.validation import told
from plugins.domain.language import _

Model = TypeVar("Model", bound=BaseModel)


def _models(annotation: object) -> list[type[BaseModel]]:
    """The models inside a type such as `tuple[Meeting, ...]` or `Price | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a location of a model."""
    for step in location[:-1]:
        if isinstance(step, int):
            continue
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        inner = _models(fields[step].annotation) if step in fields else []
        if not inner:
            return []
        model = inner[0]
    return [info.alias or name for name, info in model.model_fields.items()]


@cache
def _optional(model: type[BaseModel]) -> Mapping[str, bool]:
    """The keys of a model, and whether each may be left out."""
    return {info.alias or name: not info.is_required() for name, info in model.model_fields.items()}


@cache
def _inner(model: type[BaseModel]) -> Mapping[str, type[BaseModel]]:
    """The models that stand at the keys of a model."""
    found = ((info.alias or name, _models(info.annotation)) for name, info in model.model_fields.items())
    return {key: models[0] for key, models in found if models}


def _filled(values: Any, model: type[BaseModel]) -> Any:  # noqa: ANN401 - YAML holds any value
    """The values without the optional ones that are empty, which say the same as those left out."""
    if isinstance(values, list):
        return [_filled(value, model) for value in values]
    if not isinstance(values, dict):
        return values
    optional, inner = _optional(model), _inner(model)
    return {
        key: _filled(value, inner[key]) if key in inner else value
        for key, value in values.items()
        if value not in (None, "") or not optional.get(key)
    }


def _words(error: ErrorDetails, model: type[BaseModel]) -> str:
    location = tuple(error["loc"])
    names = [str(part) for part in location if isinstance(part, str) and part != "[key]"]
    key = names[-1] if names else ""
    own = error["type"] == "value_error"
    words = told(error)
    if key:
        words = (
            _("«%(key)s»: %(fault)s", key=key, fault=words) if own else _("«%(key)s» %(fault)s", key=key, fault=words)
        )
    if error["type"] == "extra_forbidden":
        near = get_close_matches(key, _keys(model, location), 1)
        return f"{words} {_('Forse «%(key)s»?', key=near[0])} {_example([near[0]])}".rstrip() if near else words
    return words if own else f"{words} {_example(names)}"


def _example(names: list[str]) -> str:
    """The example of the innermost key that has one."""
    known = [name for name in reversed(names) if name in EXAMPLES]
    return _("Esempio: %(example)s", example=_(EXAMPLES[known[0]])) if known else ""


def read_value(document: Document, model: type[Model], faults: list[Fault], **given: Any) -> Model | None:  # noqa: ANN401
    """Validate a document as a model; adds to `faults` and returns None when it is not one.

    `given` are values the file's place decides, such as the slug; they yield to what the file says.
    """
    try:
        return model.model_validate({**given, **_filled(document.values, model)})
    except ValidationError as error:
        for one in error.errors():
            location = tuple(one["loc"])
            if location and location[0] in given and location[0] not in document.values:
                faults.append(Fault(document.path, 1, _name_of_file(document, str(location[0]))))
            else:
                faults.append(document.fault(location, _words(one, model).strip()))
        return None


def _name_of_file(document: Document, key: str) -> str:
    named = document.path.parent.name if key == "area" or document.path.stem == "index" else document.path.name
    if named == document.path.parent.name:
        return _(
            "Il nome della cartella «%(name)s» non va bene per un indirizzo. "
            "Usa minuscole senza accenti, cifre e trattini. Esempio: tre-modi-di-dire-no.md",
            name=named,
        )
    return _(
        "Il nome del file «%(name)s» non va bene per un indirizzo. "
        "Usa minuscole senza accenti, cifre e trattini. Esempio: tre-modi-di-dire-no.md",
        name=named,
    )
