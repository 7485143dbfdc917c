"""Hugo: sections, page bundles and top-level pages, with front matter in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from posixpath import basename, dirname
from typing import Any
from urllib.parse import urlsplit

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.foreign_front_matter import Head, read_head
from plugins.publishing.importing.front_matter_keys import fill_post, own_address, words
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.hugo_shortcodes import without_hugo_shortcodes
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.permalink_patterns import colon_address
from plugins.publishing.importing.text_files import files_below, read_text_file

_TEXTS = (".md", ".markdown", ".mdown", ".html", ".htm", ".rst", ".org", ".adoc", ".pandoc")
_READ = (".md", ".markdown", ".mdown", ".html", ".htm")
_SECTIONS = {"post", "posts", "blog", "article", "articles", "news", "writing", "journal", "notizie", "articoli"}
_KNOWN = dict.fromkeys(("url", "linktitle", "publishdate", "expirydate", "date"), "")
_LANGUAGE = re.compile(r"\.(?P<lang>[a-z]{2}(?:-[a-z]{2})?)$", re.I)


def read_hugo(root: Path) -> OldSite:
    """Read a Hugo site by its folder."""
    config = _config(root)
    content = root / str(config.get("contentdir") or "content")
    site = OldSite(root=content if content.is_dir() else root)
    site.files = [("/", root / "static"), ("/", root / "assets"), ("/", content)]
    base = str(config.get("baseurl") or "")
    path = urlsplit(base).path.rstrip("/") if base else ""
    if base:
        site.origins.append(base.rstrip("/").removesuffix(path))
    if path:
        site.base = path
        site.files = [(f"{path}/", root / "static"), *site.files]
    texts: list[tuple[ImportedPost, str]] = []
    for file in files_below(site.root or root, _TEXTS):
        found = _read(site, file, config, path)
        if found is not None:
            texts.append(found)
    by_name = {name: post for post, _ in texts for name in post.names}
    for post, text in texts:
        post.body = _body(site, post, text, by_name)
        site.posts.append(post)
    return site


def _config(root: Path) -> dict[str, Any]:
    for folder in (root, root / "config" / "_default"):
        for name in ("hugo", "config"):
            for suffix in ("toml", "yaml", "yml", "json"):
                if (file := folder / f"{name}.{suffix}").is_file() and file.stat().st_size < 1_000_000:
                    return _loaded(file, suffix)
    return {}


def _loaded(file: Path, suffix: str) -> dict[str, Any]:
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        if suffix in ("yaml", "yml"):
            return read_head(f"---\n{text}\n---\n").values
        values = tomllib.loads(text) if suffix == "toml" else json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(key).lower(): value for key, value in values.items()} if isinstance(values, dict) else {}


def _read(site: OldSite, file: Path, config: dict[str, Any], base: str) -> tuple[ImportedPost, str] | None:
    name, root = file.as_posix(), site.root or Path()
    text = read_text_file(site, root, file)
    if text is None:
        return None
    head = read_head(text) if text.startswith(("---", "+++", "{")) else Head(body=text)
    if file.stem.split(".")[0] == "_index":
        if head.body.strip():
            site.tell(Kind.UNREAD, name, head.body_line, "The text of a list's page has no place here.")
        return None
    site.found += 1
    if file.suffix.lower() not in _READ:
        site.tell(Kind.UNREAD, name, 1, f"A text in {file.suffix} is not read. Convert it to Markdown first.")
        return None
    section = file.parts[0] if len(file.parts) > 1 else ""
    is_post = section.lower() in _SECTIONS or section in _main_sections(config)
    is_post = is_post or bool(section and ("date" in head.values or "publishdate" in head.values))
    post = ImportedPost(name, head.body_line, "post" if is_post else "page", folder=dirname(name), names=[name])
    stem = _LANGUAGE.sub("", file.stem)
    language = _LANGUAGE.search(file.stem)
    if language and language["lang"] != str(config.get("defaultcontentlanguage") or "en"):
        site.tell(Kind.KEY, name, 1, f"A translation ({language['lang']}) became a text of its own.")
    is_bundle = stem == "index"
    bare = file.parent.name if is_bundle else stem
    if head.fault:
        site.tell(Kind.KEY, name, head.fault_line, head.fault)
    post.title = re.sub(r"[-_]+", " ", bare).strip().capitalize()
    _add_nested(head)
    fill_post(site, post, head, _KNOWN)
    post.names += [dirname(name) if is_bundle else name.rpartition(".")[0], basename(name)] if bare else []
    own = own_address(head) or _address(config, section, file, is_bundle, post.slug or bare, post)
    post.addresses = [base + (own if own.startswith("/") else f"/{own}"), *post.addresses]
    post.slug = slug_of(post.slug or bare)
    return post, head.body


def _main_sections(config: dict[str, Any]) -> set[str]:
    params = config.get("params")
    named = params.get("mainSections", params.get("mainsections")) if isinstance(params, dict) else None
    return set(words(named)) if named else set()


def _add_nested(head: Head) -> None:
    """Keys that Hugo's themes keep below `params` or `cover` count as if they stood outside."""
    for outer in ("params", "taxonomies"):
        inner = head.values.pop(outer, None)
        for key, value in inner.items() if isinstance(inner, dict) else ():
            if key not in head.values:
                head.values[key], head.lines[key] = value, head.line(outer)


def _address(config: dict[str, Any], section: str, file: Path, is_bundle: bool, slug: str, post: ImportedPost) -> str:
    patterns = config.get("permalinks")
    if isinstance(patterns, dict):
        inner = patterns.get("page")
        found = inner.get(section) if isinstance(inner, dict) else None
        pattern = found or patterns.get(section)
        if isinstance(pattern, str):
            name = _LANGUAGE.sub("", file.stem)
            described = {"slug": slug.lower(), "title": slug_of(post.title), "section": section, "filename": name}
            described |= {
                "sections": "/".join(file.parts[:-1]),
                "contentbasename": slug,
                "slugorfilename": slug.lower(),
            }
            described["slugorcontentbasename"] = slug.lower()
            return colon_address(pattern, post.day, described)
    folders = list(file.parts[:-1][:-1] if is_bundle else file.parts[:-1])
    place = "/".join([*folders, slug]).lower().replace(" ", "-")
    is_ugly = str(config.get("uglyurls", "")).lower() == "true"
    return f"/{place}.html" if is_ugly else f"/{place}/"


def _body(site: OldSite, post: ImportedPost, text: str, by_name: dict[str, ImportedPost]) -> str:
    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, post.file, post.line + line, what)

    def find_page(name: str) -> str:
        bare = name.strip("/").removeprefix("./")
        tried = (bare, f"{post.folder}/{bare}", f"{bare}.md", f"{post.folder}/{bare}.md", f"{bare}/index.md")
        found = next((by_name[one] for one in tried if one in by_name), None)
        return found.addresses[0] if found else ""

    text = without_hugo_shortcodes(text, find_page, tell)
    if post.file.lower().endswith((".html", ".htm")):
        post.original = text
        return html_to_markdown(text, lambda what, line: tell(what, line - 1))
    return common_markdown(text, tell)
