"""The same blog as a site of Hugo's: a comparable theme with the same styles, lists, labels, feeds and neighbours."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from plugins.content.templates.template_filters import stylesheet
from tests.bench.corpus import pages, posts
from tests.building import CONTENT, ROOT

THEME = Path(__file__).parent / "peers" / "hugo"


def program() -> str | None:
    """Hugo where it is installed: by `make bench-peers`, or on the path; None where it is not."""
    own = sorted((ROOT / ".peers").glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    return str(own[0]) if own else shutil.which("hugo")


def write_site(folder: Path, count: int) -> Path:
    """Write the site with so many posts into a folder, and return the folder."""
    shutil.copytree(THEME, folder)
    (folder / "style.css").write_text(stylesheet(ROOT / "theme"), encoding="utf-8")
    shutil.copytree(ROOT / "theme" / "static", folder / "static" / "theme")
    shutil.copytree(CONTENT / "images", folder / "static" / "images")
    blog = folder / "content" / "blog"
    blog.mkdir(parents=True)
    (blog / "_index.md").write_text("---\ntitle: Blog\n---\n", encoding="utf-8")
    for post in posts(count):
        head = f'title: "{post.title}"\nslug: {post.slug}\ndate: {post.day}\ncategories: [{post.category}]\n'
        head += f'tags: [{", ".join(post.tags)}]\nsummary: "{post.summary}"\n'
        (blog / f"{post.slug}.md").write_text(f"---\n{head}---\n{post.body}", encoding="utf-8")
    for page in pages():
        layout = "layout: search\n" if page.slug == "cerca" else ""
        file = folder / "content" / (f"{page.address}/_index.md" if page.is_list else f"{page.address}.md")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'---\ntitle: "{page.title}"\n{layout}---\n{page.body}', encoding="utf-8")
    (folder / "content" / "archivio.md").write_text("---\ntitle: Archivio\nlayout: archives\n---\n", encoding="utf-8")
    return folder


def environment(is_related: bool) -> dict[str, str]:
    """Of Hugo with its related posts, or without: they take most of its time where there are many."""
    return {**os.environ} if is_related else {**os.environ, "HUGO_PARAMS_UNRELATED": "true"}
