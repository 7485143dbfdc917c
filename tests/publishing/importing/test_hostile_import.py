"""Sources that mean ill, or are broken, are bounded and told by line."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from plugins.publishing.checks.check import check
from plugins.publishing.importing.code_spans import code_spans
from plugins.publishing.importing.embed_links import attributes
from plugins.publishing.importing.foreign_front_matter import read_head
from plugins.publishing.importing.front_matter_keys import plain_text
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.hugo_shortcodes import without_hugo_shortcodes
from plugins.publishing.importing.import_writer import write_site
from plugins.publishing.importing.imported_files import legal_place
from plugins.publishing.importing.inline_links import rewrite_links
from plugins.publishing.importing.jekyll import read_jekyll
from plugins.publishing.importing.liquid_tags import without_liquid
from plugins.publishing.importing.markdown_folder import read_markdown_folder
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.pelican_settings import read_settings
from plugins.publishing.importing.rst_markdown import read_rst
from plugins.publishing.importing.shortcodes import without_shortcodes
from plugins.publishing.importing.wordpress import read_wordpress
from plugins.publishing.importing.wordpress_paragraphs import paragraphs
from tests.building import CONTENT
from tests.cpu_time import quiet_seconds
from tests.publishing.importing.old_sites import item, make_site, png, wxr

BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>\n'
FILES = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'


@pytest.mark.parametrize("head", [BOMB, FILES])
def test_an_export_with_entities_is_not_read(tmp_path: Path, head: str) -> None:
    export = make_site(tmp_path, {"a.xml": wxr(item(1, "One &b;", "Text."), head=head)}) / "a.xml"
    site = read_wordpress(export, None)
    assert site.posts == []
    assert [(one.line, "declares entities" in one.what) for one in site.told] == [(2, True)]


def test_what_comes_before_broken_xml_is_kept(tmp_path: Path) -> None:
    whole = wxr(item(1, "One", "Text."), item(2, "Two", "Text."))
    export = make_site(tmp_path, {"a.xml": whole[: whole.index("Two")] + "<b & c"}) / "a.xml"
    site = read_wordpress(export, None)
    assert [post.title for post in site.posts] == ["One"]
    assert "is no XML" in site.told[0].what


def test_control_characters_and_broken_letters_are_told(tmp_path: Path) -> None:
    raw = wxr(item(1, "One\x0b", "Te\x00xt \xff.")).encode("latin-1").replace(b"UTF-8", b"ISO-8859-1")
    make_site(tmp_path / "wp", {"a.xml": raw})
    site = read_wordpress(tmp_path / "wp" / "a.xml", None)
    assert (site.posts[0].title, site.posts[0].body) == ("One", "Text ÿ.\n")
    assert "control character" in site.told[0].what
    folder = make_site(tmp_path / "md", {"a.md": "---\ntitle: Città\n---\nPer\x07ché\n".encode("cp1252")})
    site = read_markdown_folder(folder)
    assert (site.posts[0].title, site.posts[0].body.strip()) == ("Città", "Perché")
    assert [(one.line, one.what[:24]) for one in site.told] == [
        (2, "The file is not in UTF-8"),
        (4, "A control character ('\\x"),
    ]


def test_no_file_outside_of_the_source_is_read(tmp_path: Path) -> None:
    make_site(tmp_path, {"secret.png": png(), "old/a.md": "---\ntitle: A\n---\n![x](../secret.png) ![y](/link.png)\n"})
    os.symlink(tmp_path / "secret.png", tmp_path / "old" / "link.png")
    os.symlink(tmp_path, tmp_path / "old" / "loop")
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    outcome = write_site(read_markdown_folder(tmp_path / "old"), content, "Blog")
    assert outcome.files.copied == 0
    assert not list((content / "images").glob("**/*.png"))


@pytest.mark.parametrize(
    "path",
    ["../../etc/x.png", "/a/../../b.png", "..", "a/./.png", "C:\\x\\y.png", "a\x00b.png", "è é/Ü ñ.PNG", "-.gif"],
)
def test_names_stay_below_their_folder(path: str) -> None:
    place = legal_place(path)
    assert place.startswith(("images/", "files/"))
    assert all(part and part.strip(".-") == part for part in place.split("/"))
    assert place == place.lower()


@pytest.mark.parametrize("slug", ["../../x", "/etc/passwd", "categoria", "", "\u202e", "a" * 300, "CON", "Ünïcode"])
def test_addresses_of_posts_are_made_legal(tmp_path: Path, slug: str) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    make_site(tmp_path / "old", {"one.md": f"---\ntitle: ''\ndate: 2020-01-01\nslug: \"{slug}\"\n---\nText.\n"})
    outcome = write_site(read_markdown_folder(tmp_path / "old"), content, "Blog")
    assert len(outcome.written) == 1
    assert check(content).errors == ()


def test_two_posts_of_one_address_both_arrive(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    post = "---\ntitle: One\ndate: 2020-01-01\npermalink: /One/\n---\nText.\n"
    make_site(tmp_path / "old", {"one.md": post, "two/one.md": post, "three/One.md": post.replace("/One/", "/one/")})
    outcome = write_site(read_markdown_folder(tmp_path / "old"), content, "Blog")
    assert sorted(outcome.written) == ["blog/one-2.md", "blog/one-3.md", "blog/one.md"]
    assert check(content).errors == ()


def test_settings_are_read_and_never_run(tmp_path: Path) -> None:
    settings = (
        f"open({str(tmp_path / 'made')!r}, 'w')\nSITEURL = 'https://old.example'\nX = __import__('os').getcwd()\n"
    )
    make_site(tmp_path, {"pelicanconf.py": settings})
    assert read_settings(tmp_path)["SITEURL"] == "https://old.example"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    "head",
    [
        "---\na: &a [1]\nb: [*a, *a]\n---\n",
        "---\nx: !!python/object/apply:os.system ['true']\n---\n",
        "---\n" + "a: " + "[" * 5_000 + "\n---\n",
        "+++\nx = " + "[" * 5_000 + "\n+++\n",
        '{\n"a": ' + "[" * 100_000 + "\n}\n",
        "---\na: &a [*a]\n---\n",
        "---\ntitle: \ud800\n---\n",
    ],
)
def test_front_matter_that_means_ill_is_no_more_than_text(head: str) -> None:
    read = read_head(head + "Text.\n")
    assert read.fault or all(isinstance(value, str | list | dict) for value in read.values.values())


@pytest.mark.parametrize(
    "piece",
    ["[", "![", "[a](", "](", "`", "``` ", "<code>", "[![a](b)", "\\[", "<a ", "(((", "**", "{% ", "\n\n[x", "~~a "],
)
def test_long_texts_of_signs_take_no_long_time(piece: str) -> None:
    text = piece * 20_000
    assert quiet_seconds(lambda: (code_spans(text), rewrite_links(text, lambda link: link.words))) < 5


def test_deep_html_keeps_its_words() -> None:
    told: list[str] = []
    text = html_to_markdown("<div>" * 3_000 + "words" + "</div>" * 3_000, lambda what, _line: told.append(what))
    assert text.strip() == "words"


@pytest.mark.parametrize(
    "text",
    [".. include:: /etc/passwd\n", ".. csv-table::\n   :file: /etc/passwd\n", ".. raw:: html\n   :file: /etc/passwd\n"],
)
def test_rest_reads_no_other_file(text: str) -> None:
    told: list[str] = []
    body = read_rst(f"A\n=\n\n{text}\nEnd.\n", lambda what, _line: told.append(what)).body
    assert body.strip() == "End."
    assert told


def test_a_source_without_its_settings_is_read_all_the_same(tmp_path: Path) -> None:
    make_site(tmp_path, {"_posts/2018-01-02-a.md": "Text.\n", "_config.yml": "a: [\n", "b.html": "<p>copied</p>\n"})
    site = read_jekyll(tmp_path)
    assert [(post.title, post.addresses) for post in site.posts] == [("A", ["/2018/01/02/a.html"])]
    assert site.told[0].file == "_config.yml"


@pytest.mark.parametrize("text", ["a\ue0120\ue013", "<pre>\ue0120\ue013</pre>", "\ue0129\ue013", "\ue012"])
def test_forged_marks_of_kept_parts_end_no_import(text: str) -> None:
    assert "a" in paragraphs(f"a {text}")


@pytest.mark.parametrize("mark", ["\ue0149\ue015", "\ue0169\ue017", "\ue0109\ue011"])
def test_marks_of_parts_that_nobody_kept_are_left_out(mark: str) -> None:
    text = f"a {mark} b"
    text = without_liquid(text, "", "", lambda _name: "", lambda *_told: None)
    text = without_hugo_shortcodes(text, lambda _name: "", lambda *_told: None)
    assert without_shortcodes(text, lambda _number: [], lambda _number: "", lambda *_told: None).split() == ["a", "b"]


@pytest.mark.parametrize("sign", ["\n", " ", "\t", "[", "_", "a", "{{", "{%", "~", "#", "\\[", "[[a"])
def test_signs_that_never_end_take_no_long_time(sign: str) -> None:
    text = sign * (60_000 // len(sign))
    assert quiet_seconds(lambda: _read_in_every_way(text)) < 6


def _read_in_every_way(text: str) -> None:
    common_markdown(text, lambda *_told: None)
    without_liquid(text, "", "", lambda _name: "", lambda *_told: None)
    html_to_markdown(text, lambda *_told: None)
    read_head(f"a: b\n{text}")
    read_head(f"a: b\n    {text}")
    plain_text(text)
    attributes(text)
    without_shortcodes(text, lambda _number: [], lambda _number: "", lambda *_told: None)
