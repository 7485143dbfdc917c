"""A brand of any length or script keeps within the narrowest screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.booking.office import write_content, write_front_matter
from tests.building import build, edit

BRANDS = {
    "many-words": "Studio di consulenza organizzativa e amministrativa della dottoressa Prova",
    "one-word": "Precipitevolissimevolissimevolmentissimamenteprecipitevolissima",
    "cyrillic": "Студия организационного и административного консультирования госпожи Пробы",
    "chinese": "株式会社東京都千代田区霞が関三丁目二番一号総合経営相談事務所山田太郎行政書士法人第二営業部",
    "arabic": "مكتب الاستشارات التنظيمية والإدارية للدكتورة بروفا في مدينة تورينو الإيطالية الجميلة",
}
PAGES = ("index.html", "404.html", "contatti/index.html", "servizi/macro/ricerca/index.html", "blog/uno/index.html")


@pytest.mark.some_cases(1)
@pytest.mark.parametrize("name", BRANDS)
def test_a_long_brand_keeps_within_the_narrowest_screen(browser: Browser, tmp_path: Path, name: str) -> None:
    content, output, brand = write_content(tmp_path / "content"), tmp_path / "output", BRANDS[name]
    edit(content / "identity.yaml", "Stessa Maglia", brand)
    # A heading of one long word keeps within it too.
    write_front_matter(
        content / "blog" / "uno.md", {"title": BRANDS["one-word"], "date": "2026-02-03", "category": "x"}
    )
    done = build(content, output, "pelicanconf.py", "-e", 'SITEURL=""', f'CACHE_PATH="{tmp_path}/cache"')
    assert done.returncode == 0, done.stdout + done.stderr
    page = browser.new_page(viewport={"width": 320, "height": 700})
    for place in PAGES:
        page.goto((output / place).as_uri())
        assert page.locator("header .brand").inner_text().strip() == brand
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, (place, width)
        box = page.locator("header .brand").bounding_box()
        assert box
        assert box["x"] + box["width"] <= 320
    page.close()
