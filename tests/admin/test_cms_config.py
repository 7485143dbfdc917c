"""The editor's forms are the models that check the content, whatever keys these have."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from plugins.admin.cms_config import configuration
from plugins.admin.form_words import CHOICES, LABELS
from plugins.admin.forms import Form
from plugins.content.front_matter import Page, Post
from plugins.content.office_reader import read_office
from plugins.content.site import read_site
from plugins.domain import testimonials
from plugins.domain.availability import Availability, Meeting
from plugins.domain.catalogue import Area, Service
from plugins.domain.clock_ranges import WEEKDAYS
from plugins.domain.identity import Identity
from plugins.domain.questions import Question
from plugins.domain.testimonials import Case
from tests.building import CONTENT, edit

# A form cannot hold what has keys of the owner's own choice: these stay as the file has them.
WITHOUT_FORM = {"social"}
MODELS = [Post, Page, Area, Service, testimonials.Testimonial, Case, Availability, Identity]
# Worked out by the reader.
READ = {"language_names", "text", "translated_address"}
# Decided by where a file lies.
PLACE = {"slug", "area", "services"}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return configuration({"backend": {"name": "github"}}, read_site(CONTENT), "https://example.org", CONTENT)


def fields(told: dict[str, Any], file: str) -> dict[str, dict[str, Any]]:
    """The fields of the form for a file or a folder, by their names."""
    forms = [*told["collections"], *(one for group in told["collections"] for one in group.get("files", ()))]
    found = next(one for one in forms if file in (one.get("file"), one.get("folder")))
    return {one["name"]: one for one in found["fields"]}


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("content/blog", Post),
        ("content/pages", Page),
        ("content/services/micro/index.md", Area),
        ("content/services/micro/posta-e-telefono.md", Service),
        ("content/testimonials", testimonials.Testimonial),
        ("content/cases", Case),
    ],
)
def test_editor_form_has_a_field_for_every_document_key(
    told: dict[str, Any], file: str, model: type[BaseModel]
) -> None:
    keys = {info.alias or name for name, info in model.model_fields.items()}
    assert set(fields(told, file)) == keys - PLACE - READ | {"body"}
    assert fields(told, file)["title" if "title" in keys else "who"]["required"]


def test_new_words_of_a_client_wait_as_a_draft(told: dict[str, Any]) -> None:
    for folder in ("content/testimonials", "content/cases"):
        assert fields(told, folder)["status"]["default"] == "draft"
    found = next(one for one in told["collections"] if one["name"] == "testimonials")
    # Where the editor takes a title for the name of a file, these have none.
    assert (found["identifier_field"], found["create"]) == ("who", True)


@pytest.mark.parametrize(("name", "model"), [("availability", Availability), ("identity", Identity)])
def test_editor_form_has_a_field_for_every_settings_file_key(
    told: dict[str, Any], name: str, model: type[BaseModel]
) -> None:
    found = fields(told, f"content/{name}.yaml")
    assert set(found) == {info.alias or key for key, info in model.model_fields.items()} - WITHOUT_FORM - READ
    assert {key for key, one in found.items() if one["required"]} == {
        info.alias or key for key, info in model.model_fields.items() if info.is_required()
    }


def test_every_file_of_the_content_can_be_edited(told: dict[str, Any]) -> None:
    files = {one["file"] for group in told["collections"] for one in group.get("files", ())}
    folders = {group["folder"] for group in told["collections"] if "folder" in group}
    for path in sorted(CONTENT.rglob("*")):
        name = path.relative_to(CONTENT.parent)
        if path.suffix in {".md", ".yaml"}:
            assert name.as_posix() in files or name.parent.as_posix() in folders, name


def test_the_limits_of_a_form_are_those_of_the_model(told: dict[str, Any]) -> None:
    meetings = {one["name"]: one for one in fields(told, "content/availability.yaml")["meetings"]["fields"]}
    assert (meetings["minutes"]["min"], meetings["minutes"]["max"], meetings["minutes"]["step"]) == (1, 1440, 5)
    assert [one["value"] for one in meetings["where"]["options"]] == ["video", "phone", "in_person"]
    assert fields(told, "content/availability.yaml")["meetings"]["min"] == 1


def test_what_another_file_decides_is_chosen_from_it(told: dict[str, Any]) -> None:
    site = read_site(CONTENT)
    service = fields(told, "content/services/micro/posta-e-telefono.md")
    assert [one["value"] for one in service["meeting"]["options"]] == [
        meeting.slug for meeting in site.office.availability.meetings
    ]
    assert {one["value"] for one in fields(told, "content/blog")["service"]["options"]} == {
        one.slug for one in site.office.catalogue.services
    }


def test_words_by_language_have_a_field_for_each(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "identity.yaml", "claim: ", "claim:\n  en: In English\n  it: ")
    edit(content / "availability.yaml", "title: ", "title: {it: Prova, en: Trial} # ")
    assert "en" in read_office(content).identity.languages
    for name in ("pages/home", "services/micro/posta-e-telefono"):
        (content / f"{name}.en.md").write_text("---\ntitle: In English\n---\n", encoding="utf-8")
    told = configuration({}, read_site(content), "", content)
    claim = fields(told, "content/identity.yaml")["claim"]
    assert claim["widget"] == "object"
    assert [(one["name"], one["label"], one["widget"], one["required"]) for one in claim["fields"]] == [
        ("it", "italiano", "text", True),
        ("en", "English", "text", False),
    ]
    assert fields(told, "content/identity.yaml")["brand"]["widget"] == "string"
    # One kind of meeting says its title by language, and the others do not: all of them stay as the file has them.
    kinds = {one["name"] for one in fields(told, "content/availability.yaml")["meetings"]["fields"]}
    assert "title" not in kinds
    assert "minutes" in kinds
    service = fields(told, "content/services/micro/posta-e-telefono.en.md")
    assert service["title"]["required"] is False
    beside = next(one for one in told["collections"] if one["name"] == "blog-en")
    assert (beside["folder"], beside["extension"], beside["create"]) == ("content/blog", "en.md", False)
    assert not any(one["required"] for one in beside["fields"])


def each(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in fields:
        yield one
        yield from each(one.get("fields", []))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_and_every_choice_has_its_words_in_italian(model: type[BaseModel]) -> None:
    found = list(each(Form().fields(model, ["area", "services"])))
    assert {one["name"] for one in found} <= set(LABELS)
    assert {option["value"] for one in found for option in one.get("options", ())} <= set(CHOICES)


def test_what_the_setting_says_is_said_to_the_editor(told: dict[str, Any]) -> None:
    assert told["backend"] == {"name": "github"}
    assert (told["site_url"], told["media_folder"]) == ("https://example.org", str(Path("content") / "images"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_a_form_explains_itself(model: type[BaseModel]) -> None:
    # The days of a week are all alike, and so are the lines of a list.
    unexplained = [
        one for one in each(Form().fields(model)) if "hint" not in one and one["name"] not in (*WEEKDAYS, "one")
    ]
    assert unexplained == []


def test_a_field_is_explained_by_the_reference_of_keys(told: dict[str, Any]) -> None:
    notice = fields(told, "content/availability.yaml")["notice"]
    assert notice["hint"] == "Il preavviso: quanto tempo prima bisogna prenotare, come minimo. Esempio: 24h"
    closures = fields(told, "content/availability.yaml")["closures"]["fields"]
    assert next(one for one in closures if one["name"] == "from")["hint"] == "Il primo giorno chiuso."


def test_the_form_has_a_field_for_each_deciding_question() -> None:
    fields = Form({"when": [("azienda", "Hai un’azienda?")]}).fields(Meeting)
    questions = next(one for one in fields if one["name"] == "questions")["fields"]
    when = next(one for one in questions if one["name"] == "when")
    assert [(one["name"], one["label"], one["widget"]) for one in when["fields"]] == [
        ("azienda", "Hai un’azienda?", "string")
    ]
    assert next(one for one in questions if one["name"] == "max")["widget"] == "string"
    # What the editor writes there is read as it is meant.
    typed = {"key": "q", "label": "Q", "when": {"azienda": "true", "temi": ""}, "max": "10"}
    assert Question.model_validate(typed).when == {"azienda": (True,)}
