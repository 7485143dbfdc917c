"""Pictures of every kind, built: each shows its own, none moves less than it did, and no byte says where it was."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image

from plugins.content.pictures.photo_places import says_place
from plugins.media.published_addresses import published_addresses
from plugins.publishing.checks.check import check
from tests.building import CONTENT, build
from tests.content.pictures.samples import BLUE, RED, animated_gif, animated_png, animated_webp, document, exif, flat
from tests.media.photo import photo

POST = "cosa-delegare-per-primo"
JPEG = photo(90, 60)
FILES = {
    "finestre.jfif": JPEG,
    "vecchia.jpe": JPEG,
    "scansione.tif": photo(90, 60, form="TIFF"),
    "scansione-due.tiff": photo(90, 60, form="TIFF"),
    "rete.webp": photo(90, 60, form="WEBP"),
    "rete-due.avif": photo(90, 60, form="AVIF"),
    "schermo.bmp": flat("BMP"),
    "bugia.png": JPEG,
    "bugia.heic": JPEG,
    "bugia-due.jpg": photo(90, 60, form="PNG"),
    "bugia-tre.gif": JPEG,
    "moto.gif": animated_gif(),
    "moto.webp": animated_webp(),
    "moto-due.png": animated_png(),
    "moto-tre.jpg": animated_gif(),
    "studio.jpg": flat("JPEG", RED, (90, 60)),
    "studio.webp": flat("WEBP", BLUE, (90, 60)),
    "studio.tif": flat("TIFF", (20, 200, 20), (90, 60)),
    "lungo.png": flat("PNG", RED, (20, 17_000)),
}
SHOWN = "\n\n".join(f"![Foto {name}]({{static}}/images/{name})" for name in FILES)


def settings(cache: Path) -> tuple[str, str, str]:
    return "publishconf.py", "-e", f'CACHE_PATH="{cache}"'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    for name, file in FILES.items():
        (content / "images" / name).write_bytes(file)
    (content / "blog" / "ACCANTO.JPG").write_bytes(JPEG)
    post = content / "blog" / f"{POST}.md"
    words = f"\n\n{SHOWN}\n\n![Accanto]({{attach}}ACCANTO.JPG)\n\n[Intera]({{static}}/images/rete.webp)\n"
    post.write_text(post.read_text(encoding="utf-8") + words, encoding="utf-8")
    assert check(content).errors == ()
    done = build(content, folder / "output", *settings(folder / "cache"))
    assert done.returncode == 0, done.stderr
    return folder / "output"


def sources(made: Path) -> dict[str, Path]:
    """The file that each image of the post shows, by its words."""
    page = (made / "blog" / POST / "index.html").read_text(encoding="utf-8")
    found = re.findall(r'<img src="https://stessamaglia\.example/([^"]+)" alt="([^"]+)"', page)
    return {alt.removeprefix("Foto "): made / source for source, alt in found}


def test_no_published_file_says_where_or_by_what(made: Path) -> None:
    for file in made.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"SEGRETO" not in content, file
            assert not says_place(content), file


def test_every_kind_is_shown_by_a_kind_browsers_know(made: Path) -> None:
    shown = sources(made)
    assert set(FILES) <= set(shown)
    for name, file in shown.items():
        with Image.open(file) as image:
            image.load()
            wanted = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".gif": "GIF", ".webp": "WEBP"}
            assert image.format == wanted[file.suffix.lower()], name
            assert not dict(image.getexif()), name
    assert shown["finestre.jfif"].suffix == ".jpg"
    assert shown["schermo.bmp"].suffix == ".png"
    assert shown["Accanto"].suffix == ".JPG"


def test_pictures_that_move_still_do(made: Path) -> None:
    shown = sources(made)
    for name in ("moto.gif", "moto.webp", "moto-due.png", "moto-tre.jpg"):
        with Image.open(shown[name]) as image:
            assert getattr(image, "n_frames", 1) == 3, name


def test_each_of_one_name_shows_its_own(made: Path) -> None:
    shown = sources(made)
    assert shown["studio.jpg"] == made / "images" / "studio.jpg"
    for name, colour in (("studio.jpg", RED), ("studio.webp", BLUE), ("studio.tif", (20, 200, 20))):
        with Image.open(shown[name]) as image:
            pixel = image.convert("RGB").getpixel((9, 9))
        assert isinstance(pixel, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True)), name


def test_link_to_a_photo_leads_to_what_stands_for_it(made: Path) -> None:
    page = (made / "blog" / POST / "index.html").read_text(encoding="utf-8")
    assert 'href="https://stessamaglia.example/images/rete.jpg">Intera' in page
    assert (made / "images" / "rete.jpg").is_file()
    assert not (made / "images" / "rete.webp").exists()


def test_addresses_are_one_for_each_and_stay_with_their_owner() -> None:
    named = {f"images/a.{suffix}": f"images/a.{suffix}" for suffix in ("heic", "jpg", "webp", "pdf", "png", "bmp")}
    contents = dict.fromkeys(named, JPEG)
    del contents["images/a.pdf"]
    found = published_addresses(named, contents)
    assert found["images/a.jpg"] == "images/a.jpg"
    assert found["images/a.png"] == "images/a.png"
    assert len(set(found.values())) == 5
    assert all(re.fullmatch(r"images/a(-[0-9a-f]{8})?\.(jpg|png)", address) for address in found.values())
    # Another file beside them moves none of those that were there.
    more = published_addresses(named | {"images/b.heic": "images/b.heic"}, contents | {"images/b.heic": JPEG})
    assert found.items() <= more.items()


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("foto.jpg_original", JPEG, "È una foto"),
        ("foto", JPEG, "È una foto"),
        ("listino.docx", document(JPEG), "dice dove"),
        ("foto.tif", b"II*\0" + exif()[6:], "non si legge"),
        ("segnaposto.gif", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("segnaposto.pdf", b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        ("vuota.jpg", b"", "non si legge"),
        ("mozza.gif", animated_gif()[:200], "rovinato"),
    ],
)
def test_a_build_stops_at_what_the_check_refuses(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (folder / "images" / name).write_bytes(content)
    (fault,) = check(folder).errors
    assert words in fault.what
    done = build(folder, tmp_path / "output", *settings(tmp_path / "cache"))
    assert done.returncode == 1
    assert f"content/images/{name}:1 — {fault.what}" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_address_of_a_picture_as_a_feed_reader_asks(made: Path) -> None:
    feed = (made / "feed.xml").read_text(encoding="utf-8")
    for name in re.findall(r"stessamaglia\.example/(images/[^&\"' ]+)", feed):
        assert (made / name).is_file(), name


def test_opened_picture_of_a_page_may_be_of_any_kind(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (content / "images" / "foto.jfif").write_bytes(JPEG)
    page = content / "pages" / "chi-sono.md"
    page.write_text(
        page.read_text(encoding="utf-8").replace("image: images/scrivania.svg", "image: images/foto.jfif"),
        encoding="utf-8",
    )
    assert check(content).errors == ()
    done = build(content, tmp_path / "output", *settings(tmp_path / "cache"))
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "output" / "chi-sono" / "index.html").read_text(encoding="utf-8")
    assert '<img src="https://stessamaglia.example/images/foto.jpg"' in html
    assert JPEG not in b"".join(
        file.read_bytes() for file in (tmp_path / "output" / "images").iterdir() if file.is_file()
    )
