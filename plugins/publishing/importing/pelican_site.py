"""Pelican: posts and pages in Markdown with `Title:` lines, in reST and in HTML."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname
from typing import Any
from urllib.parse import urlsplit

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.foreign_front_matter import Head, read_head
from plugins.publishing.importing.front_matter_keys import fill_post, read_day
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.liquid_tags import without_liquid
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.pelican_settings import read_settings
from plugins.publishing.importing.permalink_patterns import brace_address
from plugins.publishing.importing.rst_markdown import read_rst
from plugins.publishing.importing.text_files import files_below, read_text_file

_TEXTS = (".md", ".markdown", ".mkd", ".mdown", ".rst", ".html", ".htm", ".asc", ".adoc", ".ipynb")
_KNOWN = dict.fromkeys(("save_as", "url", "authors", "author", "translation", "template", "lang", "version"), "")


def read_pelican(root: Path) -> OldSite:
    """Read a Pelican site by the folder of its settings, or of its content."""
    settings = read_settings(root)
    content = root / str(settings["PATH"])
    content = content if content.is_dir() else root
    site = OldSite(root=content, files=[("/", content)])
    base = ""
    if address := str(settings["SITEURL"]).rstrip("/"):
        base = urlsplit(address).path.rstrip("/")
        site.origins.append(address.removesuffix(base))
    if base:
        site.base = base
        site.files.insert(0, (f"{base}/", content))
    for path in files_below(content, _TEXTS):
        read = _read(site, path, settings, base)
        if read is not None:
            site.posts.append(read)
            _keep_lists(site, read, settings, base)
    return site


def _keep_lists(site: OldSite, post: ImportedPost, settings: dict[str, Any], base: str) -> None:
    for label in [post.category] if post.category else []:
        site.lists[f"{base}{brace_address(str(settings['CATEGORY_URL']), None, {'slug': slug_of(label)})}/"] = (
            "categoria",
            label,
        )
    for label in post.tags:
        site.lists[f"{base}{brace_address(str(settings['TAG_URL']), None, {'slug': slug_of(label)})}/"] = ("tag", label)


def _read(site: OldSite, path: Path, settings: dict[str, Any], base: str) -> ImportedPost | None:
    name, root = path.as_posix(), site.root or Path()
    if path.suffix.lower() in (".asc", ".adoc", ".ipynb"):
        site.found += 1
        site.tell(Kind.UNREAD, name, 1, f"A text in {path.suffix} is not read. Convert it to Markdown first.")
        return None
    text = read_text_file(site, root, path)
    if text is None:
        site.found += 1
        return None

    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, name, line, what)

    if path.suffix.lower() == ".rst":
        head = read_rst(text, tell)
    elif path.suffix.lower() in (".html", ".htm"):
        head = _html_head(text, tell)
    else:
        head = read_head(text)
    if not head.values:
        return None  # Pelican, too, takes a file without a title for none of its own
    site.found += 1
    pages = [str(one).strip("/") for one in settings["PAGE_PATHS"]] if isinstance(settings["PAGE_PATHS"], list) else []
    is_page = any(name.startswith(f"{one}/") for one in pages)
    post = ImportedPost(name, head.body_line, "page" if is_page else "post", folder=dirname(name), names=[name])
    if head.fault:
        site.tell(Kind.KEY, name, head.fault_line, head.fault)
    _from_name(post, path, settings)
    fill_post(site, post, head, _KNOWN)
    if not post.title:
        post.title = re.sub(r"[-_]+", " ", path.stem).strip().capitalize()
    _from_settings(site, post, head, settings, base)
    if path.suffix.lower() not in (".rst", ".html", ".htm"):
        post.body = _markdown(site, post, head)
    else:
        post.body, post.original = head.body, text
    return post


def _from_name(post: ImportedPost, path: Path, settings: dict[str, Any]) -> None:
    for key, text in (("FILENAME_METADATA", path.stem), ("PATH_METADATA", path.as_posix())):
        try:
            found = re.match(str(settings[key]), text) if settings[key] else None
        except re.error:
            found = None
        said = found.groupdict() if found else {}
        if said.get("date"):
            post.day = read_day(said["date"])[0]
        post.slug = post.slug or said.get("slug") or ""
        post.category = post.category or said.get("category") or ""


def _from_settings(site: OldSite, post: ImportedPost, head: Head, settings: dict[str, Any], base: str) -> None:
    folder = dirname(post.file)
    if not post.category and post.kind == "post":
        is_by_folder = folder and settings["USE_FOLDER_AS_CATEGORY"]
        post.category = folder.rpartition("/")[2] if is_by_folder else ""
    language = str(head.values.get("lang", ""))
    is_other = bool(language) and language != settings["DEFAULT_LANG"]
    if is_other:
        site.tell(
            Kind.KEY, post.file, head.line("lang"), f"A text in another language ({language}): pages have one here."
        )
    for key in ("author", "authors", "translation", "template"):
        if head.values.get(key):
            site.tell(Kind.KEY, post.file, head.line(key), f"“{key}” has no place here: {head.values[key]}")
    named = post.title if settings["SLUGIFY_SOURCE"] == "title" else Path(post.file).stem
    slug = post.slug or _slug(named)
    words = {"slug": slug, "category": _slug(post.category or settings["DEFAULT_CATEGORY"]), "lang": language}
    words["author"] = _slug(str(head.values.get("author", settings.get("AUTHOR", ""))))
    pattern = ("PAGE" if post.kind == "page" else "ARTICLE") + ("_LANG_URL" if is_other else "_URL")
    saved = str(head.values.get("save_as", "")).removesuffix("index.html")
    own = str(head.values.get("url") or saved) or brace_address(str(settings[pattern]), post.day, words)
    post.addresses = [f"{base}/{own.lstrip('/')}", *post.addresses]
    post.slug = slug_of(slug) + (f"-{slug_of(language)}" if is_other and pattern.endswith("LANG_URL") else "")


def _slug(words: str) -> str:
    from pelican.settings import DEFAULT_CONFIG
    from pelican.utils import slugify

    return str(slugify(words, regex_subs=DEFAULT_CONFIG["SLUG_REGEX_SUBSTITUTIONS"]))


def _markdown(site: OldSite, post: ImportedPost, head: Head) -> str:
    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, post.file, post.line + line, what)

    text = head.body
    if re.search(r"\{%\s*\w", text):
        text = without_liquid(text, "", post.title, lambda _name: "", tell)
    return common_markdown(text, tell)


class _MetaReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.head = Head()
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta" and said.get("name"):
            key = str(said["name"]).lower()
            self.head.values[key] = said.get("content") or said.get("contents") or ""
            self.head.lines[key] = self.getpos()[0]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.head.values["title"] = data.strip()
            self.head.lines["title"] = self.getpos()[0]


def _html_head(text: str, tell: Any) -> Head:  # noqa: ANN401
    reader = _MetaReader()
    reader.feed(text)
    head = reader.head
    found = re.search(r"<body[^>]*>(.*?)(?:</body>|\Z)", text, re.S | re.I)
    if found is not None:
        first = text.count("\n", 0, found.start(1))
        head.body = html_to_markdown(found[1], lambda what, line: tell(what, first + line))
    return head
