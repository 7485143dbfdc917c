"""A photo dropped into content/images is on the site as pictures, and its original is not."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.building import CONTENT, build, edit
from tests.media.photo import photo

POST = "cosa-delegare-per-primo"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (folder / "images" / "la-scrivania.jpg").write_bytes(photo())
    post = folder / "blog" / f"{POST}.md"
    words = (
        "\n\n![La scrivania com’è]({static}/images/la-scrivania.jpg)\n\n[Intera]({static}/images/la-scrivania.jpg)\n"
    )
    post.write_text(post.read_text(encoding="utf-8") + words, encoding="utf-8")
    return folder


def made(content: Path, cache: Path, output: Path) -> str:
    done = build(content, output, "publishconf.py", "-e", f'CACHE_PATH="{cache}"')
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_site_has_the_pictures_and_no_byte_of_the_original(content: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert "Immagine 1 di 1: images/la-scrivania.jpg" in made(content, tmp_path / "cache", output)
    files = sorted(file.name for file in (output / "images" / "r").iterdir())
    assert len(files) == 6
    assert all(name.startswith("la-scrivania-") for name in files)
    for file in output.rglob("*"):
        assert not file.is_file() or b"SEGRETO" not in file.read_bytes(), file
    # The address that is linked by itself shows the photo upright.
    with Image.open(output / "images" / "la-scrivania.jpg") as image:
        assert image.size == (1200, 1800)
    page = (output / "blog" / POST / "index.html").read_text(encoding="utf-8")
    assert page.count("<picture>") == 1
    assert 'alt="La scrivania com’è" width="1200" height="1800"' in page
    assert 'href="https://stessamaglia.example/images/la-scrivania.jpg"' in page


def test_a_second_build_makes_nothing_and_writes_the_same(content: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    made(content, tmp_path / "cache", first)
    told = made(content, tmp_path / "cache", second)
    assert "Immagine" not in told
    assert "Scheda" not in told
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert files == {path.relative_to(second): path.read_bytes() for path in second.rglob("*") if path.is_file()}
    assert len(list((tmp_path / "cache" / "media").iterdir())) > 30


def test_removed_photo_loses_its_generated_pictures(content: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    settings = ("pelicanconf.py", "-e", f'CACHE_PATH="{tmp_path / "cache"}"')
    assert build(content, output, *settings).returncode == 0
    assert (output / "images" / "r").is_dir()
    post = content / "blog" / f"{POST}.md"
    post.write_text(post.read_text(encoding="utf-8").split("\n\n![La scrivania")[0], encoding="utf-8")
    (content / "images" / "la-scrivania.jpg").unlink()
    assert build(content, output, *settings).returncode == 0
    assert not (output / "images" / "r").exists()
    assert not (output / "images" / "la-scrivania.jpg").exists()
    assert (output / "images" / "scrivania.svg").exists()


def test_the_photo_of_a_page_is_shown_by_its_pictures(content: Path, tmp_path: Path) -> None:
    page = content / "pages" / "chi-sono.md"
    edit(page, "image: images/scrivania.svg", "image: images/la-scrivania.jpg")
    made(content, tmp_path / "cache", tmp_path / "output")
    html = (tmp_path / "output" / "chi-sono" / "index.html").read_text(encoding="utf-8")
    assert html.count("<picture>") == 1
    assert 'fetchpriority="high"' in html


def test_a_broken_photo_stops_the_build_with_its_name(content: Path, tmp_path: Path) -> None:
    (content / "images" / "la-scrivania.jpg").write_bytes(photo()[:3000])
    done = build(content, tmp_path / "output", "pelicanconf.py", "-e", f'CACHE_PATH="{tmp_path / "cache"}"')
    assert done.returncode == 1
    assert "content/images/la-scrivania.jpg:1 — La foto non si legge" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_shareable_page_has_a_card_with_its_own_title(content: Path, tmp_path: Path) -> None:
    made(content, tmp_path / "cache", tmp_path / "output")
    cards = {}
    for file in sorted((tmp_path / "output").rglob("index.html")):
        text = file.read_text(encoding="utf-8")
        if 'property="og:image"' in text:
            address = text.split('property="og:image" content="https://stessamaglia.example/')[1].split('"')[0]
            cards[file.parent.relative_to(tmp_path / "output").as_posix()] = address
            with Image.open(io.BytesIO((tmp_path / "output" / address).read_bytes())) as image:
                assert image.size == (1200, 630)
            assert (tmp_path / "output" / address).stat().st_size < 40_000
    assert {".", "servizi/macro", "servizi/macro/verifica-costi", f"blog/{POST}", "chi-sono"} <= set(cards)
    posts = [card for page, card in cards.items() if page.startswith("blog/") and page.count("/") == 1]
    assert len(set(posts)) > 10
