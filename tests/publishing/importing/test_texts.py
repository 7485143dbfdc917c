"""Texts of other systems, piece by piece, as this site's Markdown."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from markdown import Markdown

from plugins.content.markup.markdown_parts import EXTENSIONS
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.import_writer import scalar, write_site
from plugins.publishing.importing.liquid_tags import without_liquid
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.optional_tags import with_end_tags
from plugins.publishing.importing.permalink_patterns import brace_address, colon_address
from plugins.publishing.importing.wordpress import read_wordpress
from plugins.publishing.importing.wordpress_paragraphs import paragraphs
from tests.building import CONTENT
from tests.publishing.importing.old_sites import attachment, item, make_site, png, wxr


def quiet(_what: str, _line: int) -> None:
    """Hears nothing."""


@pytest.mark.parametrize(
    "html",
    [
        "<p>1. not a list</p>",
        "<p># not a heading, #neither</p>",
        "<p>a * b * c_d_e _f_ [x](y) `z` \\n &lt;b&gt; &amp;amp; {filename}</p>",
        "<p>- no item<br>+ no item<br>&gt; no quotation</p>",
        "<ul><li><p>one</p><p>two</p></li><li>three<ol><li>four</li></ol></li></ul>",
        "<ol start='8'><li>a</li><li>b</li></ol>",
        "<blockquote><p>a</p><p>b</p></blockquote>",
        "<p><a href='https://e.example/a(b)c d'>x</a> <strong>b</strong><em>c</em></p>",
        "<pre>a\n\n  b &lt;c&gt;\n```\n</pre>",
        "<ul><li>text<pre>code\n  more</pre></li></ul>",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b | c</td></tr></tbody></table>",
        "<dl><dt>term</dt><dd>what it means</dd></dl>",
        "<ul><li>one<li>two<ol><li>three<li>four</ol><li>five</ul>",
        "<p>one<p>two<ul><li>three</ul>",
        "<table><tr><th>a<th>b<tr><td>c<td>d</table>",
        "<dl><dt>term<dd>meaning<dt>other<dd>its own</dl>",
        "<p>H<sub>2</sub>O <del>x</del> <kbd>Ctrl</kbd> <abbr title='Long'>L</abbr></p>",
    ],
)
def test_markdown_of_html_says_the_same_again(html: str) -> None:
    from bs4 import BeautifulSoup

    made = Markdown(extensions=list(EXTENSIONS)).convert(html_to_markdown(html, quiet))
    one, other = (BeautifulSoup(text, "html.parser") for text in (with_end_tags(html), made))
    assert " ".join(other.get_text(" ").split()) == " ".join(one.get_text(" ").split())
    names = [{tag.name for tag in soup.find_all(True)} - {"p", "br", "code", "thead", "tbody"} for soup in (one, other)]
    assert names[0] == names[1]


def test_a_cell_that_markdown_has_no_sign_for_stays_html() -> None:
    made = html_to_markdown("<table style='x'><tr><td colspan='2' onclick='y'>a</td></tr></table>", quiet)
    assert made == '<table><tr><td colspan="2">a</td></tr></table>\n'


def test_line_ends_of_old_wordpress_texts_are_paragraphs() -> None:
    made = paragraphs("One\ntwo\n\n<h2>Head</h2>\nThree\n\n<ul>\n<li>a\n\nb</li>\n</ul>")
    assert made == "<p>One<br>\ntwo</p>\n\n<h2>Head</h2>\n<p>Three</p>\n\n<ul>\n<li>a\n\nb</li>\n</ul>"


def test_pages_of_pictures_lead_to_the_picture(tmp_path: Path) -> None:
    text = '<a href="https://old.example/desk/"><img src="https://cdn.example/2019/05/desk.png"></a> [audio https://cdn.example/a.mp3]'
    picture = attachment(7, "desk.png", "A desk").replace("old.example/wp-content/uploads", "cdn.example")
    picture = picture.replace("<link>https://old.example//</link>", "<link>https://old.example/desk/</link>")
    export = make_site(
        tmp_path, {"a.xml": wxr(item(1, "One", text, post_name="one"), picture), "up/2019/05/desk.png": png()}
    )
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    outcome = write_site(read_wordpress(export / "a.xml", tmp_path / "up"), content, "Blog")
    assert outcome.files.copied == 1
    written = (content / "blog" / "one.md").read_text(encoding="utf-8")
    assert "![A desk]({static}/images/2019/05/desk.png)" in written
    assert "a.mp3" in written


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("{{ page.title }}\n", "Title\n"),
        ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
        ("`{% raw %}`", "`{% raw %}`"),
        ("{% img left /a.png 10 10 'A desk' %}", "![A desk](/a.png)"),
        ("{% youtube abcdefghijk %}", "[Video (YouTube)](https://www.youtube.com/watch?v=abcdefghijk)"),
        ("{{ '/a/' | relative_url }}", "/base/a/"),
        ("{% assign x = 1 %}.", "."),
    ],
)
def test_liquid_becomes_markdown_or_goes(text: str, made: str) -> None:
    assert without_liquid(text, "/base", "Title", lambda _name: "", quiet) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("~~a~~ `~~b~~`", "<del>a</del> `~~b~~`"),
        ("    :::python\n    x = 1\n", "```python\nx = 1\n```\n"),
        ("> [!NOTE]\n> a", "> **Note**  \n> a"),
        ("a <script>x</script> b", "a  b"),
        ('<p style="color: red" class="a">x</p>', '<p class="a">x</p>'),
        ("```\n<script>x</script>\n```\n", "```\n<script>x</script>\n```\n"),
        ("<iframe src='//www.youtube-nocookie.com/embed/abcdefghijk' title='A film'></iframe>", "[A film](https://www.youtube.com/watch?v=abcdefghijk)"),
    ],
)  # fmt: skip
def test_habits_of_other_converters_are_said_in_ours(text: str, made: str) -> None:
    assert common_markdown(text, quiet) == made


def test_old_addresses_follow_their_patterns() -> None:
    from datetime import date

    day = date(2018, 3, 4)
    words = {"title": "First-Post", "slug": "first-post", "categories": "a/b", "output_ext": ".html"}
    assert (
        colon_address("/:categories/:year/:month/:day/:title:output_ext", day, words)
        == "/a/b/2018/03/04/First-Post.html"
    )
    assert colon_address("/:year/:title/", None, words) == "/First-Post/"
    assert brace_address("{date:%Y}/{date:%m}/{slug}.html", day, words) == "/2018/03/first-post.html"
    assert brace_address("{date.__class__}/{slug}", day, words) == "/{date.__class__}/first-post"


@pytest.mark.parametrize(
    "text", ["a: b", "true", "- x", "[a]", "2020-01-01", "12", 'say "x"', "a #b", "*a", "è così", "L’ora", ""]
)
def test_every_text_is_itself_in_front_matter(text: str) -> None:
    from plugins.content.base.yaml_locations import parse_yaml

    assert parse_yaml(Path("a.md"), f"title: {scalar(text)}\nlist: [{scalar(text)}]\n").values == {
        "title": text,
        "list": [text],
    }
