"""Link rewriting: links and pictures of the old site as `{filename}` and `{static}` of this one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.markdown_parts import read_markup
from plugins.content.markup.slugs import slug_of
from plugins.publishing.importing.code_spans import outside_code
from plugins.publishing.importing.embed_links import attributes
from plugins.publishing.importing.import_records import ImportedPost, Kind, OldSite
from plugins.publishing.importing.imported_files import ImportedFiles, is_picture
from plugins.publishing.importing.inline_links import InlineLink, rewrite_links

_REFERENCE = re.compile(r"(?m)^(?P<before>[ ]{0,3}\[[^\]\n^][^\]\n]*\]:[ \t]*)<?(?P<address>[^\s<>]+)>?")
_IMAGE = re.compile(r"<img\b(?P<said>[^<>]*)>", re.I)
_TAG = re.compile(
    r"""(?P<before><(?P<tag>a|source|video|audio)\b[^<>]*?\s(?:href|src|poster)\s*=\s*)(?P<sign>["'])(?P<address>[^"'<>]*)(?P=sign)""",
    re.I,
)
_FOLLOWED = re.compile(r"^(?:\{(?P<what>\w+)\}|\|(?P<bar>\w+)\|)(?P<path>.*)$")
_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.I)


@dataclass
class LinkRewriting:
    """Where everything of the old site is now; `places` are the files of its posts and pages by their addresses."""

    site: OldSite
    files: ImportedFiles
    places: Mapping[str, str]
    # Files of the source by their names, for links that name files.
    named: Mapping[str, str]

    def rewritten(self, post: ImportedPost) -> str:
        """The text of a post with its links and pictures as they are here; what leads nowhere is told."""
        text = rewrite_links(post.body, lambda link: self._inline(post, link, post.body))
        text = outside_code(_REFERENCE, lambda found: self._reference(post, found), text)
        text = outside_code(_IMAGE, lambda found: self._image(post, found), text)
        return outside_code(_TAG, lambda found: self._tag(post, found), text)

    def picture(self, post: ImportedPost, address: str) -> str:
        """The place of a picture that stands in a front matter; an empty text where there is none."""
        target = self.target(post, address, post.image_line)
        return target.removeprefix("{static}/") if target.startswith("{static}/images/") else ""

    def _inline(self, post: ImportedPost, link: InlineLink, text: str) -> str:
        line = post.line_of(link.address, text, link.place)
        target = self.target(post, link.address, line, is_shown=link.is_image)
        words = link.words
        if link.is_image:
            words = words if words.strip() else self._alt(post, link, line)
            if target and not _OUTSIDE.match(target):
                return f"![{words}]({target}{link.title})"
            return f"[{words or 'Immagine'}]({target})" if target else words
        if target and is_picture(target) and words.startswith("!["):
            return words  # a small copy that led to the whole picture: the site shows it in every size
        if words.startswith("[") and words.endswith(")"):
            return words  # of a picture within a link that became a link itself
        return f"[{words}]({target}{link.title})" if target else words

    def _alt(self, post: ImportedPost, link: InlineLink, line: int) -> str:
        alt = self.site.alts.get(urlsplit(link.address).path, "") if "[" not in link.address else ""
        if not alt:
            # A caption below it says what is to be seen.
            below = re.match(r"(\s*)\*([^*\n]+)\*[ \t]*(?:\n|$)", link.after)
            alt = below[2] if below and below[1].count("\n") > 1 else ""
        if not alt:
            self.site.tell(Kind.PICTURE, post.file, line, f"No text for who cannot see {link.address[-80:]}")
        return re.sub(r"[\[\]\\]", "", alt)

    def _reference(self, post: ImportedPost, found: re.Match[str]) -> str:
        line = post.line_of(found["address"], found.string, found.start())
        target = self.target(post, found["address"], line)
        return found["before"] + (target or "/")

    def _image(self, post: ImportedPost, found: re.Match[str]) -> str:
        said = attributes(found["said"])
        link = InlineLink(True, "", said.get("src", ""), "", found.start(), "")
        line = post.line_of(link.address, found.string, found.start())
        target = self.target(post, link.address, line, is_shown=True)
        alt = " ".join(said.get("alt", "").split()) or self._alt(post, link, line)
        if not target or _OUTSIDE.match(target):
            return f'<a href="{escape(target)}">{escape(alt or "Immagine")}</a>' if target else escape(alt)
        sizes = "".join(f' {name}="{escape(said[name])}"' for name in ("width", "height", "title") if said.get(name))
        return f'<img src="{escape(target)}" alt="{escape(alt)}"{sizes}>'

    def _tag(self, post: ImportedPost, found: re.Match[str]) -> str:
        line = post.line_of(found["address"], found.string, found.start())
        target = self.target(post, found["address"], line, is_shown=found["tag"].lower() != "a")
        return f"{found['before']}{found['sign']}{target or '/'}{found['sign']}"

    def target(self, post: ImportedPost, address: str, line: int, is_shown: bool = False) -> str:
        """The address of the same thing here; an empty text where there is none, which is told."""
        address = address.strip()
        if address.startswith("#") or not address:
            return address
        if found := _FOLLOWED.match(address):
            return self._followed(post, found["what"] or found["bar"], found["path"], line)
        here = self._here(address)
        if here is None:
            if is_shown and _OUTSIDE.match(address):
                self.site.tell(Kind.PICTURE, post.file, line, f"A picture of another site became a link: {address}")
            return f"https:{address}" if address.startswith("//") else address
        try:
            parts = urlsplit(here)
        except ValueError:
            self.site.tell(Kind.LINK, post.file, line, f"No address: {address}")
            return ""
        anchor = f"#{parts.fragment}" if parts.fragment else ""
        path = unquote(parts.path)
        if place := self._place(post, path, parts.query):
            return f"{{filename}}/{place}{anchor}"
        page = address_key(f"{path}?{parts.query}" if parts.query else path)
        if page in self.site.picture_pages:
            return self.target(post, self.site.picture_pages.pop(page), line)
        if (file := self._file(post, path)) is not None:
            where = self.files.bring(file, address, post.file, line)
            if where and path.startswith("/"):
                self.files.moved[path] = f"/{where}"
            return f"{{static}}/{where}" if where else ""
        if label := self._list(path):
            return label + anchor
        return self._lost(post, address, path, line, is_shown)

    def _here(self, address: str) -> str | None:
        """An address as it is within the old site; None where it is another's."""
        bare = re.sub(r"^(?:https?:)?//(?:www\.)?", "", address, flags=re.I)
        if bare == address:
            return None if _OUTSIDE.match(address) else address
        for origin in self.site.origins:
            own = re.sub(r"^(?:https?:)?//(?:www\.)?", "", origin, flags=re.I).rstrip("/")
            if own and (bare.lower() == own.lower() or bare.lower().startswith((f"{own.lower()}/", f"{own.lower()}?"))):
                host = own.partition("/")[0]
                rest = bare[len(host) :]
                return rest if rest.startswith("/") else f"/{rest}"
        return None

    def _followed(self, post: ImportedPost, what: str, path: str, line: int) -> str:
        path, _, anchor = path.partition("#")
        plain = unquote(path)
        name = plain.lstrip("/") if plain.startswith("/") else normpath(f"{post.folder}/{plain}").lstrip("/")
        if what == "filename" and name in self.named:
            return f"{{filename}}/{self.named[name]}" + (f"#{anchor}" if anchor else "")
        if what in ("static", "attach", "filename"):
            found = self.files.find(f"/{name}")
            if found is not None:
                where = self.files.bring(found, path, post.file, line)
                return f"{{static}}/{where}" if where else ""
            return self._lost(post, f"{{{what}}}{path}", f"/{name}", line, what != "filename")
        if what in ("tag", "category") and slug_of(plain):
            return f"/blog/{'tag' if what == 'tag' else 'categoria'}/{slug_of(plain)}/"
        if what in ("index", "archives"):
            return "/blog/"
        self.site.tell(Kind.LINK, post.file, line, f"{{{what}}}{path} has no page here: its words were kept.")
        return ""

    def _place(self, post: ImportedPost, path: str, query: str) -> str:
        own = next((one for one in post.addresses if "?" not in one), "/")
        joined = path if path.startswith("/") else normpath(f"{own.rpartition('/')[0]}/{path}")
        if query and (found := self.places.get(address_key(f"{joined}?{query}"))):
            return found
        if found := self.places.get(address_key(joined)):
            return found
        if not path.startswith("/") and (found := self.places.get(address_key(f"{self.site.base}/{path}"))):
            return found  # pages with a `<base>` mean all links from the top
        beside = normpath(f"{post.folder}/{path}").lstrip("/") if not path.startswith("/") else path.lstrip("/")
        return self.named.get(beside, "")

    def _file(self, post: ImportedPost, path: str) -> Path | None:
        found = self.files.find(path, post.folder)
        own = next((one for one in post.addresses if "?" not in one), "")
        if found is None and own and not path.startswith("/"):
            found = self.files.find(normpath(f"{own.rpartition('/')[0]}/{path}"))
        return found

    def _list(self, path: str) -> str:
        if found := self.site.lists.get(f"{path.rstrip('/')}/"):
            return f"/blog/{found[0]}/{slug_of(found[1])}/"
        return "/" if path.rstrip("/") in ("", "/index.html") else ""

    def _lost(self, post: ImportedPost, address: str, path: str, line: int, is_shown: bool) -> str:
        if is_shown or is_picture(path):
            where = self.files.expected(path)
            self.files.missing.add(address)
            self.site.tell(Kind.PICTURE, post.file, line, f"{address} was not found. Its place is content/{where}")
            return f"{{static}}/{where}"
        self.site.tell(Kind.LINK, post.file, line, f"{address} leads to nothing that was carried: its words were kept.")
        return ""


def address_key(address: str) -> str:
    """An address without what servers do not mind: capitals, the last slash, `index.html`."""
    path, _, query = unquote(address).partition("?")
    path = re.sub(r"(?:/|/index)(?:\.html?)?$|\.html?$", "", path.rstrip("/")).lower()
    return f"{path}?{query}" if query else path or "/"


def without_lost_anchors(
    site: OldSite, post: ImportedPost, text: str, names: Mapping[str, set[str]], place: str
) -> str:
    """A text whose links to sections that are not there lead to the page; sections that only changed name are found."""

    def put(found: re.Match[str]) -> str:
        target = found["file"] or place
        name = found["anchor"]
        there = names.get(target)
        if there is None or unquote(name) in there:
            return found[0]
        near = {slug_of(one.replace("_", " ")): one for one in sorted(there)}.get(
            slug_of(unquote(name).replace("_", " "))
        )
        line = post.line_of(f"#{name}", found.string, found.start())
        if near is None:
            site.tell(
                Kind.LINK, post.file, line, f"The section #{name} is not in {target}: the link leads to its page."
            )
            near = ""
        leading = f"{{filename}}/{found['file']}" if found["file"] else ("" if near else f"{{filename}}/{place}")
        return f"{found['before']}{leading}{f'#{near}' if near else ''}"

    pattern = re.compile(
        r"(?P<before>\]\(|\]:[ ]*|href=[\"'])(?:\{filename\}/(?P<file>[^\s)#\"']+))?#(?P<anchor>[^\s)\"'>]+)"
    )
    return outside_code(pattern, put, text)


def section_names(place: str, text: str) -> set[str]:
    """The names of the sections that a text has, as the site makes them."""
    return read_markup(Document(Path(place), {}, {}, body=text)).names
