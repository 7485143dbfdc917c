"""What the check forbids in a text is what a browser refuses under the page's policy, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from plugins.publishing.checks.check import check
from tests.browser.published import handing_out
from tests.browser.test_policy import WATCH
from tests.building import CONTENT, build
from tests.publishing.mistakes import POST

ELSEWHERE = "https://altrove.example/"
OWN = "{static}/images/scrivania.svg"
PICTURE = f'<img src="{OWN}" alt="x">'
# A name for each piece of HTML, which becomes the address of a post.
PIECES = {
    "iframe": f'<iframe src="{ELSEWHERE}"></iframe>',
    "iframe-own": '<iframe src="/chi-sono/"></iframe>',
    "iframe-data": '<iframe src="data:text/html,x"></iframe>',
    "iframe-empty": '<iframe title="x"></iframe>',
    "iframe-srcdoc": '<iframe srcdoc="<p>x</p>"></iframe>',
    "object": f'<object data="{OWN}"></object>',
    "object-empty": "<object>x</object>",
    "embed": f'<embed src="{OWN}">',
    "form": f'<form action="{ELSEWHERE}"><button>Vai</button></form>',
    "form-own": '<form action="/chi-sono/"><button>Vai</button></form>',
    "form-here": "<form><button>Vai</button></form>",
    "form-mail": '<form action="mailto:a@b.example"><button>Vai</button></form>',
    "form-script": '<form action="javascript:x()"><button>Vai</button></form>',
    "formaction": f'<form><button formaction="{ELSEWHERE}">Vai</button></form>',
    "formaction-input": f'<form><input type="submit" formaction="{ELSEWHERE}"></form>',
    "script": "<script>window.x = 1</script>",
    "script-elsewhere": f'<script src="{ELSEWHERE}a.js"></script>',
    "script-own": '<script src="/theme/js/live-reload.js"></script>',
    "script-data": '<script type="application/ld+json">{}</script>',
    "script-module": '<script type="module">window.x = 1</script>',
    "style": "<style>p { color: red }</style>",
    "style-attribute": '<p style="color: red">x</p>',
    "style-listed": "Un testo.\n{: style='color: red' }",
    "handler": '<button onclick="x()">Vai</button>',
    "handler-image": f'<img src="{OWN}" alt="x" onload="x()">',
    "handler-listed": "Un testo.\n{: onclick='x()' }",
    "link-script": '<a href="javascript:x()">Vai</a>',
    "link-script-typed": "[Vai](JavaScript:void)",
    "link-ping": f'<a href="#contenuto" ping="{ELSEWHERE}">Vai</a>',
    "image-srcset": f'<img src="{OWN}" srcset="{ELSEWHERE}a.png 1x, {ELSEWHERE}b.png 2x" alt="x">',
    "picture": f'<picture><source srcset="{ELSEWHERE}a.png">{PICTURE}</picture>',
    "input-image": f'<input type="image" src="{ELSEWHERE}a.png" alt="x">',
    "background": f'<table background="{ELSEWHERE}a.png"><tr><td>x</td></tr></table>',
    "video": f'<video src="{ELSEWHERE}a.mp4" controls></video>',
    "video-source": f'<video controls preload="auto"><source src="{ELSEWHERE}a.mp4"></video>',
    "video-poster": f'<video poster="{ELSEWHERE}a.png"></video>',
    "video-track": f'<video controls><track default src="{ELSEWHERE}a.vtt"></video>',
    "video-own": f'<video src="{OWN}" controls></video>',
    "audio": f'<audio src="{ELSEWHERE}a.mp3" preload="auto"></audio>',
    "stylesheet": f'<link rel="stylesheet" href="{ELSEWHERE}a.css">',
    "icon": f'<link rel="icon" href="{ELSEWHERE}a.ico">',
    "font": f'<link rel="preload" as="font" crossorigin href="{ELSEWHERE}a.woff2">',
    "prefetch": f'<link rel="prefetch" href="{ELSEWHERE}a.html">',
    "module": f'<link rel="modulepreload" href="{ELSEWHERE}a.js">',
    "preconnect": f'<link rel="preconnect" href="{ELSEWHERE}">',
    "base": f'<base href="{ELSEWHERE}">',
    "base-target": '<base target="_blank">',
    "svg-script": "<svg><script>window.x = 1</script></svg>",
    "svg-handler": '<svg onload="x()"></svg>',
    "svg-style": "<svg><style>rect { fill: red }</style></svg>",
    "svg-image": f'<svg width="9" height="9"><image href="{ELSEWHERE}a.png" width="9" height="9"/></svg>',
    "svg-paint": f'<svg width="9" height="9"><rect fill="url({ELSEWHERE}a.svg#x)" width="9" height="9"/></svg>',
    "svg-link": '<svg width="99" height="99"><a href="javascript:x()"><text y="20">Vai</text></a></svg>',
    "svg-frame": f'<svg><foreignObject><iframe src="{ELSEWHERE}"></iframe></foreignObject></svg>',
    "details": "<details><summary>x</summary>y</details>",
    "shown": f"    <iframe src='{ELSEWHERE}'></iframe>\n\nE `<script>x()</script>`.",
    "frame-beside-embed": (
        "{map: https://www.openstreetmap.org/#map=17/45.0703/7.6869 | Lo studio}\n\n"
        '<iframe src="https://www.openstreetmap.org/"></iframe>\n\n<iframe src="https://www.google.com/"></iframe>'
    ),
    "commented": f"<!-- <iframe src='{ELSEWHERE}'></iframe> -->",
}


def content_with_pieces(folder: Path) -> Path:
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    for name, piece in PIECES.items():
        text = POST.replace("Un articolo di prova", name).replace("Fine.", f"Prima.\n\n{piece}\n\nDopo.")
        (content / "blog" / f"{name}.md").write_text(text, encoding="utf-8")
    return content


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return content_with_pieces(tmp_path_factory.mktemp("pieces"))


@pytest.fixture(scope="module")
def address(pieces: Path) -> Iterator[str]:
    output = pieces.parent / "output"
    done = build(pieces, output)
    assert done.returncode == 0, done.stderr
    with handing_out(output) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.add_init_script(WATCH)
    opened.route(f"{ELSEWHERE}**", lambda route: route.abort())
    yield opened
    context.close()


def refused(page: Page, address: str, expected: set[str]) -> set[str]:
    """The pieces of which the browser says, on a page that is opened and used, that its policy forbids something.

    For what is expected it is waited longer: a busy machine is no fault of a page.
    """
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    found = set()
    for name in PIECES:
        page.goto(f"{address}/blog/{name}/")
        for one in page.locator(".prose").locator("button, input, a[ping], a[href^='javascript' i]").all()[:1]:
            one.click(no_wait_after=True)
        for _ in range(100 if name in expected else 3):
            page.wait_for_timeout(50)
            if said:
                break
        found |= {name} if said else set()
        said.clear()
    return found


@pytest.mark.some_cases(0)
def test_check_forbids_exactly_what_the_browser_refuses(page: Page, address: str, pieces: Path) -> None:
    told = {fault.path.stem for fault in check(pieces).errors} & PIECES.keys()
    assert told == refused(page, address, told)
    assert len(told) > 35


def test_each_forbidden_piece_is_told_at_its_own_line(pieces: Path) -> None:
    for fault in check(pieces).errors:
        lines = (pieces / fault.path).read_text(encoding="utf-8").splitlines()
        assert lines[fault.line - 1] in PIECES[fault.path.stem], str(fault)
