"""Import writer: records of another system as files of the content, none of which it overwrites."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from unidecode import unidecode

from plugins.content.cross_checks import RESERVED
from plugins.content.front_matter import Post
from plugins.content.locale import language
from plugins.content.markup.slugs import slug_of
from plugins.content.site import LISTS, gather_site
from plugins.domain.language import speak
from plugins.publishing.checks.addresses import owned
from plugins.publishing.importing.front_matter_keys import plain_text
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.imported_files import ImportedFiles
from plugins.publishing.importing.label_names import LabelNames
from plugins.publishing.importing.link_rewriting import (
    LinkRewriting,
    address_key,
    section_names,
    without_lost_anchors,
)
from plugins.publishing.importing.old_addresses import OldAddresses, taken_addresses

_PLAIN = re.compile(r"[A-Za-zÀ-ÿ][\wÀ-ÿ \u2019'.()/&+%-]*[\wÀ-ÿ.)%]|[A-Za-zÀ-ÿ]")
_TITLE = re.compile(r"\A\s*+(?:#{1,2}[ \t]*(?P<atx>[^\n{]+)(?:\{[^\n]*\})?|(?P<line>[^\n]+)\n[=-]{3,})[ \t]*(?:\n|\Z)")
_PATH = re.compile(r"/[\w./~-]*[\w/]")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


@dataclass
class Outcome:
    """What an import came to."""

    site: OldSite
    files: ImportedFiles
    written: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    rules: dict[str, str] = field(default_factory=dict)
    timed: int = 0
    aliases: int = 0


def write_site(site: OldSite, content: Path, category: str) -> Outcome:
    """Write everything that was read into a content's folder, and tell what could not be carried."""
    outcome = Outcome(site, ImportedFiles(site, content))
    targets = _targets(site)
    ours = {Path(place) for place in targets}
    sources = [source for source in gather_site(content, [])[1] if source.path not in ours]
    speak(language("en"))  # the report's, whatever language the content just read is in
    labels = LabelNames(site)
    for source in sources:
        if isinstance(source.value, Post):
            labels.keep("category", source.value.category)
            for tag in source.value.tags:
                labels.keep("tag", tag)
    labels.look_through(post for post in targets.values() if post.kind == "post")
    for post in targets.values():
        if post.kind == "post":
            post.category, post.tags = labels.category(post, category), labels.tags(post)
        _give_day(site, post)
    texts = _texts(site, targets, outcome.files)
    lists = [f"blog/categoria/{slug_of(post.category)}/" for post in targets.values() if post.kind == "post"]
    lists += [f"blog/tag/{slug_of(tag)}/" for post in targets.values() if post.kind == "post" for tag in post.tags]
    own = [_address(place) for place in targets]
    addresses = OldAddresses(site, taken_addresses(sources, owned(content, sources, []), own, lists))
    rewriting = LinkRewriting(site, outcome.files, {}, {})
    for place, post in targets.items():
        # What was never published left no address behind.
        aliases = [] if post.is_draft else addresses.aliases(post, _address(place))
        text = _head(post, aliases, _image(rewriting, post)) + texts[place]
        outcome.aliases += len(aliases)
        _write(outcome, content, place, post, text)
    outcome.rules = addresses.rules
    outcome.timed = sum(post.has_time for post in site.posts)
    return outcome


def _targets(site: OldSite) -> dict[str, ImportedPost]:
    """The file of each post and page, in the order they were read."""
    targets: dict[str, ImportedPost] = {}
    for post in site.posts:
        slug = slug_of(unidecode(post.slug)) or slug_of(unidecode(post.title)) or slug_of(Path(post.file).stem)
        slug = slug or ("articolo" if post.kind == "post" else "pagina")
        if slug in (LISTS if post.kind == "post" else RESERVED):
            slug = f"{slug}-2"
        folder, number, name = ("blog" if post.kind == "post" else "pages"), 1, slug
        while f"{folder}/{name}.md" in targets:
            number += 1
            name = f"{slug[:74].rstrip('-')}-{number}"
        if number > 1:
            what = f"Another one has the address {slug}: this one is at {name}."
            site.tell(Kind.ADDRESS, post.file, post.line, what)
        targets[f"{folder}/{name}.md"] = post
        if not post.title:
            post.title = name.replace("-", " ").capitalize()
            site.tell(Kind.KEY, post.file, post.line, f"It has no title of its own: “{post.title}” stands in.")
    return targets


def _give_day(site: OldSite, post: ImportedPost) -> None:
    if post.kind == "page":
        if post.tags or post.category:
            site.tell(
                Kind.LABEL, post.file, post.line, f"A page has no labels: {', '.join([post.category, *post.tags])}"
            )
        return
    if post.day is None:
        file = (site.root or Path()) / post.file
        stamp = file.stat().st_mtime if file.is_file() else 0
        post.day = datetime.fromtimestamp(stamp, UTC).date() if stamp else date(2000, 1, 1)
        site.tell(Kind.KEY, post.file, post.line, f"Its date is not known: {post.day} stands in.")


def _texts(site: OldSite, targets: dict[str, ImportedPost], files: ImportedFiles) -> dict[str, str]:
    places = {address_key(address): place for place, post in targets.items() for address in reversed(post.addresses)}
    named = {name: place for place, post in targets.items() for name in post.names}
    rewriting = LinkRewriting(site, files, places, named)
    texts = {place: rewriting.rewritten(post) for place, post in targets.items()}
    names = {place: section_names(place, text) for place, text in texts.items()}
    done = {}
    for place, post in targets.items():
        text = _untitled(post, without_lost_anchors(site, post, texts[place], names, place))
        done[place] = text.strip("\n") + "\n" if text.strip() else ""
        if not text.strip():
            site.tell(Kind.MARKUP, post.file, post.line, f"“{post.title}” has no text.")
    return done


def _untitled(post: ImportedPost, text: str) -> str:
    """A text without a first heading that says the title again."""
    found = _TITLE.match(text)
    words = (found["atx"] or found["line"]).rstrip("# \t") if found else ""
    is_title = found is not None and slug_of(plain_text(words)) == slug_of(post.title)
    return text[found.end() :] if found is not None and is_title else text


def _image(rewriting: LinkRewriting, post: ImportedPost) -> str:
    if not post.image:
        return ""
    place = rewriting.picture(post, post.image)
    if not place:
        what = f"The picture of the post is none of the old site's, and was left out: {post.image}"
        rewriting.site.tell(Kind.PICTURE, post.file, post.image_line, what)
    elif not post.image_alt:
        rewriting.site.tell(
            Kind.PICTURE, post.file, post.image_line, f"No text for who cannot see {place}: image_alt is missing."
        )
    return place


def _address(place: str) -> str:
    slug = Path(place).stem
    if place.startswith("blog/"):
        return f"blog/{slug}/"
    return "" if slug == "home" else "404.html" if slug == "404" else f"{slug}/"


def _head(post: ImportedPost, aliases: list[str], image: str) -> str:
    day = {"date": post.day.isoformat()} if post.day and post.kind == "post" else {}
    keys: dict[str, str] = {"title": scalar(post.title), **day}
    if post.modified and (post.day is None or post.modified > post.day):
        keys["modified"] = post.modified.isoformat()
    if post.kind == "post":
        keys["category"] = scalar(post.category)
        if post.tags:
            keys["tags"] = _listed(post.tags)
    if post.summary:
        keys["summary"] = scalar(post.summary)
    if image:
        keys["image"] = scalar(image)
        keys |= {"image_alt": scalar(post.image_alt)} if post.image_alt else {}
    if post.is_draft:
        keys["status"] = "draft"
    if aliases:
        keys["aliases"] = _listed(aliases)
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\n{lines}---\n"


def _listed(values: list[str]) -> str:
    return f"[{', '.join(scalar(one) for one in values)}]"


def scalar(text: str) -> str:
    """A text as YAML has it, in quotes where it would be taken for something else."""
    text = " ".join(text.split())
    if _PATH.fullmatch(text):
        return text
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS and " #" not in text
    # JSON's quoting is YAML's too.
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _write(outcome: Outcome, content: Path, place: str, post: ImportedPost, text: str) -> None:
    path = content / place
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        if path.read_bytes() == text.encode():
            outcome.there.append(place)
            return
        what = f"“{post.title}” was not written: {place} is there already and says something else. Rename one of them."
        outcome.site.tell(Kind.UNREAD, post.file, post.line, what)
        outcome.refused.append(place)
    else:
        outcome.written.append(place)


def shared_days(outcome: Outcome) -> int:
    """How many posts share their day with another."""
    days = Counter(post.day for post in outcome.site.posts if post.kind == "post")
    return sum(count for count in days.values() if count > 1)
