"""The manifest names icons that are there, of the size it says: the owner's own, or the initial of her brand."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from plugins.content.colours.tokens import apply_palette, colours_of
from plugins.content.office_reader import read_office
from plugins.content.pictures.brand import BrandPicture
from plugins.discovery.site_icons import DRAWN, TOUCH, icons, initial
from plugins.discovery.web_manifest import manifest
from tests.building import CONTENT, ROOT, copy_checkout

THEME = ROOT / "theme"
RED = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#C00000"/></svg>'
PNGS = {"icons/192.png": 192, "icons/512.png": 512, TOUCH: 180}


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB")


def test_the_manifest_is_hers_and_its_icons_are_there(published: Path) -> None:
    said = json.loads((published / "manifest.webmanifest").read_text(encoding="utf-8"))
    assert said["name"] == read_office(CONTENT).identity.brand
    assert said["lang"] == "it"
    for icon in said["icons"]:
        file = published / icon["src"]
        assert file.is_file()
        if icon["type"] == "image/png":
            with Image.open(file) as image:
                assert f"{image.width}x{image.height}" == icon["sizes"]
    home = (published / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'rel="icon" href="[^"]+example/([^"]+)" type="image/svg\+xml"', home) == [DRAWN]


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
    sample = read_office(CONTENT)
    office = replace(sample, identity=sample.identity.model_copy(update={"brand": brand}))
    said = json.loads(manifest(office, colours_of(ROOT / "theme")))
    assert (said["name"], said.get("short_name")) == (brand, short)


def test_icons_are_complete_and_identical_on_each_drawing() -> None:
    made, is_own = icons(THEME, "Prova", None, CONTENT)
    assert (made, is_own) == icons(THEME, "Prova", None, CONTENT)
    assert set(made) == {*PNGS, DRAWN}
    assert {name: opened(made[name]).size for name in PNGS} == {name: (size, size) for name, size in PNGS.items()}


def test_without_an_own_one_the_initial_wears_the_palette(tmp_path: Path) -> None:
    theme = copy_checkout(tmp_path, "theme") / "theme"
    first = icons(theme, "Prova", None, CONTENT)[0]
    apply_palette(theme, "forest")
    second = icons(theme, "«qua»", None, CONTENT)[0]
    for made, letter in ((first, "P"), (second, "Q")):
        assert f">{letter}</text>" in made[DRAWN].decode()
    macro = ImageColor.getrgb(colours_of(theme)["macro"])
    assert opened(second["icons/512.png"]).getpixel((0, 0)) == macro != opened(first["icons/512.png"]).getpixel((0, 0))


@pytest.mark.parametrize(
    ("brand", "letter"), [("Studio", "S"), ("«àncora»", "À"), ("42 passi", "4"), ("★", "★"), ("ß", "S")]
)
def test_the_initial_is_the_first_letter_or_figure(brand: str, letter: str) -> None:
    assert initial(brand) == letter


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_owners_icon_stands_whole_in_all_sizes(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"icona.{form}"
    if form == "svg":
        file.write_text(RED, encoding="utf-8")
    else:
        Image.new("RGB", (20, 10), "#C00000").save(file)
    made, is_own = icons(THEME, "Prova", BrandPicture(file.name, 20, 10), tmp_path)
    assert is_own
    assert set(made) == set(PNGS)
    for name, size in PNGS.items():
        image = opened(made[name])
        assert image.getpixel((size // 2, size // 2)) == (0xC0, 0, 0)
        assert image.getpixel((size // 2, size // 4)) == image.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "svg", ["<svg", "<svg xmlns='http://www.w3.org/2000/svg'>" + "<g>" * 20_000 + "</g>" * 20_000 + "</svg>"]
)
def test_an_icon_that_cannot_be_drawn_leaves_the_initial(tmp_path: Path, svg: str) -> None:
    (tmp_path / "icona.svg").write_text(svg, encoding="utf-8")
    made, is_own = icons(THEME, "Prova", BrandPicture("icona.svg", 20, 10), tmp_path)
    assert not is_own
    assert made["icons/192.png"] == icons(THEME, "Prova", None, CONTENT)[0]["icons/192.png"]


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
