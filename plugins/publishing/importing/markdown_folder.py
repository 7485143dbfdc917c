"""Markdown folder: texts of any editor, with front matter of whatever kind or none."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import dirname

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.code_spans import outside_code
from plugins.publishing.importing.foreign_front_matter import read_head
from plugins.publishing.importing.front_matter_keys import fill_post, own_address, plain_text, read_day
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.markdown_habits import common_markdown
from plugins.publishing.importing.text_files import files_below, read_text_file

_TEXTS = (".md", ".markdown", ".mkd", ".mdown", ".txt")
_DATED = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[-_ ]*(?P<title>.*)$")
_TITLE = re.compile(r"\A\s*+(?:#[ \t]+(?P<atx>[^\n]+)\n|(?P<line>[^\n]+)\n=+[ \t]*\n)")
_WIKI = re.compile(r"(?P<image>!?)\[\[(?P<name>[^\]|#\n]+)(?P<anchor>#[^\]|\n]*)?(?:\|(?P<words>[^\]\n]*))?\]\]")
_KNOWN = dict.fromkeys(("permalink", "url", "created", "date"), "")


def read_markdown_folder(root: Path) -> OldSite:
    """Read the Markdown files below a folder; those in a folder `pages` are pages."""
    site = OldSite(root=root, files=[("/", root)])
    paths = files_below(root, _TEXTS)
    by_stem = {path.stem.lower(): path.as_posix() for path in reversed(paths)}
    pictures = {
        path.name.lower(): path.as_posix()
        for path in files_below(root, (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"))
    }
    for path in paths:
        site.found += 1
        if (text := read_text_file(site, root, path)) is not None:
            site.posts.append(_read(site, path, text, by_stem, pictures))
    return site


def _read(site: OldSite, path: Path, text: str, by_stem: dict[str, str], pictures: dict[str, str]) -> ImportedPost:
    name, head = path.as_posix(), read_head(text)
    is_page = "pages" in path.parts[:-1] or str(head.values.get("layout") or head.values.get("type")) == "page"
    post = ImportedPost(name, head.body_line, "page" if is_page else "post", folder=dirname(name), names=[name])
    if head.fault:
        site.tell(Kind.KEY, name, head.fault_line, head.fault)
    dated = _DATED.match(path.stem)
    bare = (dated["title"] if dated else path.stem) or path.stem
    post.day = read_day(dated["day"])[0] if dated else None
    fill_post(site, post, head, _KNOWN)
    body = head.body
    if not post.title and (found := _TITLE.match(body)):
        post.title = plain_text((found["atx"] or found["line"]).rstrip("# \t"))
        body = "\n" * found[0].count("\n") + body[found.end() :]
    post.title = post.title or re.sub(r"[-_]+", " ", bare).strip().capitalize()
    if own := own_address(head):
        post.addresses.insert(0, own if own.startswith("/") else f"/{own}")
    post.slug = slug_of(post.slug or bare)

    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, name, post.line + line, what)

    def wiki(found: re.Match[str]) -> str:
        target, words = found["name"].strip(), found["words"] or found["name"].strip()
        if found["image"]:
            place = pictures.get(target.rpartition("/")[2].lower(), target)
            return f"![{found['words'] or ''}](/{place.replace(' ', '%20')})"
        place = by_stem.get(target.rpartition("/")[2].lower(), f"{target}.md")
        return f"[{words}](/{place.replace(' ', '%20')}{found['anchor'] or ''})"

    post.body = common_markdown(outside_code(_WIKI, wiki, body), tell)
    return post
