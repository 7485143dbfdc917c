"""Any number of files of a typeface, of every kind, with an axis or none: pages and cards are set in them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from plugins.content.colours.look import look_of
from plugins.content.fonts.drawn_type import DrawnType
from plugins.content.fonts.typefaces import addressed, font_faults, preloaded, site_path
from plugins.content.templates.template_filters import stylesheet
from plugins.media.card_drawing import Card, Style, draw
from tests.building import ROOT, copy_checkout

FONTS = Path("static/fonts")
CSS = Path("static/css/tokens/fonts.css")
SHIPPED = "atkinson-hyperlegible-next-latin.woff2"


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "theme" / "static", tmp_path / "theme" / "static")
    return tmp_path / "theme"


def rule(name: str, weight: str, family: str = "Mia", more: str = "") -> str:
    return f'@font-face {{ font-family: "{family}"; src: url("../../fonts/{name}"); font-weight: {weight}; {more}}}\n'


def set_in(theme: Path, *rules: str, stack: str = '"Mia", Arial') -> None:
    """Write the theme's file of typefaces anew."""
    (theme / CSS).write_text(f"@layer tokens {{\n{''.join(rules)}:root {{ --face: {stack}; }}\n}}\n", encoding="utf-8")


def cut(theme: Path, weight: int, flavor: str | None, axes: bool = False) -> str:
    """Make a file of one weight, or of another kind, out of the typeface there is, and return its name."""
    font = TTFont(theme / FONTS / SHIPPED)
    font = font if axes else instancer.instantiateVariableFont(font, {"wght": weight})
    font.flavor = flavor
    name = f"mia-{weight}.{flavor or 'ttf'}"
    font.save(theme / FONTS / name)
    return name


def drawn(theme: Path) -> bytes:
    style = Style.of(theme)
    assert style
    return draw(Card("Servizi", "Verifica dei costi", "Prova"), style).files["card.png"]


def test_the_sample_preloads_its_one_file() -> None:
    assert preloaded(ROOT / "theme") == [(f"theme/fonts/{SHIPPED}", "font/woff2")]
    assert font_faults(ROOT / "theme") == []


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("flavor", ["woff2", "woff", None])
def test_files_of_single_weights_are_preloaded_and_drawn_with(theme: Path, flavor: str | None) -> None:
    names = [cut(theme, weight, flavor) for weight in (400, 700)]
    set_in(
        theme, rule(names[0], "400"), rule(names[1], "bold"), rule("corsivo.woff2", "400", more="font-style: italic")
    )
    assert [name for name, _kind in preloaded(theme)] == [f"theme/fonts/{name}" for name in names]
    own, shipped = DrawnType.of(theme), DrawnType.of(ROOT / "theme")
    assert own
    assert shipped
    for weight in (400, 700):
        lengths = [one.font(88, weight).getlength("Verifica dei costi") for one in (own, shipped)]
        assert lengths[0] == pytest.approx(lengths[1], abs=2)
    assert drawn(theme)
    assert [fault.line for fault in font_faults(theme)] == [4]


def test_one_weight_alone_is_used_for_all(theme: Path) -> None:
    set_in(theme, rule(cut(theme, 400, "woff2"), "400"))
    assert look_of(theme).fonts == (("theme/fonts/mia-400.woff2", "font/woff2"),)
    assert drawn(theme) != drawn(ROOT / "theme")


def test_a_second_file_beside_is_only_fetched_where_used(theme: Path) -> None:
    shutil.copyfile(theme / FONTS / SHIPPED, theme / FONTS / "altro.woff2")
    assert len(preloaded(theme)) == 1
    set_in(theme, rule(SHIPPED, "400 700"), rule("altro.woff2", "400 700", "Altra"), stack="Mia, Altra, sans-serif")
    assert preloaded(theme) == [(f"theme/fonts/{SHIPPED}", "font/woff2")]
    set_in(theme, rule(SHIPPED, "400 700", more="unicode-range: U+0370-03FF;"), rule("altro.woff2", "400 700"))
    assert preloaded(theme) == [("theme/fonts/altro.woff2", "font/woff2")]


def test_a_typeface_of_the_system_is_preloaded_nowhere(theme: Path) -> None:
    set_in(theme, stack="Georgia, serif")
    assert preloaded(theme) == []
    assert drawn(theme)  # with the file that is there all the same


def test_weights_beyond_the_axis_are_the_nearest(theme: Path) -> None:
    set_in(theme, rule(SHIPPED, "100 500"))
    font = DrawnType.of(theme)
    assert font
    assert font.font(40, 700).getlength("Prova") < DrawnType.of(ROOT / "theme").font(40, 700).getlength("Prova")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("manca.woff2", None, "non c’è"),
        ("finto.woff2", b"ciao", "non è un carattere WOFF2"),
        ("altro.eot", b"ciao", "non è di un tipo"),
        ("../css/tokens/fonts.css", None, "non è di un tipo"),
        ("../../../fuori.woff2", None, "non c’è"),
    ],
)
def test_what_is_no_font_is_told_at_its_line(theme: Path, name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        (theme / FONTS / name).write_bytes(content)
    set_in(theme, rule(SHIPPED, "400"), rule(name, "700"))
    (fault,) = font_faults(theme)
    assert (fault.path, fault.line) == (CSS, 3)
    assert words in fault.what
    assert drawn(theme)


def test_without_any_font_there_are_no_cards(theme: Path) -> None:
    (theme / FONTS / SHIPPED).write_bytes((theme / FONTS / SHIPPED).read_bytes()[:4000])
    assert Style.of(theme) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("url(../../fonts/a.woff2)", 'url("/sito/theme/fonts/a.woff2")'),
        ("url('../../fonts/a b.woff2')", 'url("/sito/theme/fonts/a b.woff2")'),
        ('url("/theme/fonts/a.woff2")', 'url("/sito/theme/fonts/a.woff2")'),
        ('url("data:font/woff2;base64,AA")', 'url("data:font/woff2;base64,AA")'),
        ("url(#a)", "url(#a)"),
        ("url(https://altro.it/a.woff2)", "url(https://altro.it/a.woff2)"),
    ],
)
def test_addresses_of_styles_hold_in_any_page(said: str, found: str) -> None:
    assert addressed(said, Path("css/tokens/fonts.css"), "/sito") == found


def test_the_path_of_an_address_is_told() -> None:
    told = {"": "", "https://a.it": "", "https://a.it/": "", "https://a.it/b/": "/b", "http://a.it:80/b/c": "/b/c"}
    assert {site: site_path(site) for site in told} == told
    assert 'url("/b/theme/fonts/' in stylesheet(ROOT / "theme", "/b")


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("kind", ["single weights", "broken"])
def test_a_font_never_stops_a_publication(tmp_path: Path, kind: str) -> None:
    place = copy_checkout(tmp_path / "checkout", "content", "theme", "pelicanconf.py", "publishconf.py")
    (place / "plugins").symlink_to(ROOT / "plugins")
    theme = place / "theme"
    if kind == "broken":
        (theme / FONTS / SHIPPED).write_bytes(b"wOF2 and no more")
    else:
        set_in(theme, rule(cut(theme, 400, "woff"), "400"), rule(cut(theme, 700, None), "700"))
    command = [sys.executable, "-m", "pelican", "content", "-s", "publishconf.py", "-o", "output", "--fatal", "errors"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    home = (place / "output" / "index.html").read_text(encoding="utf-8")
    cards = re.findall(r'og:image" content="([^"]+)"', home)
    preloads = re.findall(r'rel="preload" href="[^"]+/([\w.-]+)" as="font" type="([^"]+)"', home)
    if kind == "broken":
        assert cards == []
        assert "without a card" in done.stderr + done.stdout
    else:
        assert len(cards) == 1
        assert preloads == [("mia-400.woff", "font/woff"), ("mia-700.ttf", "font/ttf")]
    assert (place / "output" / "theme" / "fonts" / "OFL.txt").is_file()
    assert json.loads((place / "output" / "manifest.webmanifest").read_text(encoding="utf-8"))["icons"]
