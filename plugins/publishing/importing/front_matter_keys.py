"""Front matter keys: what other systems call title, date, tags and the rest, put into a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Any

from plugins.publishing.importing.foreign_front_matter import Head
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite

# By the key of ours; the first that is there counts.
_NAMES = {
    "title": ("title",),
    "day": ("date", "publishdate", "pubdate", "created", "published_at"),
    "modified": ("modified", "lastmod", "updated", "last_modified_at", "last_updated"),
    "category": ("category", "categories"),
    "tags": ("tags", "tag", "topics", "keywords"),
    "summary": ("summary", "description", "excerpt", "subtitle"),
    "image": ("image", "featured_image", "cover", "thumbnail", "featuredimage", "feature_image", "header"),
    "image_alt": ("image_alt", "imagealt", "featured_image_alt", "alt"),
    "slug": ("slug",),
    "address": ("permalink", "url"),
    "aliases": ("aliases", "redirect_from", "alias"),
}
# What only the old system's own pages needed.
_SILENT = {
    "layout",
    "type",
    "toc",
    "draft",
    "published",
    "status",
    "comments",
    "math",
    "weight",
    "template",
    "id",
    "section",
    "markup",
}
_SHORT = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d])(?P<time>.*)", re.S)
_MARKS = re.compile(r"<[^<>]*>|!\[[^\[\]]*\]\([^)]*\)|\[([^\[\]]*)\](?:\([^)]*\)|\[[^\]]*\])|[*`]+|(?<!\w)_+|_+(?!\w)")


def plain_text(text: str) -> str:
    """Words without HTML and Markdown, on one line."""
    return " ".join(unescape(_MARKS.sub(lambda found: found[1] or "", text)).split())


def words(value: object) -> list[str]:
    """The words of a list, or of a text with commas between."""
    if isinstance(value, str):
        value = re.split(r"[;,]" if ";" not in value else ";", value.strip().removeprefix("[").removesuffix("]"))
    found = [plain_text(str(one)).strip("\"' ") for one in value] if isinstance(value, list) else []
    return list(dict.fromkeys(one for one in found if one))


def read_day(text: str) -> tuple[date | None, bool]:
    """The day that a date names as it was written, and whether a time stood with it."""
    text = text.strip()
    if found := _SHORT.match(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3])), bool(found["time"].strip())
        except ValueError:
            return None, False
    try:
        # As Pelican reads dates, and in English: day names, months in letters.
        from pelican.utils import get_date

        return (get_date(text).date(), ":" in text) if len(text) < 60 and re.search(r"\d{4}", text) else (None, False)
    except (ValueError, OverflowError):
        return None, False


def fill_post(site: OldSite, post: ImportedPost, head: Head, known: Mapping[str, str] | None = None) -> None:
    """Put what a front matter says into a record; keys that have no place are told, but for those in `known`."""
    taken: set[str] = set(_SILENT) | set(known or ())
    found: dict[str, tuple[str, Any]] = {}
    for name, keys in _NAMES.items():
        for key in keys:
            if head.values.get(key) not in (None, "", [], {}):
                found.setdefault(name, (key, head.values[key]))
        taken |= {found[name][0]} if name in found else set(keys)

    def text(name: str) -> str:
        value = found[name][1] if name in found else ""
        return str(value[0] if isinstance(value, list) and value else value) if not isinstance(value, dict) else ""

    post.title = plain_text(text("title")) or post.title
    post.summary = plain_text(text("summary")) or post.summary
    post.slug = text("slug") or post.slug
    _fill_dates(site, post, head, {name: found[name] for name in ("day", "modified") if name in found})
    _fill_labels(site, post, found)
    post.is_draft = post.is_draft or _is_draft(head.values)
    if str(head.values.get("status", "")).lower() == "hidden":
        site.tell(Kind.KEY, post.file, head.line("status"), "“hidden” became a draft: nothing leads to it.")
    if "image" in found:
        _fill_image(post, found["image"][1])
        post.image_line = head.line(found["image"][0])
        post.image_alt = plain_text(text("image_alt")) or post.image_alt
    for one in words(found["aliases"][1]) if "aliases" in found else ():
        post.addresses.append(one if one.startswith("/") else f"/{one}")
    for key in sorted(set(head.values) - taken):
        if head.values[key] not in ("", [], {}):
            site.tell(Kind.KEY, post.file, head.line(key), f"“{key}” has no place here: {_short(head.values[key])}")


def own_address(head: Head) -> str:
    """The address that a front matter gives its text, where it does."""
    for key in _NAMES["address"]:
        value = head.values.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _fill_dates(site: OldSite, post: ImportedPost, head: Head, found: Mapping[str, tuple[str, Any]]) -> None:
    for name, (key, value) in found.items():
        day, has_time = read_day(str(value))
        if day is None:
            site.tell(Kind.KEY, post.file, head.line(key), f"“{key}” is no date that can be read: {_short(value)}")
        elif name == "day":
            post.day, post.has_time = day, has_time
        else:
            post.modified = day


def _fill_labels(site: OldSite, post: ImportedPost, found: Mapping[str, tuple[str, Any]]) -> None:
    key, value = found.get("category", ("", ""))
    # One category a post: it may hold commas where its key is for one alone.
    named = [plain_text(value)] if key == "category" and isinstance(value, str) else words(value)
    if named and named[0]:
        post.category = named[0]
    post.tags = list(dict.fromkeys([*post.tags, *named[1:], *words(found.get("tags", ("", []))[1])]))
    for one in named[1:]:
        site.tell(Kind.LABEL, post.file, 1, f"A post has one category: “{one}”, a second one, became a tag.")


def _fill_image(post: ImportedPost, value: object) -> None:
    if isinstance(value, dict):
        keys = ("path", "image", "src", "url", "relative_path", "teaser", "overlay_image", "feature")
        post.image = next((str(value[key]) for key in keys if isinstance(value.get(key), str) and value[key]), "")
        post.image_alt = plain_text(str(value.get("alt") or value.get("caption") or ""))
    elif isinstance(value, str):
        post.image = value
    elif isinstance(value, list) and value and isinstance(value[0], str):
        post.image = value[0]


def _is_draft(values: Mapping[str, Any]) -> bool:
    status = str(values.get("status", "")).lower()
    is_kept_back = str(values.get("draft", "")).lower() == "true" or str(values.get("published", "")).lower() == "false"
    return is_kept_back or status in ("draft", "hidden", "private", "pending", "skip")


def _short(value: object) -> str:
    return " ".join(str(value).split())[:100]
