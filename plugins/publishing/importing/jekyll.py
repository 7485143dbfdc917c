"""Jekyll: `_posts`, `_drafts`, pages and collections."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname
from typing import Any

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.foreign_front_matter import Head, read_head
from plugins.publishing.importing.front_matter_keys import fill_post, own_address, read_day, words
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.liquid_tags import without_liquid
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.permalink_patterns import JEKYLL_STYLES, colon_address, slugs
from plugins.publishing.importing.text_files import files_below, read_text_file

_TEXTS = (".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html", ".htm")
_NAME = re.compile(r"(?P<day>\d{2,4}-\d{1,2}-\d{1,2})-(?P<title>.+)$")
# What the site was built by and not from.
_BUILT = frozenset({"_site", "_layouts", "_includes", "_sass", "_data", "node_modules", "vendor", "_plugins"})
_NO_PAGES = {"readme", "license", "changelog", "contributing", "404", "code_of_conduct"}
_KNOWN = dict.fromkeys(("author", "authors", "date", "excerpt_separator", "nav_order", "ext", "order"), "")


def read_jekyll(root: Path) -> OldSite:
    """Read a Jekyll site by its folder."""
    site = OldSite(root=root, files=[("/", root)])
    config = _config(site, root)
    base = str(config.get("baseurl") or "").rstrip("/")
    if address := str(config.get("url") or "").rstrip("/"):
        site.origins.append(address)
    if base:
        site.base = base
        site.files.insert(0, (f"{base}/", root))
    collections = config.get("collections") or {}
    shown = {name for name, one in collections.items() if isinstance(one, dict) and one.get("output") == "true"}
    if isinstance(collections, list):
        shown = {str(one) for one in collections}
    texts: list[tuple[ImportedPost, str]] = []
    for path in files_below(root, _TEXTS, _BUILT):
        kind = _kind_of(path, shown)
        if kind and (text := read_text_file(site, root, path)) is not None:
            head = read_head(text) if text.startswith("---") else Head(body=text)
            if not text.startswith("---") and kind != "post":
                continue  # without a front matter it was only copied
            texts.append((_post(site, path, head, kind, config), head.body))
    by_name = {one.rpartition(".")[0]: post for post, _ in texts for one in post.names}
    for post, text in texts:
        post.body = _body(site, post, text, base, by_name)
        site.posts.append(post)
    return site


def _config(site: OldSite, root: Path) -> dict[str, Any]:
    for name in ("_config.yml", "_config.yaml"):
        if (root / name).is_file() and (text := read_text_file(site, root, Path(name))) is not None:
            head = read_head(f"---\n{text}\n---\n")
            if head.fault:
                site.tell(Kind.UNREAD, name, head.fault_line - 1, head.fault)
            return head.values
    return {}


def _kind_of(path: Path, shown: set[str]) -> str:
    """What a file is: a post, a draft or a page; an empty text where it is none."""
    parts = path.parts
    if "_posts" in parts:
        return "post"
    if "_drafts" in parts:
        return "draft"
    hidden = [one for one in parts[:-1] if one.startswith("_")]
    if hidden:
        return "page" if hidden[0][1:] in shown or hidden[0] == "_pages" else ""
    return "" if path.stem.lower() in _NO_PAGES else "page"


def _post(site: OldSite, path: Path, head: Head, kind: str, config: dict[str, Any]) -> ImportedPost:
    name, site.found = path.as_posix(), site.found + 1
    post = ImportedPost(name, head.body_line, "page" if kind == "page" else "post", folder=dirname(name), names=[name])
    if head.fault:
        site.tell(Kind.KEY, name, head.fault_line, head.fault)
    dated = _NAME.match(path.stem)
    title = dated["title"] if dated else path.stem
    if dated:
        post.day = read_day(dated["day"])[0]
    post.title = re.sub(r"[-_]+", " ", title).strip().capitalize() if kind != "page" or "title" in head.values else ""
    folders = (
        [one for one in path.parts[: path.parts.index("_posts")] if "_posts" in path.parts] if kind == "post" else []
    )
    known = {**_KNOWN, **dict.fromkeys(("permalink",), "")}
    for key in ("tags", "categories"):
        value = head.values.get(key)
        if isinstance(value, str) and "," not in value:
            head.values[key] = value.split()
    fill_post(site, post, head, known)
    _tell_authors(site, post, head)
    named = words(head.values.get("categories") or head.values.get("category") or []) or folders
    if not post.category and folders:
        post.category = folders[-1]
    slug = post.slug or title
    post.is_draft = post.is_draft or kind == "draft"
    pattern = own_address(head) or (_post_pattern(config) if kind == "post" else "")
    if pattern or kind == "page":
        described = {"title": slug, "slug": slug_of(slug), "name": path.stem, "output_ext": ".html"}
        described |= {"categories": slugs(named), "path": path.with_suffix("").as_posix(), "basename": path.stem}
        described["collection"] = path.parts[0].lstrip("_")
        own = colon_address(pattern, post.day, described) if pattern else _page_address(path, config)
        base = str(config.get("baseurl") or "").rstrip("/")
        post.addresses = [base + own, *post.addresses]
    post.slug = slug_of(slug)
    if kind == "page" and path.stem == "index":
        post.slug = slug_of(post.slug if post.slug != "index" else path.parent.name or "index")
    return post


def _page_address(path: Path, config: dict[str, Any]) -> str:
    place = path.with_suffix("").as_posix().removeprefix("_")
    if path.stem == "index":
        return "/" + place.removesuffix("index")
    return f"/{place}/" if str(config.get("permalink", "")) == "pretty" else f"/{place}.html"


def _post_pattern(config: dict[str, Any]) -> str:
    named = str(config.get("permalink") or "date")
    return JEKYLL_STYLES.get(named, named)


def _tell_authors(site: OldSite, post: ImportedPost, head: Head) -> None:
    for key in ("author", "authors"):
        if head.values.get(key):
            site.tell(Kind.KEY, post.file, head.line(key), f"“{key}” has no place here: {head.values[key]}")


def _body(site: OldSite, post: ImportedPost, text: str, base: str, by_name: dict[str, ImportedPost]) -> str:
    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, post.file, post.line + line, what)

    def find_post(name: str) -> str:
        bare = re.sub(r"\.(?:md|markdown|html)$", "", name.strip("/\"'"))
        ends = (f"_posts/{bare}", f"{bare.rpartition('/')[0]}/_posts/{bare.rpartition('/')[2]}", bare)
        found = next((one for key, one in by_name.items() if key.endswith(ends)), None)
        return found.addresses[0] if found and found.addresses else ""

    text = without_liquid(text, base, post.title, find_post, tell)
    if post.file.lower().endswith((".html", ".htm")):
        post.original = text
        return html_to_markdown(text, lambda what, line: tell(what, line - 1))
    return common_markdown(text, tell)
