"""Which drawings a page takes in, and what it takes of them."""

from __future__ import annotations

import pytest

from plugins.content.pictures.page_drawing import page_drawing
from tests.building import CONTENT

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 5">'


def test_the_portrait_of_the_sample_is_put_into_pages() -> None:
    drawing = page_drawing((CONTENT / "images" / "ritratto.svg").read_bytes())
    assert drawing.startswith("<g ")
    assert len(drawing) < 3000


def test_comments_and_titles_stay_behind() -> None:
    text = f"<?xml version='1.0'?>\n{HEAD}<!-- Inkscape -->\n<title>Io</title>\n<path d='M0 0h4'/>\n</svg>\n"
    assert page_drawing(text.encode()) == "<path d='M0 0h4'/>"


@pytest.mark.parametrize(
    "text",
    [
        f'{HEAD}<path id="a" d="M0 0h4"/></svg>',
        f'{HEAD}<path style="fill:red" d="M0 0h4"/></svg>',
        f'{HEAD}<path class="label" d="M0 0h4"/></svg>',
        f"{HEAD}<style>path{{fill:red}}</style><path d='M0 0h4'/></svg>",
        f"{HEAD}<text>Io</text></svg>",
        f'{HEAD}<svg viewBox="0 0 4 5"/></svg>',
        f'{HEAD}<a href="https://altrove.example/"><path d="M0 0h4"/></a></svg>',
        f'{HEAD}<path onclick="alert(1)" d="M0 0h4"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 0 4 5"><path d="M0 0h4"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 5" fill="red"><path d="M0 0h4"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="5"><path d="M0 0h4"/></svg>',
        f'{HEAD}<path d="M0 0h4"/>',
        "",
    ],
)
def test_what_could_meet_the_page_is_not_put_into_it(text: str) -> None:
    assert page_drawing(text.encode()) == ""
