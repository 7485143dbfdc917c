"""Pages of a built site with drawings: within the page, as a picture in the feed, made anew when they change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.building import CONTENT, build

QUICK = ("pelicanconf.py", "-e", "SEARCH_INDEX=false")


def test_a_drawing_is_of_its_pages_and_follows_its_file(tmp_path: Path) -> None:
    content, output = Path(shutil.copytree(CONTENT, tmp_path / "content")), tmp_path / "output"
    where = (*QUICK, f'CACHE_PATH="{tmp_path / "cache"}"')
    assert build(content, output, *where).returncode == 0
    pages = [output / "chi-sono" / "index.html", output / "blog" / "chi-e-un-assistente-virtuale" / "index.html"]
    for page in pages:
        html = page.read_text(encoding="utf-8")
        drawing = re.search(r'<svg role="\w+" aria-label="Disegno di una scrivania[^"]*"[^>]*>.*?</svg>', html)
        assert drawing, page
        used = set(re.findall(r"var\((--[\w-]+)\)", drawing[0]))
        assert used
        style = html[html.index("<style>") : html.index("</style>")]
        assert {name for name in used if f"{name}:" not in style} == set()
    feed = (output / "feed.xml").read_text(encoding="utf-8")
    assert "/images/scrivania.svg" in feed
    assert "&lt;svg" not in feed
    picture = content / "images" / "scrivania.svg"
    picture.write_text(picture.read_text(encoding="utf-8").replace("M8 635", "M9 635"), encoding="utf-8")
    assert build(content, output, *where).returncode == 0
    assert all("M9 635" in page.read_text(encoding="utf-8") for page in pages)
