"""Starter content: the templates of a language filled with the answers, as a folder of content."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plugins.publishing.start.catalogue_words import read_areas
from plugins.publishing.start.countries import data_law, has_holidays, templates
from plugins.publishing.start.opening_hours import read_hours

# What is filled once for each area or service, and what is no content.
_REPEATED = ("area.md", "service.md")
_DATA = "kinds.yaml"
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def write_content(folder: Path, answers: Mapping[str, str], today: date) -> None:
    """Write a whole content into a new folder."""
    language = answers["language"]
    source = templates(language)
    environment = Environment(
        loader=FileSystemLoader(source),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # YAML takes what JSON quotes, and Markdown shows what stands behind a backslash.
    environment.filters |= {"yaml": _quoted, "markdown": lambda text: _MARKS.sub(r"\\\1", text)}
    areas = read_areas(answers["areas"], language)
    said = {
        **answers,
        "areas": areas,
        "hours": read_hours(answers["hours"]),
        "has_holidays": has_holidays(answers["country"]),
        "law": data_law(answers["country"]),
        "today": today,
    }
    for path in sorted(source.rglob("*.*")):
        name = path.relative_to(source)
        if str(name) not in (*_REPEATED, _DATA):
            _write(folder / name, environment.get_template(name.as_posix()).render(said))
    for number, area in enumerate(areas, 1):
        home = folder / "services" / area.slug
        _write(home / "index.md", environment.get_template("area.md").render(said, area=area, order=number * 10))
        for place, service in enumerate(area.services, 1):
            filled = environment.get_template("service.md").render(said, service=service, order=place * 10)
            _write(home / f"{service.slug}.md", filled)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
