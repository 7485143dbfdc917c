"""The check of links sees what Markdown sees: what is shown as code is none, and each is told at its line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from plugins.content.base.yaml_locations import Document
from plugins.content.markup.links import broken_links, link_faults
from plugins.content.markup.markdown_parts import read_markup

GONE = "[x]({filename}/pages/nulla.md)"
NOWHERE = Path("/nowhere")
PAGES = {"pages/casa.md", "blog/prova.md"}


def document(body: str) -> Document:
    return Document(Path("blog/prova.md"), {}, {}, body=body, body_line=10)


def told(body: str) -> list[int]:
    """The lines of the body, from 0, at which a link is told, by the build and by the check alike."""
    one = document(body)
    built = [fault.line for fault in broken_links(NOWHERE, one, PAGES)]
    assert built == [fault.line for fault in link_faults(NOWHERE, one, read_markup(one), PAGES)]
    return [line - 10 for line in built]


@pytest.mark.parametrize(
    "code",
    [
        f"    {GONE}",
        f"Un testo.\n\n\t{GONE}\n\nAltro.",
        f"````\n```\n{GONE}\n```\n````",
        f"~~~\n```\n{GONE}\n~~~",
        f"```markdown\n{GONE}\n```",
        f"`{GONE}`",
        f"`` ` {GONE} ``",
        f"- voce\n\n        {GONE}",
        f"<pre>{GONE}</pre>",
        f"<!-- {GONE} -->",
        "`<{filename}/pages/casa.md>`",
    ],
)
def test_what_is_shown_as_code_is_no_link(code: str) -> None:
    assert told(code) == []
    assert told(f"Prima.\n\n{code}\n\nPoi {GONE}.") == [code.count("\n") + 4]


@pytest.mark.parametrize(
    "link",
    [
        GONE,
        f"- {GONE}",
        f"> {GONE}",
        f"- voce\n\n    {GONE}",
        f"|a|b|\n|-|-|\n|{GONE}|c|",
        f"```\nsenza fine, e quindi nessun codice\n\n{GONE}",
        "[x]: {filename}/pages/nulla.md\n\nUn [x].",
        '<a href="{filename}/pages/nulla.md">x</a>',
        "<a href='{filename}/pages/nulla.md'>x</a>",
        '<img alt="x" src="{static}/images/nulla.svg">',
        '<video poster="{static}/images/nulla.svg"></video>',
        "![x]({attach}nulla.svg)",
        "Una nota.[^1]\n\n[^1]: Con [x]({filename}nulla.md).",
        "<{filename}/pages/casa.md>",
        "[x] ({filename}/pages/casa.md)",
        "Guarda {filename}/pages/casa.md",
        '<img alt="x" srcset="{static}/images/casa.svg 2x">',
    ],
)
def test_a_link_that_leads_nowhere_is_told_at_its_line(link: str) -> None:
    start = next(number for number, line in enumerate(link.split("\n")) if "{" in line)
    assert told(link) == [start]
    assert told(f"Prima.\n\n{link}") == [start + 2]


@pytest.mark.parametrize(
    "text",
    [
        "[x]({filename}/pages/casa.md#qui)",
        "[x](<{filename}/pages/casa.md>)",
        "[x]: {filename}prova.md\n\nUn [x].",
        "Si scrive {filename}, e poi il nome.",
        "[x](https://esempio.it/{filename})",
        "{# un commento #} {tag} {{ a }}",
    ],
)
def test_a_link_that_leads_somewhere_is_not_told(text: str) -> None:
    assert told(text) == []


def test_equal_links_among_code_are_each_told_at_their_line() -> None:
    chance = random.Random(7)
    for _ in range(200):
        lines: list[str] = []
        expected = []
        for _ in range(chance.randint(2, 8)):
            kind = chance.choice(("link", "code", "tick", "fence", "words", "twice"))
            if kind == "link":
                expected.append(len(lines))
                lines += [f"Un {GONE}.", ""]
            elif kind == "twice":
                expected += [len(lines), len(lines) + 1]
                lines += [f"Un {GONE},", f"e {GONE}.", ""]
            elif kind == "code":
                lines += ["Codice:", "", f"    {GONE}", ""]
            elif kind == "tick":
                lines += [f"Si scrive `{GONE}`.", ""]
            elif kind == "fence":
                lines += ["````", "```", GONE, "```", "````", ""]
            else:
                lines += ["Solo parole.", ""]
        assert told("\n".join(lines)) == expected, lines


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("{filename}/pages/prenota.md", ""),
        ("{filename}/pages/cerca.md", ""),
        ("{filename}/pages/grazzie.md", "/pages/grazie.md"),
        ("{filename}/blog/privacy.md", "/pages/privacy.md"),
        ("{filename}/pages/tavolo.md", ""),
        ("{static}/images/tavol.jpg", "/images/tavolo.jpg"),
        ("{static}/images/grazie.jpg", ""),
    ],
)
def test_what_may_be_meant_is_told_by_name(tmp_path: Path, link: str, meant: str) -> None:
    for name in ("pages/grazie.md", "pages/privacy.md", "images/tavolo.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (fault,) = broken_links(tmp_path, document(f"![x]({link})"), {"pages/grazie.md", "pages/privacy.md"})
    assert fault.what.partition(" Forse ")[2] == (f"«{meant}»?" if meant else "")
