"""The logo stands in the head of each page, sized before it comes; what is wrong with it is told where it is named."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.web.middleware.problems import Problem
from plugins.booking.web.rendering import Renderer
from plugins.content.base.faults import ContentError
from plugins.content.office_reader import read_office
from plugins.content.pictures.brand import BrandPicture
from plugins.content.pictures.brand_pictures import MOST_BYTES
from plugins.publishing.checks.check import check
from tests.building import CONTENT, build, edit
from tests.media.photo import photo

WIDE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"><rect width="300" height="100" fill="#C00"/></svg>'
)
IDENTITY = Path("identity.yaml")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    images = folder / "images"
    for name in ("logo.svg", "logo-scuro.svg", "icona.svg"):
        (images / name).write_text(WIDE, encoding="utf-8")
    Image.new("RGBA", (800, 100), "#C000C080").save(images / "logo.png")
    return folder


def name(content: Path, **keys: str) -> int:
    """Name pictures in the identity, and return the line of the first."""
    file = content / IDENTITY
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "".join(f"{key}: {value}\n" for key, value in keys.items()), encoding="utf-8")
    return text.count("\n") + 1


@pytest.mark.parametrize(("file", "shown"), [("logo.svg", (120, 40)), ("logo.png", (240, 30))])
def test_a_logo_fits_into_its_place_in_its_own_shape(content: Path, file: str, shown: tuple[int, int]) -> None:
    name(content, logo=f"images/{file}")
    pictures = read_office(content).pictures
    assert pictures.logo
    assert pictures.logo.shown == shown
    assert (pictures.logo_dark, pictures.favicon) == (None, None)
    assert check(content).errors == ()


def test_a_logo_of_any_shape_has_a_size() -> None:
    assert BrandPicture("images/a.svg", 5000, 1).shown == (240, 1)


def test_pages_of_site_and_endpoint_show_the_same_logo(content: Path, tmp_path: Path) -> None:
    name(content, logo="images/logo.png", logo_dark="images/logo-scuro.svg", favicon="images/icona.svg")
    output = tmp_path / "output"
    done = build(content, output, "publishconf.py", "-e", f'CACHE_PATH="{tmp_path}/cache"')
    assert done.returncode == 0, done.stderr
    home = (output / "index.html").read_text(encoding="utf-8")
    page = Renderer(ContentReloader(content), dev=False).problem(Problem(404))
    brand = read_office(content).identity.brand
    for html, site in ((home, "https://stessamaglia.example"), (page, "")):
        head = html[html.index("<header") : html.index("</header>")]
        assert f'src="{site}/images/logo.png" alt="{brand}" width="240" height="30"' in head
        assert f'srcset="{site}/images/logo-scuro.svg" width="120" height="40"' in head
        assert brand not in re.sub(r"<[^>]+>", "", head)
        assert f'<link rel="icon" href="{site}/images/icona.svg" type="image/svg+xml">' in html
        assert "brand-bands" not in head
    for address in ("images/logo.png", "images/logo-scuro.svg", "images/icona.svg", "icons/192.png"):
        assert (output / address).is_file()
    assert not (output / "icons" / "icon.svg").exists()
    graph = json.loads(re.findall(r"ld\+json\">(.+?)</script>", home)[0])["@graph"]
    assert [one["logo"] for one in graph if "logo" in one] == ["https://stessamaglia.example/images/logo.png"]
    card = re.findall(r'og:image" content="https://stessamaglia.example/([^"]+)"', home)[0]
    with Image.open(output / card) as opened:
        place = opened.convert("RGB").crop((75, 480, 555, 560))
    # Its red without green, half seen through.
    assert place.getchannel("R").getextrema() != place.getchannel("G").getextrema()
    assert min(place.getchannel("G").tobytes()) < 160


BAD = {
    "images/manca.svg": "non c’è",
    "logo.svg": "non c’è",
    "images/../images/logo.svg": "non c’è",
    "images/.logo.svg": "non c’è",
    "images/logo.webp": "non è di un tipo adatto",
    "images/grande.png": "il massimo è 200 kB",
    "images/senza-misure.svg": "manca viewBox",
    "images/vuoto.svg": "manca viewBox",
    "images/rotto.png": "manca viewBox",
    "images/enorme.png": "manca viewBox",
}


@pytest.mark.some_cases(8)
@pytest.mark.parametrize("key", ["logo", "favicon"])
@pytest.mark.parametrize(("path", "words"), BAD.items())
def test_what_is_wrong_is_told_where_it_is_named(content: Path, key: str, path: str, words: str) -> None:
    images = content / "images"
    Image.new("RGB", (4, 4)).save(images / "logo.webp")
    (images / "grande.png").write_bytes((images / "logo.png").read_bytes() + b"\0" * MOST_BYTES)
    (images / "senza-misure.svg").write_text(WIDE.replace("viewBox", "data-box"), encoding="utf-8")
    (images / "vuoto.svg").write_text(WIDE.replace("0 0 300 100", "0 0 0 1..2"), encoding="utf-8")
    (images / "rotto.png").write_bytes((images / "logo.png").read_bytes()[:60])
    Image.new("1", (9000, 9000)).save(images / "enorme.png")
    line = name(content, **{key: path})
    with pytest.raises(ContentError) as caught:
        read_office(content)
    (fault,) = caught.value.faults
    assert (fault.path, fault.line) == (IDENTITY, line)
    assert words in fault.what
    assert fault.what.startswith(f"«{key}»: ")


def test_a_script_in_a_logo_stops_check_and_build(content: Path) -> None:
    (content / "images" / "logo.svg").write_text(WIDE.replace("<rect", "<script>x()</script><rect"), encoding="utf-8")
    name(content, logo="images/logo.svg")
    told = [(fault.path.as_posix(), fault.line) for fault in check(content).errors]
    assert told == [("images/logo.svg", 1)]
    with pytest.raises(ContentError, match="script"):
        read_office(content)


def test_a_dark_logo_alone_is_told(content: Path) -> None:
    line = name(content, logo_dark="images/logo-scuro.svg")
    (fault,) = check(content).errors
    assert (fault.path, fault.line) == (IDENTITY, line)


PORTRAITS = {
    "images/manca.jpg": "«portrait»: l’immagine «images/manca.jpg» non c’è. Mettila in content/images. Esempio: portr",
    "ritratto.jpg": "non c’è",
    "images/../ritratto.jpg": "non c’è",
    "images/testo.md": "non è di un tipo adatto",
    "images/grande.svg": "il massimo è 200 kB",
    "images/rotta.jpg": "La foto non si legge",
    "images/film.gif": "si muove",
}


@pytest.mark.parametrize("path", PORTRAITS)
def test_what_is_no_portrait_is_told_where_it_is_named(content: Path, path: str) -> None:
    images = content / "images"
    (images / "testo.md").write_text("---\n---\n", encoding="utf-8")
    (images / "grande.svg").write_text(WIDE + " " * MOST_BYTES, encoding="utf-8")
    (images / "rotta.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(images / "film.gif", save_all=True, append_images=frames[1:], duration=100)
    (content / "ritratto.jpg").write_bytes(b"")
    edit(content / IDENTITY, "portrait: images/ritratto.svg", f"portrait: {path}")
    with pytest.raises(ContentError) as raised:
        read_office(content)
    told = [str(fault) for fault in raised.value.faults]
    assert len(told) == 1
    assert told[0].startswith("identity.yaml:")
    assert PORTRAITS[path] in told[0]


def test_a_script_in_a_portrait_is_told_in_its_file(content: Path) -> None:
    (content / "images/ritratto.svg").write_text(WIDE.replace("<rect", "<script/><rect"), encoding="utf-8")
    with pytest.raises(ContentError, match=r"images/ritratto.svg:1 — Il disegno contiene uno script"):
        read_office(content)


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("form", "size", "turn", "shown"),
    [("JPEG", (4000, 3000), 6, (480, 600)), ("PNG", (300, 200), 1, (160, 200)), ("JPEG", (900, 600), 3, (480, 600))],
)
def test_a_photo_from_a_phone_is_a_small_portrait(
    content: Path, tmp_path: Path, form: str, size: tuple[int, int], turn: int, shown: tuple[int, int]
) -> None:
    (content / "images/io.jpg").write_bytes(photo(*size, turn, form))
    edit(content / IDENTITY, "portrait: images/ritratto.svg", "portrait: images/io.jpg")
    portrait = read_office(content).pictures.portrait
    assert portrait
    assert portrait.avif
    assert (portrait.width, portrait.height) == shown
    done = build(content, tmp_path / "output", "publishconf.py", "-e", f'CACHE_PATH="{tmp_path}/cache"')
    assert done.returncode == 0, done.stderr
    for address in (portrait.address, portrait.avif):
        made = (tmp_path / "output" / address).read_bytes()
        assert b"SEGRETO" not in made
        with Image.open(tmp_path / "output" / address) as opened:
            assert opened.size == shown
