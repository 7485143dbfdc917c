"""Other systems' sites become files of the content that pass the check."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from plugins.content.front_matter import Post
from plugins.content.site import read_site
from plugins.publishing.__main__ import main
from plugins.publishing.checks.check import check
from tests.building import CONTENT, build
from tests.publishing.importing import old_sites
from tests.publishing.importing.old_sites import make_site, png

Import = Callable[..., str]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.fixture
def imported(content: Path, tmp_path: Path) -> Import:
    """Imports a site and returns the report."""

    def run(kind: str, path: Path | Mapping[str, str | bytes], *options: str, code: int = 0) -> str:
        folder = path if isinstance(path, Path) else make_site(tmp_path / "old", path)
        report = tmp_path / "report.txt"
        asked = ["import", kind, str(folder), "--content", str(content), "--report", str(report), *options]
        assert main(asked) == code
        return report.read_text(encoding="utf-8") if report.exists() else ""

    return run


def files_of(content: Path) -> dict[str, bytes]:
    return {path.relative_to(content).as_posix(): path.read_bytes() for path in content.rglob("*") if path.is_file()}


def text(content: Path, name: str) -> str:
    return (content / name).read_text(encoding="utf-8")


def test_wordpress_arrives_whole_and_passes(imported: Import, content: Path, tmp_path: Path) -> None:
    report = imported("wordpress", old_sites.wordpress(tmp_path), "--uploads", str(tmp_path / "uploads"))
    assert check(content).errors == ()
    assert "Posts and pages: 6 in, 5 written, 0 there already, 1 not carried (2 are drafts)" in report
    assert "Pictures and files: 3 copied" in report
    classic = text(content, "blog/classic.md")
    assert 'title: "Classic: a text"\ndate: 2019-05-04\ncategory: "Lavoro & vita, Tempo"\ntags: [Secondo]\n' in classic
    assert "image: images/2019/05/desk.png\nimage_alt: A desk\naliases: [/classic/]\n" in classic
    assert "First line  \nsecond line.\n\n## A *heading*\n" in classic
    assert "![A desk with papers]({static}/images/2019/05/la-mia.png)\n\n*A desk with papers*" in classic
    assert "![A desk]({static}/images/2019/05/desk.png)\n\n![A lamp]({static}/images/2019/05/lamp.png)" in classic
    assert "[the other]({filename}/blog/other-post.md), [its part]({filename}/blog/other-post.md#part)" in classic
    assert "[elsewhere](https://elsewhere.example/a) and nowhere." in classic
    assert '```\nif a < b:\n    print("[gallery]")\n```' in classic
    assert r"1 \* 2_3 \[not a shortcode\]" in classic


def test_blocks_of_wordpress_keep_their_text(imported: Import, content: Path, tmp_path: Path) -> None:
    report = imported("wordpress", old_sites.wordpress(tmp_path))
    blocks = text(content, "blog/other-post.md")
    assert "aliases: [/2019/05/Other-Post.html]" in blocks
    assert "Text with **bold**, C&A and <sub>low</sub>." in blocks
    assert "-   One\n    -   Inner\n-   Two" in blocks
    assert r"| a\|b | 2 |" in blocks
    assert (
        "[Video (Vimeo)](https://vimeo.com/1234567)\n\nSaid everywhere.\n\n[Where I am](https://maps.example/x)"
        in blocks
    )
    assert "tags: [Cpp, C]" in blocks
    for told in (
        "latest-posts",
        "<script>",
        "contact-form-7",
        "“Binned”",
        "type product",
        "had a password",
        "2 comments",
    ):
        assert told in report
    assert "someone@mail.example" not in report


def test_lines_of_an_export_are_those_of_its_file(imported: Import, tmp_path: Path) -> None:
    path = old_sites.wordpress(tmp_path)
    report = imported("wordpress", path)
    lines = path.read_text(encoding="utf-8").split("\n")
    for words, there in (
        ("<script> was left out", "<script>"),
        ("/nowhere/ leads", "/nowhere/"),
        ("latest-posts", "latest-posts"),
    ):
        number = re.search(rf"^export\.xml:(\d+) — .*{re.escape(words)}", report, re.M)
        assert number
        assert there in lines[int(number[1]) - 1]


def test_jekyll_arrives_whole_and_passes(imported: Import, content: Path) -> None:
    report = imported("jekyll", old_sites.JEKYLL)
    assert check(content).errors == ()
    assert "Posts and pages: 5 in, 5 written, 0 there already, 0 not carried (1 are drafts)" in report
    first = text(content, "blog/first-post.md")
    assert "category: Lavoro\ntags: [tempo, agenda, posta]\nsummary: What it says.\n" in first
    assert "aliases: [/site/2018/03/04/First-Post.html]" in first
    assert "[TOC]\n\nSee [the second]({filename}/blog/second.md) and [the page]({filename}/pages/about.md)." in first
    assert "![A desk]({static}/images/desk.png)" in first
    assert '```ruby\nputs "{{ hi }}"\n```' in first
    assert "[Video (YouTube)](https://www.youtube.com/watch?v=abcdefghijk)" in first
    assert "<del>Gone</del> and `{{ kept }}`." in first
    assert "[Video (Vimeo)](https://vimeo.com/123456)" in text(content, "pages/about.md")
    for told in ("newsletter.html", "“author”", "section #nothing", "_posts/2018-03-06-broken.md:2 — The front matter"):
        assert told in report


def test_hugo_arrives_whole_and_passes(imported: Import, content: Path) -> None:
    report = imported("hugo", old_sites.HUGO)
    assert [fault.what[:26] for fault in check(content).errors] == ["L’immagine non ha un testo"]
    assert "Posts and pages: 5 in, 4 written, 0 there already, 1 not carried (1 are drafts)" in report
    first = text(content, "blog/my-first.md")
    assert "summary: Small\naliases: [/2020/02/my-first/, /Old/First.html]\n" in first
    assert "![A desk]({static}/images/desk-one.png) *Mine*" in first
    assert "[Video (YouTube)](https://www.youtube.com/watch?v=abcdefghijk) Kept words" in first
    assert "See [the second]({filename}/blog/second.md) and {{< shown >}}." in first
    assert "- ☑ done" in first
    second = text(content, "blog/second.md")
    assert "date: 2020-02-04\nmodified: 2020-05-06\n" in second
    assert "![]({static}/images/posts/second/photo.png)\n\n[first]({filename}/blog/my-first.md)" in second
    assert "status: draft" in text(content, "blog/third.md")
    assert '"/?p=9" "/blog/my-first/"' in report
    for told in ("callout", "posts/note.org:1", "posts/_index.md:4", "No text for who cannot see photo.png"):
        assert told in report


def test_pelican_arrives_whole_and_passes(imported: Import, content: Path) -> None:
    report = imported("pelican", old_sites.PELICAN)
    assert check(content).errors == ()
    assert "Posts and pages: 4 in, 4 written" in report
    first = text(content, "blog/first-a-post.md")
    assert "tags: [agenda, posta]\nsummary: What it says.\naliases: [/2017/first-a-post.html]\n" in first
    assert (
        "[second]({filename}/blog/second.md), [bar]({filename}/pages/about.md), [tag](/blog/tag/agenda/), me." in first
    )
    assert "![A desk]({static}/images/desk.png) [sheet]({static}/files/list.pdf)" in first
    assert '```python\nprint("{filename}")\n```' in first
    second = text(content, "blog/second.md")
    assert "Words with `code` and [a link]({filename}/blog/first-a-post.md)." in second
    assert "```python\nprint(1)\n```" in second
    assert "In **HTML**." in text(content, "blog/third.md")
    for told in (
        'second.rst:19 — reST: "raw" directive disabled',
        'second.rst:23 — reST: "include" directive disabled',
    ):
        assert told in report
    assert "root:" not in second


def test_a_markdown_folder_arrives_whole_and_passes(imported: Import, content: Path) -> None:
    imported("markdown", old_sites.FOLDER, "--category", "Note")
    assert check(content).errors == ()
    note = text(content, "blog/my-note.md")
    assert "title: My note\ndate: 2021-05-06\ncategory: Note\n---\n" in note
    assert "See [that]({filename}/blog/other.md) and ![A desk]({static}/images/media/desk.png)." in note
    assert "aliases: [/Other.html]" in text(content, "blog/other.md")
    assert (content / "pages" / "me.md").exists()


@pytest.mark.parametrize("kind", ["jekyll", "hugo", "pelican", "markdown"])
def test_a_second_import_changes_nothing(imported: Import, content: Path, kind: str) -> None:
    site = {
        "jekyll": old_sites.JEKYLL,
        "hugo": old_sites.HUGO,
        "pelican": old_sites.PELICAN,
        "markdown": old_sites.FOLDER,
    }
    imported(kind, site[kind])
    before = files_of(content)
    report = imported(kind, site[kind])
    assert files_of(content) == before
    assert " 0 written, " in report
    assert " 0 not carried" in report.split("\n")[2] or kind == "hugo"


def test_her_own_files_are_never_overwritten(imported: Import, content: Path) -> None:
    before = files_of(content)
    report = imported(
        "markdown", {"pages/contatti.md": "---\ntitle: Contatti\n---\nOthers.\n", "images/scrivania.svg": "x"}
    )
    assert files_of(content) == before
    assert "pages/contatti.md is there already and says something else" in report
    assert "1 in, 0 written, 0 there already, 1 not carried" in report


def test_another_picture_of_one_name_gets_its_own(imported: Import, content: Path) -> None:
    (content / "images" / "a.png").write_bytes(png(9))
    imported("markdown", {"One.md": "---\ndate: 2021-01-01\n---\n![A](images/a.png)\n", "images/a.png": png(8)})
    assert re.search(r"!\[A\]\(\{static\}/images/a-[0-9a-f]{8}\.png\)", text(content, "blog/one.md"))
    assert (content / "images" / "a.png").read_bytes() == png(9)


def test_old_addresses_answer_on_the_built_site(imported: Import, content: Path, tmp_path: Path) -> None:
    imported("jekyll", old_sites.JEKYLL)
    done = build(content, tmp_path / "output")
    assert done.returncode == 0, done.stdout + done.stderr
    old = (tmp_path / "output" / "site" / "2018" / "03" / "04" / "First-Post.html").read_text(encoding="utf-8")
    assert 'url=/blog/first-post/"' in old
    assert (tmp_path / "output" / "blog" / "first-post" / "index.html").exists()
    rules = (tmp_path / "output" / "_redirects").read_text(encoding="utf-8")
    assert "/site/2018/03/04/First-Post.html /blog/first-post/ 301" in rules


def test_posts_keep_what_their_dates_and_labels_said(imported: Import, content: Path) -> None:
    posts = {
        "a.md": "---\ndate: 2026-11-01 9:05\ncategory: 'A, b: c'\ntags: [Uno, uno, 'C#', C]\n---\nText.\n",
        "b.md": "---\ndate: 03 May 2016\ntags: 'Работа, !!!'\n---\nText.\n",
        "c.md": "---\ndate: 2026-13-45\n---\nText.\n",
    }
    report = imported("markdown", posts)
    values = {name: read_site(content).sources[f"blog/{name}.md"].value for name in "abc"}
    a, b = values["a"], values["b"]
    assert isinstance(a, Post)
    assert isinstance(b, Post)
    assert (str(a.date), a.category, a.tags) == ("2026-11-01", "A, b: c", ("Uno", "Csharp", "C"))
    assert (str(b.date), b.tags) == ("2016-05-03", ("Rabota",))
    for told in (
        "“uno” is written “Uno”",
        "“!!!” has no letter",
        "c.md:2 — “date” is no date that can be read: 2026-13-45",
    ):
        assert told in report


@pytest.mark.parametrize(
    ("path", "said"),
    [("nowhere", "is not there"), ("archive.zip", "unpack it first"), ("empty.xml", "holds no post and no page")],
)
def test_what_holds_nothing_is_said(
    imported: Import, content: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str, said: str
) -> None:
    make_site(tmp_path, {"archive.zip": "PK", "empty.xml": "<rss/>"})
    before = files_of(content)
    imported("wordpress", tmp_path / path, code=1)
    assert said in capsys.readouterr().err
    assert files_of(content) == before


def test_a_missing_cover_is_told_on_its_line(imported: Import) -> None:
    report = imported("markdown", {"a.md": "---\ndate: 2020-01-01\ncover:\n  image: /missing.png\n---\n\nText.\n"})
    assert "a.md:3 — /missing.png was not found. Its place is content/images/missing.png" in report
    assert "a.md:3 — No text for who cannot see images/missing.png: image_alt is missing." in report
