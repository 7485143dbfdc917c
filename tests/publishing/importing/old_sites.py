"""Small sites of other systems, each with what real ones hold."""
# ruff: noqa: E501 - lines as those systems write them

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(shade: int = 200) -> bytes:
    """A small grey picture."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + _chunk(b"IDAT", zlib.compress(bytes([0] + [shade] * 8) * 8))
        + _chunk(b"IEND", b"")
    )


def make_site(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files of a site below a folder, and return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def item(number: int, title: str, content: str, **fields: str) -> str:
    """An item of a WordPress export."""
    said = {"post_type": "post", "status": "publish", "post_date": "2019-05-04 22:30:00", "post_name": "", **fields}
    link = said.pop("link", f"https://old.example/{said['post_name']}/")
    extra = said.pop("extra", "")
    inner = "".join(f"<wp:{name}>{value}</wp:{name}>" for name, value in said.items())
    return (
        f"<item><title>{title}</title><link>{link}</link><guid>https://old.example/?p={number}</guid>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><excerpt:encoded><![CDATA[]]></excerpt:encoded>"
        f"<wp:post_id>{number}</wp:post_id>{inner}{extra}</item>"
    )


def wxr(*items: str, head: str = "") -> str:
    """A WordPress export."""
    spaces = (
        'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n{head}<rss version="2.0" {spaces}><channel>'
        "<title>Old</title><wp:base_blog_url>https://old.example</wp:base_blog_url>\n"
        "<wp:category><wp:category_nicename>lavoro</wp:category_nicename><wp:cat_name>Lavoro &amp; vita, Tempo</wp:cat_name>"
        "</wp:category>\n" + "\n".join(items) + "\n</channel></rss>\n"
    )


def category(name: str, nicename: str, domain: str = "category") -> str:
    """A label of an item."""
    return f'<category domain="{domain}" nicename="{nicename}"><![CDATA[{name}]]></category>'


def comment(text: str, approved: str = "1") -> str:
    """A comment below an item."""
    author = "<wp:comment_author_email>someone@mail.example</wp:comment_author_email>"
    inner = f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_content>{text}</wp:comment_content>"
    return f"<wp:comment>{author}{inner}</wp:comment>"


def meta(key: str, value: str) -> str:
    """Something that WordPress notes of an item."""
    return (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"
    )


CLASSIC = """First line
second line.

<h2>A <em>heading</em></h2>
[caption id="a" width="300"]<a href="https://old.example/wp-content/uploads/2019/05/La%20Mia.png"><img src="https://old.example/wp-content/uploads/2019/05/La%20Mia-300x200.png" alt="" /></a> A desk with papers[/caption]

[gallery ids="50,51"]

https://www.youtube.com/watch?v=abcdefghijk

See <a href="https://old.example/?p=2">the other</a>, <a href="/2019/05/Other-Post.html#part">its part</a>, <a href="https://elsewhere.example/a">elsewhere</a> and <a href="/nowhere/">nowhere</a>.

[contact-form-7 id="12" title="Write"]

<pre>if a < b:
    print("[gallery]")</pre>

1 * 2_3 [not a shortcode]"""

BLOCKS = """<!-- wp:paragraph -->
<p>Text with <strong>bold</strong>, C&amp;A and <sub>low</sub>.</p>
<!-- /wp:paragraph -->

<!-- wp:heading -->
<h2 class="wp-block-heading" id="part">Part</h2>
<!-- /wp:heading -->

<!-- wp:list --><ul><li>One<ul><li>Inner</li></ul></li><li>Two</li></ul><!-- /wp:list -->

<!-- wp:table -->
<figure class="wp-block-table"><table><tbody><tr><td>a|b</td><td>2</td></tr><tr><td>c</td><td>4</td></tr></tbody></table></figure>
<!-- /wp:table -->

<!-- wp:embed {"url":"https://vimeo.com/1234567"} -->
<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">
https://vimeo.com/1234567
</div></figure>
<!-- /wp:embed -->

<!-- wp:block {"ref":60} /-->
<!-- wp:latest-posts /-->
<script>alert(1)</script>
<iframe src="https://maps.example/x" title="Where I am"></iframe>"""


def attachment(number: int, name: str, alt: str = "", parent: int = 0) -> str:
    """A picture of a WordPress export."""
    address = f"https://old.example/wp-content/uploads/2019/05/{name}"
    extra = meta("_wp_attachment_image_alt", alt) if alt else ""
    fields = {"post_type": "attachment", "status": "inherit", "attachment_url": address, "post_parent": str(parent)}
    return item(number, name, "", **fields, extra=extra)


def wordpress(root: Path) -> Path:
    """A WordPress export with comments, drafts, pictures, shortcodes and blocks; its uploads lie beside it."""
    both = category("Lavoro & vita, Tempo", "lavoro") + category("Secondo", "secondo")
    export = wxr(
        item(1, "Classic: a text", CLASSIC, post_name="classic", extra=both + meta("_thumbnail_id", "50") + comment("Hi") + comment("No", "0")),
        item(2, "Blocks", BLOCKS, post_name="Other-Post", link="https://old.example/2019/05/Other-Post.html", extra=category("C++", "cpp", "post_tag") + category("C", "c", "post_tag")),
        item(3, "A draft", "Not yet.", status="draft", post_date="0000-00-00 00:00:00", post_modified="2019-06-01 10:00:00"),
        item(4, "Secret", "For some.", status="publish", post_password="x", post_name="secret"),
        item(5, "About", "Who I am.", post_type="page", post_name="about-us", link="https://old.example/About-Us/"),
        item(6, "Binned", "Gone.", status="trash"),
        item(7, "A product", "Sold.", post_type="product"),
        attachment(50, "desk.png", "A desk"),
        attachment(51, "lamp.png", "A lamp"),
        item(60, "Reusable", "<p>Said everywhere.</p>", post_type="wp_block"),
    )  # fmt: skip
    uploads = {
        f"uploads/2019/05/{name}": png(shade) for shade, name in enumerate(("desk.png", "lamp.png", "La Mia.png"))
    }
    make_site(root, {"export.xml": export, **uploads})
    return root / "export.xml"


JEKYLL: dict[str, str | bytes] = {
    "_config.yml": "title: Old\nurl: https://old.example\nbaseurl: /site\npermalink: /:year/:month/:day/:title.html\n",
    "_posts/2018-03-04-First-Post.markdown": """---
layout: post
title: "First: a post"
date: 2018-03-04 23:10:00 +0100
categories: [Lavoro, Tempo]
tags: agenda posta
author: Somebody
excerpt: What it *says*.
---
* TOC
{:toc}

See [the second]({% post_url 2018-03-05-second %}) and [the page]({{ site.baseurl }}/About/).

![A desk]({{ "/assets/desk.png" | relative_url }})

{% highlight ruby %}
puts "{{ hi }}"
{% endhighlight %}

{% include video.html id="abcdefghijk" %} {% include newsletter.html %}

~~Gone~~ and `{{ kept }}`.
""",
    "_posts/2018-03-05-second.md": "---\ntitle: Second\nredirect_from: [/old-second/, /Old-Second]\n---\nBack to [first](/site/2018/03/04/First-Post.html#nothing).\n",
    "_posts/2018-03-06-broken.md": "---\ntitle: Broken: yes\n---\nText.\n",
    "_drafts/later.md": "---\ntitle: Later\n---\nNot yet.\n",
    "About.md": "---\ntitle: About\npermalink: /About/\n---\nWho I am. <iframe src='https://player.vimeo.com/video/123456'></iframe>\n",
    "README.md": "# Not a page\n",
    "assets/desk.png": png(),
}

HUGO: dict[str, str | bytes] = {
    "hugo.toml": 'baseURL = "https://old.example/"\n[permalinks]\nposts = "/:year/:month/:slug/"\n',
    "content/posts/2020-first.md": """+++
title = "First: a post"
date = 2020-02-03T23:30:00+01:00
draft = false
slug = "My-First"
tags = ["agenda", "posta"]
categories = ["Lavoro"]
aliases = ["/Old/First.html", "/?p=9"]
weight = 3
[params]
subtitle = "Small"
+++
{{< figure src="/img/Desk One.png" alt="A desk" caption="Mine" >}}

{{< youtube abcdefghijk >}} {{< callout "info" >}}Kept words{{< /callout >}}

See [the second]({{< ref "second/index.md" >}}) and {{</* shown */>}}.

- [x] done
""",
    "content/posts/second/index.md": "---\ntitle: Second\ndate: 2020-02-04\nlastmod: 2020-05-06\ndescription: What it says.\n---\n![](photo.png)\n\n[first](../2020-first.md)\n",
    "content/posts/second/photo.png": png(3),
    "content/posts/third.md": '{\n  "title": "Third",\n  "date": "2020-02-05",\n  "draft": true\n}\nText.\n',
    "content/posts/_index.md": "---\ntitle: Posts\n---\nAll of them.\n",
    "content/posts/note.org": "#+title: Org\n",
    "content/about.md": "---\ntitle: About\nurl: /About-Me.html\n---\nWho I am.\n",
    "static/img/Desk One.png": png(4),
}

PELICAN: dict[str, str | bytes] = {
    "pelicanconf.py": "import os\nSITEURL = 'https://old.example'\nPATH = 'content'\nARTICLE_URL = '{date:%Y}/{slug}.html'\nTHEME = os.environ['HOME']\n",
    "content/first.md": """Title: First: a post
Date: 2017-01-02 13:07
Category: Lavoro
Tags: agenda, posta, agenda
Authors: One; Two
Summary: What it says.

See [second]({filename}second.rst), [bar](|filename|/pages/about.md), [tag]({tag}agenda), [me]({author}One).

![A desk]({attach}images/Desk.png) [sheet]({static}/files/list.pdf)

    :::python
    print("{filename}")

!!! note "Mind"
    This and
    that.
""",
    "content/second.rst": """Second
######

:date: 2017-01-03
:category: Lavoro
:tags: agenda
:summary: In reST.

Words with ``code`` and `a link <{filename}/first.md>`_.

.. image:: /images/Desk.png
   :alt: A desk

.. code-block:: python
   :linenos: table

   print(1)

.. raw:: html

   <script>alert(1)</script>

.. include:: /etc/passwd

.. youtube:: abcdefghijk
""",
    "content/pages/about.md": "Title: About\n\nWho I am.\n",
    "content/notes/third.html": "<html><head><title>Third</title><meta name='date' content='2017-01-04'></head><body><p>In <b>HTML</b>.</p></body></html>",
    "content/images/Desk.png": png(5),
    "content/files/list.pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
}

FOLDER: dict[str, str | bytes] = {
    "2021-05-06 My Note.md": "# My *note*\n\nSee [[Other|that]] and ![[desk.png|A desk]].\n",
    "Other.md": "---\ntitle: Other\ndate: 2021-05-07\npermalink: /Other.html\n---\nText.\n",
    "pages/me.md": "---\ntitle: Me\n---\nWho I am.\n",
    "media/desk.png": png(6),
}
