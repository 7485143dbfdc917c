"""Fragments that many pages share: exchanged in finished pages where nothing else of these can differ."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.fastbuild.cache.build_manifest import BuiltFragment, BuiltPage
from plugins.fastbuild.edit.shared_fragments import SharedFragments
from plugins.fastbuild.render.fragments import Fragment
from plugins.finishing.csp import PagePolicies
from plugins.finishing.inline_styles import PageStyles
from plugins.finishing.page_pieces import TiedWords
from tests.building import ROOT

THEME = ROOT / "theme"
ASIDE = '<nav class="aside"><h2>Tutto di {0}</h2><a href="/a/">{0}</a></nav>'


def _filters() -> tuple[Any, ...]:
    return TiedWords(), PageStyles(THEME, PagePolicies(THEME, ""))


def _page(aside: str, text: str = "") -> str:
    page = (
        '<html lang="it"><head><meta charset="utf-8"><style>/*stylesheet*/</style></head>'
        f"<body><main><h1>Ai piedi</h1></main>{text}{aside}</body></html>"
    )
    for one in _filters():
        page = one(page)
    return page


def _shared(paths: list[Path], before: str) -> SharedFragments:
    manifest: Any = SimpleNamespace(
        fragments={"aside": BuiltFragment(-1, before, frozenset({"categories"}))},
        pages={str(path): BuiltPage(0, frozenset(), "", frozenset({"aside"})) for path in paths},
    )
    return SharedFragments(manifest, set(), {"categories"}, [str(path) for path in paths])


def _written(folder: Path, *pages: str) -> list[Path]:
    paths = [folder / f"{number}.html" for number, _ in enumerate(pages)]
    for path, page in zip(paths, pages, strict=True):
        path.write_text(page, encoding="utf-8")
    return paths


def _made(html: str) -> dict[str, Fragment]:
    return {"aside": Fragment(html, {}, frozenset())}


def test_finished_pages_get_another_fragment(tmp_path: Path) -> None:
    paths = _written(tmp_path, *[_page(ASIDE.format("uno"))] * 3)
    shared, made = _shared(paths, ASIDE.format("uno")), _made(ASIDE.format("due"))
    sharing = shared.sharing(made, set())
    assert shared.exchange(sharing, made, _filters()).keys() == set(map(str, paths))
    assert {path.read_text(encoding="utf-8") for path in paths} == {_page(ASIDE.format("due"))}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ASIDE.format("uno"), ASIDE.format('<b class="big">uno</b>')),  # styles of other rules
        (ASIDE.format("uno"), ASIDE.format("<video></video>")),  # another policy
        ("uno", "due"),  # may stand in a heading
        (ASIDE.format("uno"), ASIDE.format("uno").removesuffix("</nav>") + "<h2>Un"),  # a heading that goes on
        (ASIDE.format("uno"), ASIDE.format("uno") + "<p"),  # a tag that goes on
    ],
)
def test_pages_that_may_differ_besides_are_left(before: str, after: str, tmp_path: Path) -> None:
    paths = _written(tmp_path, _page(before))
    shared, made = _shared(paths, before), _made(after)
    assert not shared.exchange(shared.sharing(made, set()), made, _filters())
    assert paths[0].read_text(encoding="utf-8") == _page(before)


@pytest.mark.parametrize("page", [_page(""), _page(ASIDE.format("uno") * 2)])
def test_a_fragment_not_there_just_once_is_left(page: str, tmp_path: Path) -> None:
    paths = _written(tmp_path, page)
    shared, made = _shared(paths, ASIDE.format("uno")), _made(ASIDE.format("due"))
    assert not shared.exchange(shared.sharing(made, set()), made, _filters())


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("<p title=it's>uno</p>", 'due \' <b class="wrap">'),  # a quote that the fragment closes
        ("<h2>Un", "la casa"),  # a heading that goes on
        ("<h2 ", "due"),  # a tag that goes on
    ],
)
def test_a_page_that_reaches_into_a_fragment_is_left(text: str, after: str, tmp_path: Path) -> None:
    aside = '<nav class="wrap"><b class="wrap"></b>{0}</nav>'
    paths = _written(tmp_path, _page(aside.format("uno") + "</h2>", text))
    shared, made = _shared(paths, aside.format("uno")), _made(aside.format(after))
    assert not shared.exchange(shared.sharing(made, set()), made, _filters())


def test_filters_that_cannot_tell_exchange_nothing(tmp_path: Path) -> None:
    paths = _written(tmp_path, ASIDE.format("uno"))
    shared, made = _shared(paths, ASIDE.format("uno")), _made(ASIDE.format("due"))
    assert not shared.exchange(shared.sharing(made, set()), made, [str.upper])


def test_pages_of_a_fragment_that_stayed_are_kept(tmp_path: Path) -> None:
    paths = _written(tmp_path, _page(ASIDE.format("uno")))
    shared = _shared(paths, ASIDE.format("uno"))
    assert not shared.sharing(_made(ASIDE.format("uno")), set())


def test_one_page_is_rendered_for_each_fragment(tmp_path: Path) -> None:
    paths = _written(tmp_path, *["x"] * 3)
    shared = _shared(paths, "x")
    assert len(shared.examples([])) == 1
    assert not shared.examples([frozenset({"aside"})])
    assert shared.pages == set(map(str, paths))
