"""The same blog as a site of Eleventy's: a comparable theme with the same styles, lists, feed and neighbours."""

from __future__ import annotations

import shutil
from pathlib import Path

from plugins.content.templates.template_filters import stylesheet
from tests.bench.corpus import pages, posts
from tests.building import CONTENT, ROOT

THEME = Path(__file__).parent / "peers" / "eleventy" / "site"


def command() -> list[str] | None:
    """How Eleventy is started where `make bench-peers` has installed it; None where it is not."""
    program, node = ROOT / ".peers/eleventy/node_modules/@11ty/eleventy/cmd.cjs", shutil.which("node")
    return [node, str(program), "--quiet"] if node and program.exists() else None


def write_site(folder: Path, count: int) -> Path:
    """Write the site with so many posts into a folder, and return the folder."""
    shutil.copytree(THEME, folder)
    (folder / "style.css").write_text(stylesheet(ROOT / "theme"), encoding="utf-8")
    shutil.copytree(ROOT / "theme" / "static", folder / "static" / "theme")
    shutil.copytree(CONTENT / "images", folder / "static" / "images")
    for post in posts(count):
        head = f'title: "{post.title}"\ndate: {post.day}\ncategory: {post.category}\n'
        head += f'labels: [{", ".join(post.tags)}]\nsummary: "{post.summary}"\n'
        file = folder / "content" / "blog" / f"{post.slug}.md"
        file.write_text(f"---\n{head}---\n{post.body}", encoding="utf-8")
    for page in pages():
        file = folder / "content" / f"{page.address}.md"
        # The search page is a template of the theme: it lists all posts.
        if page.slug != "cerca":
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f'---\ntitle: "{page.title}"\n---\n{page.body}', encoding="utf-8")
    return folder
