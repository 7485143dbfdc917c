"""WordPress: the items of a WXR export as posts and pages."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.front_matter_keys import plain_text, read_day
from plugins.publishing.importing.html_markdown import html_to_markdown
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.link_rewriting import address_key
from plugins.publishing.importing.shortcodes import without_shortcodes
from plugins.publishing.importing.text_files import files_below
from plugins.publishing.importing.wordpress_paragraphs import paragraphs
from plugins.publishing.importing.wordpress_xml import Channel, Item, read_channel

# Of its first category, in its languages.
_UNCHOSEN = {"uncategorized", "senza-categoria", "non-categorizzato"}
_UPLOADS = "/wp-content/uploads/"
# Bookkeeping of WordPress itself: revisions of what is there, menus, styles of its editor.
_INNER = {"revision", "nav_menu_item", "wp_global_styles", "wp_template", "wp_template_part", "wp_navigation"}
_INNER |= {"custom_css", "customize_changeset", "oembed_cache", "user_request", "attachment", "wp_block"}


def read_wordpress(path: Path, uploads: Path | None) -> OldSite:
    """Read a WXR file, or all those of a folder; `uploads` is a copy of `wp-content/uploads`, if there is one."""
    site = OldSite()
    files = [path] if path.is_file() else [path / one for one in files_below(path, (".xml",))]
    channels = [(file, read_channel(file)) for file in files]
    items = {item.of("post_id"): item for _file, channel in channels for item in channel.items}
    if uploads is not None:
        site.files += [(_UPLOADS, uploads), ("/", uploads)]
    site.root = uploads
    for file, channel in channels:
        _read_channel(site, file.name, channel, items)
    return site


def _read_channel(site: OldSite, name: str, channel: Channel, items: dict[str, Item]) -> None:
    for line, what in channel.faults:
        site.tell(Kind.UNREAD, name, line, what)
    for key in ("base_blog_url", "base_site_url", "link"):
        if address := channel.fields.get(key, "").strip():
            site.origins.append(address)
    for term in channel.terms:
        _read_term(site, term)
    others: Counter[str] = Counter()
    for item in channel.items:
        kind, status = item.of("post_type") or "post", item.of("status") or "publish"
        if kind == "attachment":
            _keep_attachment(site, item)
        if kind in ("post", "page"):
            site.found += 1
            if status in ("trash", "auto-draft", "inherit"):
                site.tell(Kind.UNREAD, name, item.line, f"“{item.of('title')}” is in WordPress' bin ({status}).")
            else:
                site.posts.append(_read_item(site, name, item, kind, items))
        elif kind not in _INNER:
            others[kind] += 1
            what = f"“{item.of('title')}” is neither a post nor a page, but of the type {kind}."
            site.tell(Kind.UNREAD, name, item.line, what)
        _count_comments(site, name, item)


def _keep_attachment(site: OldSite, item: Item) -> None:
    address = item.of("attachment_url")
    parts = urlsplit(address)
    site.alts[parts.path] = plain_text(item.meta.get("_wp_attachment_image_alt", ""))
    origin = f"{parts.scheme}://{parts.netloc}"
    # Its pictures are the site's own wherever they are kept, as WordPress.com does on another host.
    if parts.netloc and origin not in site.origins:
        site.origins.append(origin)
    page = urlsplit(item.of("link"))
    if page.netloc:
        site.picture_pages[address_key(page.path + (f"?{page.query}" if page.query else ""))] = address


def _read_term(site: OldSite, term: dict[str, str]) -> None:
    if nicename := term.get("category_nicename", "").strip():
        site.lists[f"/category/{nicename}/"] = ("categoria", term.get("cat_name", nicename).strip())
    elif nicename := term.get("tag_slug", "").strip():
        site.lists[f"/tag/{nicename}/"] = ("tag", term.get("tag_name", nicename).strip())


def _count_comments(site: OldSite, name: str, item: Item) -> None:
    shown = [one for one in item.comments if one.get("comment_approved", "").strip() == "1"]
    site.comments += len(item.comments)
    if item.comments:
        what = f"{len(item.comments)} comments ({len(shown)} of them approved) below “{item.of('title')}”."
        site.tell(Kind.COMMENT, name, item.line, what)


def _read_item(site: OldSite, name: str, item: Item, kind: str, items: dict[str, Item]) -> ImportedPost:
    post = ImportedPost(name, item.content_line or item.line, "page" if kind == "page" else "post")
    post.title = plain_text(item.of("title"))
    post.slug = unquote(item.of("post_name"))
    post.summary = plain_text(item.of("excerpt")) or plain_text(item.meta.get("_yoast_wpseo_metadesc", ""))
    post.day, post.has_time = read_day(item.of("post_date"))
    if post.day is None:
        post.day = read_day(item.of("post_modified"))[0] or read_day(item.of("pubDate"))[0]
        site.tell(Kind.KEY, name, item.line, f"“{post.title}” has no date of its own: {post.day or 'none'} stands in.")
    modified = read_day(item.of("post_modified"))[0]
    post.modified = modified if modified and post.day and modified > post.day else None
    _take_status(site, post, item)
    _take_labels(site, post, item)
    for address in (item.of("link"), item.of("guid")):
        parts = urlsplit(address)
        if parts.netloc and (parts.path.strip("/") or parts.query) and "attachment_id" not in parts.query:
            post.addresses.append(
                re.sub(r"/{2,}", "/", unquote(parts.path or "/")) + (f"?{parts.query}" if parts.query else "")
            )
    if number := item.of("post_id"):
        post.addresses.append(f"/?p={number}" if kind == "post" else f"/?page_id={number}")
    post.addresses = list(dict.fromkeys(post.addresses))
    thumbnail = items.get(item.meta.get("_thumbnail_id", ""))
    if thumbnail is not None:
        post.image, post.image_line = thumbnail.of("attachment_url"), item.line
        post.image_alt = plain_text(thumbnail.meta.get("_wp_attachment_image_alt", ""))
    post.original = item.fields.get("content", "")
    post.body = _body(site, post, item, items)
    return post


def _take_status(site: OldSite, post: ImportedPost, item: Item) -> None:
    status = item.of("status") or "publish"
    post.is_draft = status not in ("publish", "future")
    if item.of("post_password"):
        post.is_draft = True
        site.tell(Kind.KEY, post.file, item.line, f"“{post.title}” had a password: it became a draft.")
    elif status in ("private", "pending"):
        site.tell(Kind.KEY, post.file, item.line, f"“{post.title}” was {status}: it became a draft.")
    if item.of("is_sticky") == "1":
        site.tell(Kind.KEY, post.file, item.line, f"“{post.title}” was kept on top of the list.")


def _take_labels(site: OldSite, post: ImportedPost, item: Item) -> None:
    named = {
        domain: [name for one, _slug, name in item.categories if one == domain] for domain in ("category", "post_tag")
    }
    categories = [plain_text(one) for one in named["category"]]
    # What WordPress puts where nothing was chosen.
    chosen = [one for one in categories if slug_of(one) not in _UNCHOSEN]
    post.category = chosen[0] if chosen else ""
    post.tags = list(dict.fromkeys([*chosen[1:], *(plain_text(one) for one in named["post_tag"])]))
    for one in chosen[1:]:
        site.tell(Kind.LABEL, post.file, item.line, f"A post has one category: “{one}”, a second one, became a tag.")


def _body(site: OldSite, post: ImportedPost, item: Item, items: dict[str, Item]) -> str:
    def tell(what: str, line: int) -> None:
        site.tell(Kind.MARKUP, post.file, post.line + line - 1, what)

    def pictures(number: str | None) -> list[tuple[str, str]]:
        if number is not None:
            found = [items[number]] if number in items else []
        else:
            mine = item.of("post_id")
            found = [one for one in items.values() if one.of("post_parent") == mine and one.of("attachment_url")]
        shown = [
            one
            for one in found
            if re.search(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|heic)$", one.of("attachment_url"), re.I)
        ]
        return [(one.of("attachment_url"), one.meta.get("_wp_attachment_image_alt", "")) for one in shown]

    def reusable(number: str) -> str:
        found = items.get(number)
        return found.fields.get("content", "") if found and found.of("post_type") == "wp_block" else ""

    html = item.fields.get("content", "")
    has_blocks = "<!-- wp:" in html
    html = without_shortcodes(html, pictures, reusable, tell)
    return html_to_markdown(html if has_blocks else paragraphs(html), tell)
