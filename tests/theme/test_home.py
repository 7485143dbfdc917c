"""The home page is the content's: areas of any number wear the palette in turn, and a picture replaces the drawing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from jinja2 import Environment, FileSystemLoader

from plugins.content.templates.template_filters import jinja_filters
from plugins.content.templates.template_translation import Words
from plugins.publishing.checks.check import check
from tests.building import CONTENT, ROOT, build, edit

TEMPLATE = """{% from "macros/words.html" import tone with context %}
{% for area in office.catalogue.areas %}{{ tone(area.slug) }} {% endfor %}"""


@pytest.mark.parametrize(
    ("colours", "tones"),
    [
        ([], []),
        ([None], [1]),
        ([None, None, None, None, None], [1, 2, 1, 2, 1]),
        (["second", None, "both", "first"], [2, 2, 3, 1]),
    ],
)
def test_areas_wear_what_they_say_or_take_turns(colours: list[str | None], tones: list[int]) -> None:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "theme" / "templates"), autoescape=True, extensions=[Words]
    )
    environment.filters.update(jinja_filters(ZoneInfo("Europe/Rome")))
    areas = [SimpleNamespace(slug=f"area-{number}", colour=colour) for number, colour in enumerate(colours)]
    office = SimpleNamespace(catalogue=SimpleNamespace(areas=areas))
    said = environment.from_string(TEMPLATE).render(office=office)
    assert said.split() == [f"tone-{tone}" for tone in tones]


def test_a_picture_of_the_home_page_replaces_the_drawing(tmp_path: Path) -> None:
    plain = Path(shutil.copytree(CONTENT, tmp_path / "plain" / "content"))
    edit(plain / "identity.yaml", "portrait: images/ritratto.svg\n", "")
    content = Path(shutil.copytree(CONTENT, tmp_path / "pictured" / "content"))
    picture = "image: images/scrivania.svg\nimage_alt: La mia scrivania\n"
    edit(content / "pages" / "home.md", "slug: home\n", f"slug: home\n{picture}")
    assert check(content).errors == ()
    homes = {}
    for folder in (plain, content):
        output = tmp_path / folder.parent.name / "output"
        done = build(folder, output, "pelicanconf.py", "-e", f'CACHE_PATH="{output}-cache"', "SEARCH_INDEX=false")
        assert done.returncode == 0, done.stderr
        homes[folder] = (output / "index.html").read_text(encoding="utf-8")
    assert '<svg class="desk"' in homes[plain]
    assert '<svg class="desk"' not in homes[content]
    assert '<div class="person person-compact">' in homes[content]
    assert re.search(r'<div class="hero-picture"><svg role="img" aria-label="La mia scrivania" width', homes[content])
    # As the sample says it: its third area lies across, in both colours.
    assert re.findall(r"label path (tone-\d)", homes[plain]) == ["tone-1", "tone-2", "tone-3"]
