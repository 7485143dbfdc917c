"""Highlighted code can be read by everybody, light and dark, wide and narrow."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from plugins.publishing.checks.check import check
from tests.browser.published import handing_out
from tests.browser.test_every_page import faults_here, nu
from tests.building import CONTENT, build
from tests.publishing.mistakes import POST

TEXT = """Un po’ di codice, con `una_parola` in mezzo.

```{.python linenos=table hl_lines="2 3"}
@decorato
def saluta(nome: str, volte: int = 3) -> None:  # una riga lunga, che su un telefono non ci sta e quindi scorre da sé
    "Saluta."
    raise ValueError(f"Ciao {nome}!" * volte, 0x1F, None)
```

    :::html
    <!-- una nota --><p class="x">&amp;</p>

~~~diff
-prima
+dopo
~~~
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("code")
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    (content / "blog" / "prova.md").write_text(POST.replace("Fine.", TEXT), encoding="utf-8")
    assert check(content).errors == ()
    assert build(content, folder / "output").returncode == 0
    with handing_out(folder / "output") as address:
        yield address, folder / "output"


def test_axe_finds_no_faults_in_highlighted_code(browser: Browser, site: tuple[str, Path]) -> None:
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site[0]}/blog/prova/")
    assert faults_here(page) == []
    context.close()


def test_each_line_of_code_is_beside_its_number(browser: Browser, site: tuple[str, Path]) -> None:
    page = browser.new_page()
    page.goto(f"{site[0]}/blog/prova/")
    numbers, code = page.locator(".highlight .linenos pre"), page.locator(".highlight .code pre")
    heights = [one.bounding_box() for one in (numbers, code)]
    assert all(heights)
    assert len({round(one["height"]) for one in heights if one}) == 1
    page.close()


def test_a_page_with_code_is_valid_html(site: tuple[str, Path]) -> None:
    assert nu(site[1] / "blog" / "prova") == []
