"""The styles keep their rules: short files, one order of layers, raw values in tokens only, pairs that can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.content.colours.contrast import contrast
from plugins.content.colours.look import look_of
from plugins.content.templates.template_filters import stylesheet

THEME = Path(__file__).parents[2] / "theme"
CSS = THEME / "static" / "css"
FILES = sorted(CSS.rglob("*.css"))
ORDER = ("reset", "tokens", "base", "compositions", "blocks", "utilities")
TEXT, FIELD = 4.5, 3.0
PAIRS = [
    *((text, paper, TEXT) for text in ("ink", "muted", "macro", "micro", "error", "ok") for paper in ("bg", "surface")),
    *((text, "macro-tint", TEXT) for text in ("ink", "muted", "macro")),
    *((text, "micro-tint", TEXT) for text in ("ink", "muted", "micro", "macro", "ok", "error")),
    *(("on-tone", fill, TEXT) for fill in ("macro", "micro")),
    ("on-mark", "mark", TEXT),
    *(("field", paper, FIELD) for paper in ("bg", "surface")),
]


def palette(scheme: str) -> dict[str, str]:
    def tokens(name: str) -> dict[str, str]:
        text = (CSS / "tokens" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6});", text))

    light = tokens("colours.css")
    return light if scheme == "light" else light | tokens("dark.css")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_style_file_is_short_and_within_its_folders_layer(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    if file.parent == CSS:
        assert f"@layer {', '.join(ORDER)};" in text
    else:
        assert re.findall(r"@layer (\w+) \{", text) == [file.parent.name]


def test_the_order_of_the_layers_comes_first() -> None:
    assert re.sub(r"/\*.*?\*/", "", stylesheet(THEME)).lstrip().startswith("@layer reset,")


@pytest.mark.parametrize("file", [file for file in FILES if file.parent.name != "tokens"], ids=lambda file: file.name)
def test_no_colour_is_written_outside_the_tokens(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab|lch)a?\(", text)


def test_nothing_is_forced() -> None:
    assert "!important" not in stylesheet(THEME)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("one", "other", "least"), PAIRS)
def test_a_pair_of_colours_can_be_told_apart(scheme: str, one: str, other: str, least: float) -> None:
    colours = palette(scheme)
    assert contrast(colours[one], colours[other]) >= least


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_browser_wears_the_colour_of_the_masthead(scheme: str) -> None:
    assert getattr(look_of(THEME), scheme) == palette(scheme)["surface"]
    base = (THEME / "templates" / "base.html").read_text(encoding="utf-8")
    assert f'content="{{{{ look.{scheme} }}}}" media="(prefers-color-scheme: {scheme})"' in base
    assert not re.findall(r"#[0-9A-F]{6}", base)


def test_every_file_the_styles_and_templates_name_is_there() -> None:
    templates = "".join(file.read_text(encoding="utf-8") for file in (THEME / "templates").rglob("*.html"))
    named = set(re.findall(r"/theme/([\w./-]+\.\w+)", templates + stylesheet(THEME)))
    assert "fonts/atkinson-hyperlegible-next-latin.woff2" in named
    assert all((THEME / "static" / name).is_file() for name in named)
