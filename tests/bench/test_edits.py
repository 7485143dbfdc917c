"""Each case of the benchmarks edits what it says, in a site of ours and in one of Hugo’s; ours stays without fault."""

from __future__ import annotations

import pytest

from plugins.content.site import read_site
from tests.bench.edits import CASES
from tests.bench.site import Site, hugo_site, maglia
from tests.fastbuild.builder import tree

SIZE, ROUNDS = 100, 5
_EDITS = [case for case in CASES if case not in ("clean", "nothing")]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Site]:
    folder = tmp_path_factory.mktemp("sites")
    return maglia(folder / "maglia", SIZE), hugo_site(folder / "hugo", SIZE, "hugo", is_related=True)


@pytest.mark.some_cases(6)
@pytest.mark.parametrize("case", _EDITS)
def test_each_round_of_a_case_edits_every_site(sites: tuple[Site, Site], case: str) -> None:
    for site in sites:
        for number in range(ROUNDS):
            before = _state(site)
            CASES[case][1](site, number)
            assert _state(site) != before, (site.label, number)
    read_site(sites[0].content)


def test_a_renamed_post_leaves_its_old_address_as_alias(sites: tuple[Site, Site]) -> None:
    for site in sites:
        CASES["renamed"][1](site, ROUNDS)
        renamed = (site.content / "blog" / f"rinominato-{ROUNDS:05}.md").read_text(encoding="utf-8")
        assert "\naliases: [/blog/articolo-00075/]\n" in renamed
        assert "slug: articolo" not in renamed


def test_a_new_post_has_its_own_title_and_date(sites: tuple[Site, Site]) -> None:
    for site in sites:
        CASES["post"][1](site, ROUNDS)
        model = (site.content / "blog" / "articolo-00085.md").read_text(encoding="utf-8").splitlines()
        new = (site.content / "blog" / f"nuovo-{ROUNDS:05}.md").read_text(encoding="utf-8").splitlines()
        differing = {line.split(":")[0] for line in set(new) ^ set(model)}
        assert differing - {"slug"} == {"title", "date"}


def _state(site: Site) -> tuple[dict[str, bytes], list[str]]:
    """All that a site is made from."""
    return tree(site.content.parent), site.line
