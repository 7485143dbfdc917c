"""What drawing programs export is accepted, or refused for what is in it and not for how it begins."""

from __future__ import annotations

import base64
from pathlib import PurePath
from urllib.parse import quote

import pytest

from plugins.content.pictures.drawing_faults import drawing_faults
from plugins.content.pictures.picture_faults import picture_faults, private_faults
from tests.content.pictures.samples import XMP, flat
from tests.media.photo import photo

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
SCRIPT, ENTITY, FOREIGN, HTML = "contiene uno script", "definizioni sue", "prende qualcosa da fuori", "non è un disegno"
PLACE, LANGUAGE = "dice dove è stata scattata", "nome del suo linguaggio"


def svg(inner: str, before: str = "", names: str = NAMES) -> bytes:
    return f"{before}<svg {names}>\n{inner}\n</svg>".encode()


def embedded(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


PHOTO_DRAWING = svg(f'<image href="{embedded(photo(60, 40))}"/>')
GOOD = {
    "plain": svg("<circle r='9'/>"),
    "doctype": svg("<circle r='9'/>", DOCTYPE),
    "xml and doctype": svg("<circle r='9'/>", '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + DOCTYPE),
    "latin": svg("<text>perché</text>", '<?xml version="1.0" encoding="UTF-8"?>').decode().encode(),
    "utf-16": svg("<text>perché</text>").decode().encode("utf-16"),
    "inkscape": svg(
        '<sodipodi:namedview inkscape:zoom="1" id="a"/><metadata><rdf:RDF><cc:Work rdf:about=""/></rdf:RDF></metadata>',
        names=f'{NAMES} xmlns:inkscape="i" xmlns:sodipodi="s" xmlns:rdf="r" xmlns:cc="c"',
    ),
    "own references": svg('<use href="#a"/><path fill="url(#b)" style="clip-path: url( \'#c\' )"/>'),
    "own style": svg("<style>@media print { path { fill: url(#a) } }</style>"),
    "link": svg('<a href="https://altrove.example/"><path/></a>'),
    "photo": svg(f'<image xlink:href="{embedded(flat("JPEG"))}"/>'),
    "typeface": svg(f"<style>@font-face {{ src: url('{embedded(b'wOF2', 'font/woff2')}') }}</style>"),
    "prefixed": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>',
    "words": svg("<text>@import javascript: GPSLatitude='45'</text><desc>one=1 onload=x</desc>"),
}
BAD = {
    "entities": (svg("<text>&a;</text>", '<!DOCTYPE svg [<!ENTITY a "b">]>'), ENTITY, 1),
    "attribute defaults": (svg("", '<!DOCTYPE svg [<!ATTLIST svg class CDATA "x">]>'), ENTITY, 1),
    "many entities": (
        svg(
            "&d;",
            '<!DOCTYPE svg [<!ENTITY a "b">'
            + "".join(f'<!ENTITY {x} "{f"&{y};" * 99}">' for x, y in ("ba", "cb", "dc"))
            + "]>",
        ),
        ENTITY,
        1,
    ),
    "script": (svg("<script>x()</script>"), SCRIPT, 2),
    "event": (svg("<g\nonclick='x()'/>"), SCRIPT, 2),
    "script address": (svg('<a href="java\nscript:x()"/>'), SCRIPT, 2),
    "script address by number": (svg('<a xlink:href="&#106;avascript:x()"/>'), SCRIPT, 2),
    "animated event": (svg('<set attributeName="onmouseover" to="x()"/>'), SCRIPT, 2),
    "animated address": (svg('<a><animate attributeName="href" values="javascript:x()"/></a>'), SCRIPT, 2),
    "html": (svg("<foreignObject><p/></foreignObject>"), HTML, 2),
    "iframe": (svg('<iframe src="https://a.example"/>'), HTML, 2),
    "foreign picture": (svg('<image xlink:href="https://altrove.example/foto.jpg"/>'), FOREIGN, 2),
    "picture beside it": (svg('<g/>\n<image href="foto.jpg"/>'), FOREIGN, 3),
    "picture of the computer": (svg('<image href="file:///home/bice/foto.jpg"/>'), FOREIGN, 2),
    "foreign use": (svg('<use href="altro.svg#a"/>'), FOREIGN, 2),
    "import": (svg("<style>\n@import url('https://fonts.googleapis.com/css?family=A');</style>"), FOREIGN, 3),
    "plain import": (svg('<style>@import "a.css";</style>'), FOREIGN, 2),
    "foreign typeface": (svg("<style>@font-face { src: url(https://a.example/a.woff2) }</style>"), FOREIGN, 2),
    "foreign fill": (svg("<path style='fill: url(https://a.example/a.svg#b)'/>"), FOREIGN, 2),
    "stylesheet": (svg("", '<?xml-stylesheet href="a.css" type="text/css"?>'), FOREIGN, 1),
    "photo with its place": (svg(f'<g/>\n<image xlink:href="{embedded(photo(60, 40))}"/>'), PLACE, 3),
    "packed over lines": (
        svg(f'<image href="{embedded(photo(60, 40))[:90]}&#10;{embedded(photo(60, 40))[90:]}"/>'),
        PLACE,
        2,
    ),
    "photo in a style": (svg(f"<style>g {{ fill: url('{embedded(photo(60, 40))}') }}</style>"), PLACE, 2),
    "photo in a drawing": (svg(f'<image href="{embedded(PHOTO_DRAWING, "image/svg+xml")}"/>'), PLACE, 2),
    "photo by percents": (svg(f'<image href="data:image/jpeg,{quote(photo(60, 40))}"/>'), PLACE, 2),
    "xmp": (svg(f"<metadata>{XMP.decode().partition('?>')[2].rpartition('<?')[0]}</metadata>"), PLACE, 1),
    "no language": (b"<svg viewBox='0 0 9 9'><g/></svg>", LANGUAGE, 1),
    "page": (b"<html><body/></html>", "non è un disegno SVG", 1),
    "broken": (svg("<g>"), "non si legge", 3),
    "no xml": (b"\x89PNG\r\n", "non si legge", 1),
    "empty": (b"", "non si legge", 1),
    "unknown encoding": (svg("", '<?xml version="1.0" encoding="x-nulla"?>'), "non si legge", 1),
}


@pytest.mark.parametrize("name", GOOD)
def test_drawings_of_the_usual_programs_are_accepted(name: str) -> None:
    for found in (picture_faults, private_faults):
        assert found(PurePath("images/a.svg"), GOOD[name]) == []


@pytest.mark.parametrize("name", BAD)
def test_what_drawings_may_not_hold_is_told_at_its_line(name: str) -> None:
    content, words, line = BAD[name]
    ((told, what),) = picture_faults(PurePath("images/a.svg"), content)
    assert words in what
    assert told == line
    assert bool(private_faults(PurePath("images/a.svg"), content)) == (words == PLACE)


def test_each_thing_wrong_with_a_drawing_is_told_once() -> None:
    found = drawing_faults(svg("<script/>\n<script/>\n<use href='a.svg'/>"))
    assert [(line, words in what) for (line, what), words in zip(found, (SCRIPT, FOREIGN), strict=True)] == [
        (2, True),
        (4, True),
    ]


def test_drawings_within_drawings_end_somewhere() -> None:
    content = svg("<g/>")
    for _ in range(12):
        content = svg(f'<image href="{embedded(content, "image/svg+xml")}"/>')
    assert picture_faults(PurePath("images/a.svg"), content) == []
    deep = b"<g>" * 100_000
    assert picture_faults(PurePath("images/a.svg"), svg(deep.decode()))
