"""Packed forms unpack to what they were made from, and are the same each time."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli

from plugins.content.output_folder import mark
from plugins.finishing.precompress import TEXTS, pack, packed, unpack
from tests.building import CONTENT, build

TEXT = ("Una riga che si ripete. " * 100).encode()


def test_what_is_packed_is_smaller_and_unpacks_to_the_same() -> None:
    forms = dict(packed(TEXT))
    assert set(forms) == {".br", ".gz"}
    assert brotli.decompress(forms[".br"]) == gzip.decompress(forms[".gz"]) == TEXT
    assert all(len(form) < len(TEXT) for form in forms.values())


def test_packing_gives_the_same_bytes_each_time() -> None:
    assert dict(packed(TEXT)) == dict(packed(TEXT))


def test_what_would_not_shrink_is_left_alone() -> None:
    assert dict(packed(b"breve")) == {}


def test_public_build_compresses_every_text_and_draft_build_none(tmp_path: Path) -> None:
    public, writing = tmp_path / "public", tmp_path / "writing"
    assert build(CONTENT, public, "publishconf.py").returncode == 0
    texts = [file for file in public.rglob("*") if file.suffix in TEXTS and file.stat().st_size > 400]
    assert len(texts) > 50
    for file in texts:
        for suffix, opened in ((".br", brotli.decompress), (".gz", gzip.decompress)):
            assert opened(file.with_name(file.name + suffix).read_bytes()) == file.read_bytes()
    assert build(CONTENT, writing).returncode == 0
    assert list(writing.rglob("*.br")) == list(writing.rglob("*.gz")) == []


def test_two_builds_of_the_same_content_are_byte_identical(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for output in (first, second):
        assert build(CONTENT, output, "publishconf.py").returncode == 0
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert len(files) > 200
    again = {path.relative_to(second): path.read_bytes() for path in second.rglob("*") if path.is_file()}
    assert [name for name in files if files[name] != again.get(name)] == []
    assert set(files) == set(again)


def test_a_site_is_packed_in_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "index.html").write_bytes(TEXT)
    (tmp_path / "a" / "foto.webp").write_bytes(TEXT)
    pack(tmp_path, [sorted((tmp_path / "a").iterdir())], tmp_path / "cache", tmp_path / "record")
    assert sorted(file.name for file in (tmp_path / "a").iterdir()) == [
        "foto.webp",
        "index.html",
        "index.html.br",
        "index.html.gz",
    ]


def test_unchanged_texts_keep_their_packed_forms(tmp_path: Path) -> None:
    site, cache = tmp_path / "site", tmp_path / "cache"
    mark(site)
    (site / "index.html").write_bytes(TEXT)
    (site / "breve.txt").write_bytes(b"breve")
    files = [site / "breve.txt", site / "index.html"]
    pack(site, [files], cache, tmp_path / "record")
    before = (site / "index.html.br").stat()
    pack(site, [files], cache, tmp_path / "record")
    assert (site / "index.html.br").stat() == before
    (site / "index.html.br").unlink()
    pack(site, [files], cache, tmp_path / "record")
    assert brotli.decompress((site / "index.html.br").read_bytes()) == TEXT
    (site / "index.html").write_bytes(TEXT + b"!")
    pack(site, [files], cache, tmp_path / "record")
    assert brotli.decompress((site / "index.html.br").read_bytes()) == TEXT + b"!"


def test_all_but_pages_is_packed_at_its_best(tmp_path: Path) -> None:
    site, cache, text = tmp_path / "site", tmp_path / "cache", (CONTENT / "identity.yaml").read_bytes()
    mark(site)
    for name in ("index.html", "app.js"):
        (site / name).write_bytes(text)
    pack(site, [[site / "index.html", site / "app.js"]], cache, tmp_path / "record")
    assert (site / "app.js.br").stat().st_size < (site / "index.html.br").stat().st_size
    kept = {file.suffix: file for file in cache.iterdir()}
    assert set(kept) == {".br", ".gz"}
    kept[".br"].write_bytes(b"what is kept")
    (site / "app.js.br").unlink()
    pack(site, [[site / "index.html", site / "app.js"]], cache, tmp_path / "record")
    assert (site / "app.js.br").read_bytes() == b"what is kept"


def test_foreign_packed_form_of_a_short_text_stays(tmp_path: Path) -> None:
    site, cache, record = tmp_path / "site", tmp_path / "cache", tmp_path / "record"
    mark(site)
    (site / "breve.txt").write_bytes(b"breve")
    (site / "index.html").write_bytes(TEXT)
    (site / "breve.txt.gz").write_bytes(b"hers")
    pack(site, [[site / "breve.txt", site / "index.html"]], cache, record)
    unpack(site, record)
    assert {file.name for file in site.iterdir()} >= {"breve.txt.gz", "breve.txt", "index.html"}
    assert not (site / "index.html.gz").exists()


def test_packed_forms_go_when_their_text_becomes_short(tmp_path: Path) -> None:
    site, cache, record = tmp_path / "site", tmp_path / "cache", tmp_path / "record"
    mark(site)
    (site / "index.html").write_bytes(TEXT)
    pack(site, [[site / "index.html"]], cache, record)
    assert (site / "index.html.gz").exists()
    (site / "index.html").write_bytes(b"breve")
    pack(site, [[site / "index.html"]], cache, record)
    assert sorted(file.name for file in site.iterdir()) == [".maglia-output", "index.html"]
