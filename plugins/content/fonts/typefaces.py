"""Typefaces of the theme: the `@font-face` rules of its CSS, those in use, and what is wrong with their files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote

from plugins.content.base.faults import Fault
from plugins.domain.language import _

_CSS = Path("static/css")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FAMILY = re.compile(r"font-family\s*:\s*[\"']?([^\"';]+)")
_WEIGHT = re.compile(r"font-weight\s*:\s*(\w+)(?:\s+(\w+))?")
_URL = re.compile(r"url\(\s*(?:\"([^\"]*)\"|'([^']*)'|([^\"')\s]*))\s*\)")
_RANGE = re.compile(r"unicode-range\s*:\s*([^;}]+)")
_STACK = re.compile(r"--face\s*:\s*([^;}]+)")
_NAMED_WEIGHTS = {"normal": 400, "bold": 700}
_KINDS = {"woff2": "font/woff2", "woff": "font/woff", "ttf": "font/ttf", "otf": "font/otf"}
# The first bytes of each kind (WOFF 1 and 2, OpenType 1.9).
_SIGNATURES = {
    "woff2": (b"wOF2",),
    "woff": (b"wOFF",),
    "ttf": (b"\0\1\0\0", b"true", b"OTTO"),
    "otf": (b"OTTO", b"\0\1\0\0"),
}
# What every page begins with is set in these.
_TEXT, _HEADING = 400, 700
_LATIN = ord("a")


@dataclass(frozen=True)
class Source:
    """A file that a rule names, below the theme's static files; `line` is where it does."""

    name: str
    line: int

    @property
    def kind(self) -> str:
        """Its media type; an empty text where it is no font by its name."""
        return _KINDS.get(self.name.rpartition(".")[2].lower(), "")


@dataclass(frozen=True)
class Face:
    """One `@font-face` rule: weights from the lightest to the boldest, files as the browser is offered them."""

    css: Path
    family: str
    weights: tuple[int, int]
    is_upright: bool
    is_latin: bool
    sources: tuple[Source, ...]

    def distance(self, weight: int) -> int:
        """How far its weights are from one."""
        return max(self.weights[0] - weight, weight - self.weights[1], 0)


def site_path(site: str) -> str:
    """The path of a site's address, without a stroke at its end: empty where it is at the root."""
    return re.sub(r"^[a-z]+://[^/]*", "", site).rstrip("/")


def addressed(css: str, file: Path, path: str) -> str:
    """The text of a style sheet, `file` below the theme's static files, with addresses that hold on any page.

    `path` is that of the site: what stands in the page itself has no file to be relative to.
    """

    def found(one: re.Match[str]) -> str:
        place = next(filter(None, one.groups()), "")
        if not place or re.match(r"#|//|[a-z]+:", place):
            return one[0]
        return f'url("{path}/{_below_site(place, file)}")'

    return _URL.sub(found, css)


def _below_site(place: str, file: Path) -> str:
    """Where on the site a file is that a style sheet names."""
    return place.lstrip("/") if place.startswith("/") else normpath(join("theme", file.parent.as_posix(), place))


def faces_of(theme: Path) -> list[Face]:
    """Every `@font-face` rule of a theme that has files, in the order of the style sheets."""
    return [face for css, text in _sheets(theme) for face in _faces(css, text)]


def used_faces(theme: Path) -> list[Face]:
    """The rules of the first family of `--face` that has any."""
    faces = faces_of(theme)
    stacks = [found[1] for _css, text in _sheets(theme) for found in _STACK.finditer(text)]
    families = [name.strip(" \n\"'") for stack in stacks[-1:] for name in stack.split(",")]
    return next(
        ([face for face in faces if face.family == one] for one in families if any(f.family == one for f in faces)), []
    )


def preloaded(theme: Path) -> list[tuple[str, str]]:
    """The files that each page's first words are set in, below the site, with their media types."""
    upright = [face for face in used_faces(theme) if face.is_upright and face.is_latin]
    chosen = (min(upright, key=lambda face: face.distance(weight), default=None) for weight in (_TEXT, _HEADING))
    first = (face.sources[0] for face in chosen if face)
    return list(dict.fromkeys((f"theme/{one.name}", one.kind) for one in first if one.kind))


def font_faults(theme: Path) -> list[Fault]:
    """Files of typefaces that are not there, or are no fonts; files are named from the theme on."""
    return sorted({fault for face in faces_of(theme) for fault in _faults(theme, face)})


def _faults(theme: Path, face: Face) -> Iterator[Fault]:
    for source in face.sources:
        file = theme / "static" / source.name
        suffix = source.name.rpartition(".")[2].lower()
        if not source.kind:
            what = _(
                "Il carattere «%(file)s» non è di un tipo che i browser leggono. I tipi sono: %(kinds)s.",
                file=source.name,
                kinds=", ".join(_KINDS),
            )
        elif source.name.startswith("../") or not file.is_file():
            what = _(
                "Il carattere «%(file)s» non c’è. Mettilo in theme/static/fonts, o correggi il nome. "
                'Esempio: url("../../fonts/nome.woff2")',
                file=source.name,
            )
        elif not file.read_bytes()[:4].startswith(_SIGNATURES[suffix]):
            what = _(
                "Il file «%(file)s» non è un carattere %(kind)s: è rovinato, o ha un altro nome. Copialo di nuovo.",
                file=source.name,
                kind=suffix.upper(),
            )
        else:
            continue
        yield Fault(face.css, source.line, what)


def _sheets(theme: Path) -> Iterator[tuple[Path, str]]:
    """The theme's style sheets without comments, whose lines stay."""
    for file in sorted((theme / _CSS).rglob("*.css")):
        text = file.read_text(encoding="utf-8")
        yield file.relative_to(theme), _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)


def _faces(css: Path, text: str) -> Iterator[Face]:
    for rule in _RULE.finditer(text):
        below = css.relative_to("static")
        sources = [
            Source(
                unquote(_below_site(place, below)).removeprefix("theme/"), text.count("\n", 0, rule.start(1) + at) + 1
            )
            for place, at in _named(rule[1])
        ]
        family, weight, letters = _FAMILY.search(rule[1]), _WEIGHT.search(rule[1]), _RANGE.search(rule[1])
        if sources and family:
            said = [_weight(one) for one in weight.groups() if one] if weight else [_TEXT]
            is_upright = not re.search(r"font-style\s*:\s*(?:italic|oblique)", rule[1])
            is_latin = letters is None or _covers(letters[1], _LATIN)
            yield Face(css, family[1].strip(), (said[0], said[-1]), is_upright, is_latin, tuple(sources))


def _named(rule: str) -> Iterator[tuple[str, int]]:
    """The files of ours that a rule names, and where in it."""
    for found in _URL.finditer(rule):
        place = next(filter(None, found.groups()), "")
        if place and not re.match(r"#|//|[a-z]+:", place):
            yield place, found.start()


def _weight(word: str) -> int:
    return int(word) if word.isdigit() else _NAMED_WEIGHTS.get(word, _TEXT)


def _covers(ranges: str, letter: int) -> bool:
    """Whether a `unicode-range` holds a letter."""
    return any(low <= letter <= high for low, high in _spans(ranges.split(",")))


def _spans(ranges: Iterable[str]) -> Iterator[tuple[int, int]]:
    for one in ranges:
        low, _stroke, high = one.strip().upper().removeprefix("U+").partition("-")
        if re.fullmatch(r"[0-9A-F]+\?*", low):
            yield int(low.replace("?", "0"), 16), int((high or low).replace("?", "F"), 16)
