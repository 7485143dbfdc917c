"""The reference of keys is complete, true to the models, and what `make keys` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from pydantic import BaseModel, ConfigDict, create_model

from plugins.content.base.examples import EXAMPLES, example_of
from plugins.content.base.model_keys import keys_of, models_in
from plugins.content.base.yaml_locations import parse_yaml
from plugins.content.keys.descriptions import EXPLANATIONS, LEFT_OUT
from plugins.content.keys.reference import DOCS, FILES, PAGES, written
from plugins.domain.base import Value
from plugins.domain.language import speak, spoken


def groups(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], type[BaseModel]]]:
    """A model and all those within it, each with the keys that lead there."""
    yield path, model
    for key, info in keys_of(model).items():
        for inner in models_in(info.annotation):
            yield from groups(inner, (*path, key))


GROUPS = [one for model in FILES.values() for one in groups(model, (model.__name__.lower(),))]
KEYS = [(path, model, key) for path, model in GROUPS for key in keys_of(model)]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return dict(written())


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_command_writes(name: str, pages: dict[str, str]) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "run make keys"


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_has_a_row_for_each_key(name: str, pages: dict[str, str]) -> None:
    rows = [line.split("`")[1] for line in pages[name].splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(key for _path, _model, key in KEYS)


def test_only_what_the_program_works_out_is_no_key() -> None:
    hidden = {
        f"{model.__name__}.{name}"
        for _path, model in GROUPS
        for name, info in model.model_fields.items()
        if (info.alias or name) not in keys_of(model)
    }
    of_clients = {"Testimonial.slug", "Testimonial.text", "Case.slug", "Case.text"}
    translated = {f"{name}.translated_address" for name in ("Post", "Page", "Area", "Service")}
    assert hidden == {"Area.services", "Holidays.national", "Identity.language_names"} | of_clients | translated


def test_no_explanation_is_of_a_key_that_is_gone() -> None:
    for table in (EXPLANATIONS, LEFT_OUT):
        for model, said in table.items():
            assert set(said) <= set(keys_of(model)), model


def test_each_key_of_the_reference_has_an_example() -> None:
    assert [".".join((*path, key)) for path, _model, key in KEYS if not example_of((*path, key))] == []


@pytest.mark.parametrize(("path", "model", "key"), KEYS, ids=lambda one: one if isinstance(one, str) else None)
def test_each_example_is_valid_for_its_key(path: tuple[str, ...], model: type[BaseModel], key: str) -> None:
    values = parse_yaml(Path("example.yaml"), example_of((*path, key))).values
    assert list(values) == [key]
    hints = get_type_hints(model, include_extras=True)
    hint = hints[next(name for name, info in model.model_fields.items() if (info.alias or name) == key)]
    alone = create_model("Alone", __config__=ConfigDict(**Value.model_config, populate_by_name=True), one=(hint, ...))
    alone.model_validate({"one": values[key]})


def test_no_example_is_of_a_key_that_is_gone() -> None:
    days = {"monday"}
    assert {one.split(".")[-1] for one in EXAMPLES} <= {key for _path, _model, key in KEYS} | days


def test_making_the_reference_leaves_the_language_as_it_was() -> None:
    before = spoken()
    try:
        written()
        assert spoken() is before
    finally:
        speak(before)
