"""The sample content keeps to its own brief."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.content.base.yaml_locations import read_yaml
from plugins.content.translations import content_language, in_language
from tests.building import CONTENT, OWN_CONTENT

pytestmark = pytest.mark.sample_content
DOCUMENTS = sorted(CONTENT.rglob("*.md"))
SERVICES = [path for path in sorted(CONTENT.glob("services/*/*.md")) if path.name != "index.md"]
POSTS = sorted(CONTENT.glob("blog/*.md"))


def parts(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(CONTENT)))
def test_every_document_has_a_title_and_a_body(path: Path) -> None:
    front, body = parts(path)
    assert (front.get("title") or front["who"]).strip()
    assert body.strip() or path.parent.name == "pages"


def test_there_are_three_areas_and_eight_services() -> None:
    assert len({path.parent for path in SERVICES}) == 3
    assert len(SERVICES) == 8


def test_every_service_books_a_meeting_that_exists() -> None:
    availability = yaml.safe_load((CONTENT / "availability.yaml").read_text(encoding="utf-8"))
    meetings = {meeting["slug"] for meeting in availability["meetings"]}
    assert {parts(path)[0]["meeting"] for path in SERVICES} <= meetings


def test_every_post_names_a_service_that_exists() -> None:
    slugs = {path.stem for path in SERVICES}
    assert len(POSTS) >= 6
    assert {parts(path)[0]["service"] for path in POSTS} <= slugs


def test_the_first_article_has_between_650_and_800_words() -> None:
    _, body = parts(CONTENT / "blog" / "chi-e-un-assistente-virtuale.md")
    words = re.sub(r"<[^>]+>|\]\([^)]*\)", " ", body).split()
    assert 650 <= len(words) <= 800


def test_the_sample_vat_number_passes_its_checksum() -> None:
    identity = yaml.safe_load((CONTENT / "identity.yaml").read_text(encoding="utf-8"))
    digits = [int(digit) for digit in identity["vat_number"]]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    assert len(digits) == 11
    assert (sum(digits[0::2]) + sum(doubled)) % 10 == 0


def test_the_tests_sample_is_the_sample_in_its_own_language() -> None:
    def files(root: Path) -> dict[str, bytes]:
        found = (path for path in root.rglob("*") if path.is_file() and not path.name.endswith(".en.md"))
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if path.suffix != ".yaml"}

    assert files(OWN_CONTENT) == files(CONTENT)
    language = content_language(read_yaml(OWN_CONTENT, Path("identity.yaml")))
    for name in map(Path, ("identity.yaml", "availability.yaml")):
        assert in_language(read_yaml(OWN_CONTENT, name), language).values == read_yaml(CONTENT, name).values


def test_every_text_of_the_sample_is_in_english_too() -> None:
    assert [
        path for path in DOCUMENTS if not (OWN_CONTENT / path.relative_to(CONTENT)).with_suffix(".en.md").is_file()
    ] == []
