"""End tags that HTML lets one leave out are where a browser has them, on lines that stay."""

from __future__ import annotations

import pytest

from plugins.publishing.importing.optional_tags import with_end_tags


@pytest.mark.parametrize(
    ("html", "whole"),
    [
        ("<ul>\n<li>a\n<li>b\n</ul>", "<ul>\n<li>a\n</li><li>b\n</ul>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</ul></li><li>c</ul>"),
        ("<li><p>a<li>b", "<li><p>a</p></li><li>b"),
        ("<p>a<div>b</div>", "<p>a</p><div>b</div>"),
        ("<p>a<em>b</em> c<br>d", "<p>a<em>b</em> c<br>d"),
        ("<tr><td>a<td>b<tr><td>c", "<tr><td>a</td><td>b</td></tr><tr><td>c"),
        ("<td><table><tr><td>a</table><td>b", "<td><table><tr><td>a</table></td><td>b"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dl>"),
        ("<blockquote><p>a</blockquote><p title='>'>b", "<blockquote><p>a</blockquote><p title='>'>b"),
        ("<pre>&lt;li>\n<!-- <li> --></pre></li>", "<pre>&lt;li>\n<!-- <li> --></pre></li>"),
    ],
)
def test_end_tags_stand_where_an_element_ends(html: str, whole: str) -> None:
    assert with_end_tags(html) == whole
    assert with_end_tags(whole) == whole


def test_a_text_with_every_end_tag_stays() -> None:
    whole = "<div>\u2028<p>a</p>\r\n<ul><li><p>b</p></li></ul></div>"
    assert with_end_tags(whole) == whole
