"""New post: a draft with its front matter (`make nuovo`)."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.front_matter import Post
from plugins.content.markup.slugs import slug_of
from plugins.content.site import gather_site
from plugins.domain.language import _


def new_post(content: Path, title: str, today: date) -> Path:
    """Write a draft of that title, dated today, and return its file; ValueError where it cannot be.

    Its category is the one most posts have, so that it can be published as soon as it is written.
    """
    title = " ".join(title.split())
    slug = slug_of(title, longest=60)
    if not slug:
        raise ValueError(_('Serve un titolo con almeno una lettera. Esempio: make nuovo TITOLO="Tre modi di dire no"'))
    path = content / "blog" / f"{slug}.md"
    faults: list[Fault] = []
    sources = gather_site(content, faults)[1]
    posts = [source.value for source in sources if isinstance(source.value, Post)]
    if path.exists() or any(post.slug == slug for post in posts):
        raise ValueError(_("Un articolo con l’indirizzo /blog/%(slug)s/ c’è già. Scegli un altro titolo.", slug=slug))
    category = Counter(post.category for post in posts).most_common(1)
    lines = [
        "---",
        # JSON's quoting is YAML's too: a title may hold colons, quotes and signs.
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"date: {today.isoformat()}",
        f"category: {category[0][0] if category else 'Blog'}",
        "tags: []",
        "summary:",
        "service:",
        "status: draft",
        "---",
        _("Scrivi qui."),
        "",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write("\n".join(lines))
    return path
