"""A declared video or map becomes a figure with a link; what cannot be one is told with the way that works."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from markdown import Markdown

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.embeds import parse_embed
from plugins.content.markup.links import broken_links
from tests.building import CONTENT

YOUTUBE = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?autoplay=1&rel=0"
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
BOX = "https://www.openstreetmap.org/export/embed.html?bbox="


@pytest.mark.parametrize(
    ("kind", "address", "frame", "link"),
    [
        ("video", "https://youtu.be/aqz-KE-bpKQ", YOUTUBE, "https://www.youtube.com/watch?v=aqz-KE-bpKQ"),
        ("video", "https://www.youtube.com/watch?v=aqz-KE-bpKQ&list=x", YOUTUBE, "watch?v=aqz-KE-bpKQ"),
        ("video", "https://m.youtube.com/shorts/aqz-KE-bpKQ", YOUTUBE, "watch?v=aqz-KE-bpKQ"),
        ("video", "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ", YOUTUBE, "watch?v=aqz-KE-bpKQ"),
        ("video", "https://youtu.be/aqz-KE-bpKQ?t=1m30s", f"{YOUTUBE}&start=90", "&t=90s"),
        ("video", "https://youtu.be/aqz-KE-bpKQ?si=abc&t=90", f"{YOUTUBE}&start=90", "&t=90s"),
        ("video", "https://vimeo.com/76979871", "player.vimeo.com/video/76979871?dnt=1", "https://vimeo.com/76979871"),
        ("video", "https://vimeo.com/76979871/8272103f6e", "&h=8272103f6e", "https://vimeo.com/76979871/8272103f6e"),
        ("video", "https://player.vimeo.com/video/76979871?h=8272103f6e", "&h=8272103f6e", "/76979871/8272103f6e"),
        ("video", f"https://tube.example/videos/watch/{UUID}", f"https://tube.example/videos/embed/{UUID}", UUID),
        ("video", "https://tube.example/w/kkGMgK9ZtnKfYAgnEtQxbv", "tube.example/videos/embed/kkGMg", "/videos/watch/"),
        (
            "map",
            "https://www.openstreetmap.org/#map=17/45.0703/7.6869",
            f"{BOX}7.68",
            "mlat=45.0703&mlon=7.6869#map=17",
        ),
        (
            "map",
            "https://www.openstreetmap.org/?mlat=45.07&mlon=7.68#map=16/45.0/7.6",
            "marker=45.07,7.68",
            "mlat=45.07",
        ),
        (
            "map",
            "https://www.google.com/maps/place/Mole+Antonelliana/@45.069,7.693,17z/data=x",
            "q=Mole%20Anto",
            "Mole+",
        ),
        (
            "map",
            "https://www.google.it/maps/@45.069,7.693,17z",
            "https://www.google.com/maps?q=45.069%2C7.693",
            "@45.069",
        ),
        ("map", "https://maps.google.com/?q=Via+Po+1,+Torino", "q=Via%20Po%201%2C%20Torino&output=embed", "Via+Po"),
        (
            "map",
            "https://www.google.com/maps/embed?pb=!1m18!2d7",
            "https://www.google.com/maps/embed?pb=!1m18!2d7",
            "pb=",
        ),
    ],
)
def test_an_address_as_browsers_show_it_is_understood(kind: str, address: str, frame: str, link: str) -> None:
    embed = parse_embed(kind, f" {address} | Un titolo ")
    assert frame in embed.frame
    assert link in embed.link
    assert embed.link.startswith("https://")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{video: https://youtu.be/aqz-KE-bpKQ}", "Manca il titolo"),
        ("{video: https://youtu.be/aqz-KE-bpKQ | }", "Manca il titolo"),
        ("{video: https://altrove.example/film | Un film}", "Di «altrove.example» non so mostrare un video"),
        ("{video: https://youtu.be/breve | Un film}", "Conosco YouTube, Vimeo, PeerTube."),
        ("{video: youtu.be/aqz-KE-bpKQ | Un film}", "Manca l’indirizzo"),
        ("{map: Via Po 1, Torino | Lo studio}", "Manca l’indirizzo"),
        ("{map: https://maps.app.goo.gl/abc | Lo studio}", "è abbreviato"),
        ("{map: https://youtu.be/aqz-KE-bpKQ | Lo studio}", "Conosco OpenStreetMap, Google Maps."),
        ("{map: https://www.google.com/search?q=x | Lo studio}", "non so mostrare una mappa"),
        ("{video: https://youtu.be/aqz-KE-bpKQ | Un film | images/no.jpg}", "porta a un file che non c’è"),
        ("{video: https://youtu.be/aqz-KE-bpKQ | Un film | images/scrivania.svg | x}", "troppe «|»"),
        ("Ecco {video: https://youtu.be/aqz-KE-bpKQ | Un film}", "da solo su una riga"),
        ("{Youtube: https://youtu.be/aqz-KE-bpKQ | Un film}", "Esempio: {video: "),
        ("{mappa: https://www.openstreetmap.org/#map=17/45.07/7.68 | Qui}", "Esempio: {map: "),
        ("{video: https://[youtu.be | Un film}", "non so mostrare"),
    ],
)
def test_a_line_that_cannot_be_one_is_told(line: str, told: str) -> None:
    body = f"Prima.\n\n    {line}\n\nEcco:\n{line}\n\nDopo.\n".replace(f"    {line}", "    codice")
    document = Document(Path("blog/prova.md"), {}, {}, body=body, body_line=9)
    faults = list(broken_links(CONTENT, document, set()))
    assert [(fault.line, told in fault.what) for fault in faults] == [(14, True)], faults


def figures(text: str) -> list[str]:
    html = Markdown(extensions=["extra", "sane_lists", "plugins.content.markup.embed_blocks"]).convert(text)
    return re.findall(r"<figure.*?</figure>", html, re.DOTALL)


LINE = "{video: https://youtu.be/aqz-KE-bpKQ | Un *film* | images/scrivania.svg}"


def test_a_figure_has_title_picture_link_and_no_frame() -> None:
    (figure,) = figures(f"Prima.\n{LINE}\n\nDopo.")
    assert 'href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"' in figure
    assert '<img alt="Un’immagine del video" src="{static}/images/scrivania.svg">' in figure.replace(" />", ">")
    assert "<strong>Un *film*</strong>" in figure
    assert f'data-embed="{YOUTUBE}"' in unescape(figure)
    assert "<iframe" not in figure


@pytest.mark.parametrize("text", [f"- uno\n\n    {LINE}\n", f"> {LINE}", f"{LINE}\n{LINE}", f"## T\n{LINE}\nDopo."])
def test_a_line_of_its_own_is_one_wherever_it_stands(text: str) -> None:
    assert len(figures(text)) == text.count("{video")


@pytest.mark.parametrize("text", [f"    {LINE}", f"```\n{LINE}\n```", f"`{LINE}`", f"Ecco {LINE}", f"{LINE} ecco"])
def test_what_is_shown_or_within_a_line_is_none(text: str) -> None:
    assert figures(text) == []
