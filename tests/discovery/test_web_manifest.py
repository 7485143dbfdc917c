"""The manifest names icons that are there, of the size it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from plugins.content.colours.tokens import colours_of
from plugins.content.office_reader import read_office
from plugins.discovery.web_manifest import TOUCH, icons, manifest
from tests.building import CONTENT, ROOT


def test_the_manifest_is_hers_and_its_icons_are_there(published: Path) -> None:
    said = json.loads((published / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert said["name"] == read_office(CONTENT).identity.brand
    assert said["lang"] == "it"
    for icon in said["icons"]:
        file = published / icon["src"].lstrip("/")
        assert file.is_file()
        if icon["type"] == "image/png":
            with Image.open(file) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]


@pytest.mark.parametrize(
    ("brand", "short"),
    [
        ("Stessa Maglia", "Stessa Maglia"),
        ("Studio di consulenza organizzativa della dottoressa Prova", "Studio di"),
        ("Precipitevolissimevolmente", None),
        ("Студия Мир", "Студия Мир"),
    ],
)
def test_the_short_name_fits_below_an_icon(brand: str, short: str | None) -> None:
    identity = read_office(CONTENT).identity.model_copy(update={"brand": brand})
    said = json.loads(manifest(identity, colours_of(ROOT / "theme")))
    assert (said["name"], said.get("short_name")) == (brand, short)


def test_manifest_icons_are_complete_and_identical_on_each_drawing() -> None:
    colours = colours_of(ROOT / "theme")
    assert icons(colours) == icons(colours)
    assert set(icons(colours)) == {"icons/192.png", "icons/512.png", TOUCH}


def test_nothing_is_drawn_outside_the_circle_a_launcher_may_cut(published: Path) -> None:
    with Image.open(published / "icons" / "192.png") as file:
        image = file.convert("RGB")
    paper = image.getpixel((0, 0))
    centre, radius = 96, 0.4 * 192
    outside = [
        image.getpixel((x, y))
        for x in range(192)
        for y in range(192)
        if (x - centre) ** 2 + (y - centre) ** 2 > (radius + 1) ** 2
    ]
    assert set(outside) == {paper}
