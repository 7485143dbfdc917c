"""Parsing: validates a document as a model, every fault located and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from plugins.content.base.examples import example
from plugins.content.base.faults import Fault
from plugins.content.base.model_keys import keys_of, models_in
from plugins.content.base.validation import UNKNOWN, told
from plugins.content.base.yaml_locations import Document, Location
from plugins.domain.language import _

Model = TypeVar("Model", bound=BaseModel)
# Keys of other generators (Jekyll, Hugo, Pelican, Eleventy), by what says the same here.
_ELSEWHERE = {
    **dict.fromkeys(("draft", "published"), "status"),
    **dict.fromkeys(("excerpt", "description", "subtitle"), "summary"),
    **dict.fromkeys(("lastmod", "updated", "last_modified_at"), "modified"),
    **dict.fromkeys(("permalink", "url", "redirect_from"), "aliases"),
    **dict.fromkeys(("cover", "thumbnail", "featured_image", "hero"), "image"),
    **dict.fromkeys(("categories", "section"), "category"),
    **dict.fromkeys(("keywords", "tag"), "tags"),
}


def _keys(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that may stand at a location of a model."""
    for step in location[:-1]:
        if isinstance(step, int):
            continue
        if step not in _inner(model):
            return []
        model = _inner(model)[step]
    return list(keys_of(model))


@cache
def _optional(model: type[BaseModel]) -> Mapping[str, bool]:
    """The keys of a model, and whether each may be left out."""
    return {key: not info.is_required() for key, info in keys_of(model).items()}


@cache
def _worked_out(model: type[BaseModel]) -> frozenset[str]:
    """The fields of a model that the program works out itself, and no file may say."""
    return frozenset(name for name, info in model.model_fields.items() if info.exclude)


@cache
def _inner(model: type[BaseModel]) -> Mapping[str, type[BaseModel]]:
    """The models that stand at the keys of a model."""
    found = ((key, models_in(info.annotation)) for key, info in keys_of(model).items())
    return {key: models[0] for key, models in found if models}


def _filled(values: Any, model: type[BaseModel]) -> Any:  # noqa: ANN401 - YAML holds any value
    """The values without the optional ones that are empty, which say the same as those left out.

    What no file may say is left out too, for the faults to tell.
    """
    if isinstance(values, list):
        return [_filled(value, model) for value in values]
    if not isinstance(values, dict):
        return values
    optional, inner = _optional(model), _inner(model)
    return {
        key: _filled(value, inner[key]) if key in inner else value
        for key, value in values.items()
        if key not in _worked_out(model) and (value not in (None, "") or not optional.get(key))
    }


def _unwritten(values: Any, model: type[BaseModel], at: Location = ()) -> Iterator[Location]:  # noqa: ANN401
    """Where a file says what the program works out itself."""
    if isinstance(values, list):
        for index, value in enumerate(values):
            yield from _unwritten(value, model, (*at, index))
    if not isinstance(values, dict):
        return
    for key, value in values.items():
        if key in _worked_out(model):
            yield (*at, key)
        elif key in _inner(model):
            yield from _unwritten(value, _inner(model)[key], (*at, key))


def _words(error: ErrorDetails, model: type[BaseModel]) -> str:
    location = tuple(error["loc"])
    names = [str(part) for part in location if isinstance(part, str) and part != "[key]"]
    key = names[-1] if names else ""
    if error["type"] == "extra_forbidden":
        return _unknown(key, location, model)
    own = error["type"] == "value_error"
    words = told(error)
    if key:
        words = (
            _("«%(key)s»: %(fault)s", key=key, fault=words) if own else _("«%(key)s» %(fault)s", key=key, fault=words)
        )
    return words if own else f"{words} {_example(names, model)}"


def _unknown(key: str, location: Location, model: type[BaseModel]) -> str:
    """What to say of a key that is none: the one that was likely meant, and all that may stand there."""
    known = _keys(model, location)
    said = [_("«%(key)s» %(fault)s", key=key, fault=_(UNKNOWN))]
    meant = _ELSEWHERE.get(key.lower())
    near = [meant] if meant in known else get_close_matches(key, known, 1)
    said += [_("Forse «%(key)s»?", key=one) for one in near]
    said += [_("Le chiavi qui sono: %(keys)s.", keys=", ".join(known))] if known else []
    outer = [part for part in location[:-1] if isinstance(part, str)]
    said += [_example([*outer, one], model) for one in near]
    return " ".join(one for one in said if one)


def _example(names: list[str], model: type[BaseModel]) -> str:
    """The example of the innermost key that has one."""
    found = example([model.__name__.lower(), *names])
    return _("Esempio: %(example)s", example=found) if found else ""


def read_value(document: Document, model: type[Model], faults: list[Fault], **given: Any) -> Model | None:  # noqa: ANN401
    """Validate a document as a model; adds to `faults` and returns None when it is not one.

    `given` are values the file's place decides, such as the slug; they yield to what the file says.
    """
    unwritten = tuple(_unwritten(document.values, model))
    faults.extend(document.fault(location, _unknown(str(location[-1]), location, model)) for location in unwritten)
    try:
        value = model.model_validate({**given, **_filled(document.values, model)})
    except ValidationError as error:
        for one in error.errors():
            location = tuple(one["loc"])
            if one["type"] == "too_short" and one["input"]:
                continue  # entries there are: what is wrong with each is told
            if location and location[0] in given and location[0] not in document.values:
                faults.append(Fault(document.path, 1, _name_of_file(document, str(location[0]))))
            else:
                faults.append(document.fault(location, _words(one, model).strip()))
        return None
    return None if unwritten else value


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
