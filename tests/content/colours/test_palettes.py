"""Every palette, ready or derived, can be read in light and dark; what cannot is told by file and line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.content.colours.contrast import contrast, low_contrasts, readable
from plugins.content.colours.oklch import Oklch
from plugins.content.colours.palettes import PALETTES, palette, title
from plugins.content.colours.tokens import DARK, LIGHT, apply_palette, contrast_faults, tokens
from plugins.publishing.__main__ import main
from tests.building import ROOT, copy_checkout, edit

MARKED = {"mark": "#FFD84D", "on-mark": "#1B2326"}
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06X}")


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "theme" / "static" / "css" / "tokens", tmp_path / "static" / "css" / "tokens")
    return tmp_path


def is_read(name: str) -> bool:
    chosen = palette(name)
    light = MARKED | chosen.light
    return not [*low_contrasts(light), *low_contrasts(light | chosen.dark)]


@pytest.mark.parametrize("name", PALETTES)
def test_a_ready_palette_is_read_in_light_and_dark(name: str) -> None:
    assert is_read(name)
    assert title(name)
    assert (palette(name).light["macro"], palette(name).light["micro"]) == PALETTES[name]


@given(colours)
def test_a_palette_of_any_colour_is_read(colour: str) -> None:
    assert is_read(colour)


@given(colours)
def test_a_colour_keeps_its_bytes_through_oklch(colour: str) -> None:
    assert Oklch.of(colour).hex() == colour


@given(colours, colours)
def test_the_readable_colour_has_the_contrast_asked_for(colour: str, paper: str) -> None:
    assert contrast(readable(colour, [(paper, 4.5)]), paper) >= 4.5


def test_a_colour_dark_enough_stays_as_it_is() -> None:
    assert palette("#7a1f3d").light["macro"] == "#7A1F3D"
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", ["", "verde", "#12", "#12345G", "7A1F3D"])
def test_what_is_no_palette_is_refused_with_the_choice(name: str) -> None:
    with pytest.raises(ValueError, match="garnet"):
        palette(name)


@pytest.mark.parametrize("name", [*PALETTES, "#2E7D32"])
def test_a_palette_applied_is_read_back_from_the_tokens(theme: Path, name: str) -> None:
    before = (theme / LIGHT).read_text(encoding="utf-8").splitlines()
    apply_palette(theme, name)
    assert contrast_faults(theme) == []
    for file, wanted in ((LIGHT, palette(name).light), (DARK, palette(name).dark)):
        said = {token: value for token, (value, _line) in tokens(theme / file).items()}
        assert wanted.items() <= said.items()
    # Whatever else the file says stays where it was.
    after = (theme / LIGHT).read_text(encoding="utf-8").splitlines()
    assert [line.partition("#")[0] for line in after] == [line.partition("#")[0] for line in before]
    assert tokens(theme / LIGHT)["mark"][0] == MARKED["mark"]


def test_the_palette_of_this_theme_is_read() -> None:
    assert contrast_faults(ROOT / "theme") == []


@pytest.mark.parametrize("file", [LIGHT, DARK])
def test_low_contrast_is_told_at_its_line_with_a_remedy(theme: Path, file: Path) -> None:
    value, line = tokens(theme / file)["muted"]
    edit(theme / file, f"--muted: {value}", "--muted: #8A8F91")
    faults = contrast_faults(theme)
    assert {(fault.path, fault.line) for fault in faults} == {(file, line)}
    better = faults[0].what.rpartition("--muted: ")[2].rstrip(";.")
    edit(theme / file, "--muted: #8A8F91", f"--muted: {better}")
    assert contrast_faults(theme) == []


@pytest.mark.parametrize("said", ["--muted: #abc;", "--muted: teal;", "/* --muted: #4C5A5F; */", ""])
def test_a_colour_that_cannot_be_judged_is_told(theme: Path, said: str) -> None:
    value = tokens(theme / LIGHT)["muted"][0]
    edit(theme / LIGHT, f"--muted: {value};", said)
    assert [fault.what for fault in contrast_faults(theme) if "--muted" in fault.what]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = copy_checkout(tmp_path / "checkout", "content", "theme", "pelicanconf.py", "publishconf.py")
    (place / "plugins").symlink_to(ROOT / "plugins")
    muted = tokens(place / "theme" / DARK)["muted"][0]
    edit(place / "theme" / DARK, f"--muted: {muted}", "--muted: #55605F")
    return place


def test_the_check_tells_colours_beside_the_content(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    assert main(["check"]) == 1
    line = tokens(checkout / "theme" / DARK)["muted"][1]
    assert f"theme/{DARK.as_posix()}:{line} — «--muted» (#55605F)" in capsys.readouterr().out


@pytest.mark.parametrize(("settings", "code"), [("publishconf.py", 1), ("pelicanconf.py", 0)])
def test_a_public_site_is_not_built_in_unreadable_colours(checkout: Path, settings: str, code: int) -> None:
    command = [sys.executable, "-m", "pelican", "content", "-s", settings, "-o", "output", "--fatal", "errors"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert f"theme/{DARK.as_posix()}:" in done.stderr
    assert "Traceback" not in done.stderr
    assert (checkout / "output" / "index.html").exists() is (code == 0)
