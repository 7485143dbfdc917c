"""An address that was left behind leads to where its page is now."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plugins.content.markup.aliases import file_of
from plugins.discovery.redirects import page, rules
from tests.building import CONTENT, build, edit
from tests.discovery.reading import SITE


@pytest.mark.parametrize(
    ("alias", "file"),
    [
        ("/vecchio/", "vecchio/index.html"),
        ("/vecchio", "vecchio/index.html"),
        ("/2020/01/post.html", "2020/01/post.html"),
        ("/v1.2/note/", "v1.2/note/index.html"),
        ("/Chi_Sono/", "Chi_Sono/index.html"),
        ("/caff%C3%A8/", "caffè/index.html"),
        ("/caffe\u0300/", "caffè/index.html"),
        ("/vecchia%20pagina.html", "vecchia pagina.html"),
        ("/", "index.html"),
    ],
)
def test_an_alias_has_the_file_that_a_server_looks_for(alias: str, file: str) -> None:
    assert file_of(alias) == file


def test_a_title_cannot_break_the_page_that_redirects() -> None:
    assert "<b>" not in page("https://a.test/", '"><b>')


def test_the_rules_name_an_address_as_browsers_ask_for_it() -> None:
    assert rules({"/è qui/": "https://a.test/"}) == "/%C3%A8%20qui/ https://a.test/ 301\n"


def test_the_rules_name_every_alias_once() -> None:
    assert rules({"/b/": "https://a.test/2/", "/a": "https://a.test/1/"}) == (
        "/a https://a.test/1/ 301\n/b/ https://a.test/2/ 301\n"
    )


def test_aliases_of_every_page_kind_redirect_until_they_are_removed(tmp_path: Path) -> None:
    content, output = Path(shutil.copytree(CONTENT, tmp_path / "content")), tmp_path / "output"
    places = {
        "/costi/": ("services/macro/verifica-costi.md", "servizi/macro/verifica-costi/"),
        "/progetti": ("services/macro/index.md", "servizi/macro/"),
        "/2020/delegare.html": ("blog/cosa-delegare-per-primo.md", "blog/cosa-delegare-per-primo/"),
        "/metodo/": ("pages/come-lavoro.md", "come-lavoro/"),
        "/diario/": ("pages/blog.md", "blog/"),
        "/Chi_Sono.HTML": ("pages/chi-sono.md", "chi-sono/"),
        "/caff%C3%A8/": ("pages/contatti.md", "contatti/"),
        "/l'%C3%A8%20qui.html": ("pages/privacy.md", "privacy/"),
    }
    for alias, (file, _) in places.items():
        edit(content / file, "---\n", f"---\naliases: [{alias}]\n")
    assert build(content, output, "publishconf.py").returncode == 0
    for alias, (_, address) in places.items():
        text = (output / file_of(alias)).read_text(encoding="utf-8")
        assert f'content="0; url={SITE}/{address}"' in text
        assert f'<link rel="canonical" href="{SITE}/{address}">' in text
    told = (output / "_redirects").read_text(encoding="utf-8").splitlines()
    assert sorted(told) == sorted(f"{alias} {SITE}/{address} 301" for alias, (_, address) in places.items())
    for alias, (file, _) in places.items():
        edit(content / file, f"aliases: [{alias}]\n", "")
    assert build(content, output, "publishconf.py").returncode == 0
    assert [alias for alias in places if (output / file_of(alias)).exists()] == []
    assert not (output / "_redirects").exists()


def test_what_is_not_out_yet_redirects_nothing(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    edit(content / "blog" / "cosa-delegare-per-primo.md", "---\n", "---\naliases: [/prima/]\nstatus: draft\n")
    assert build(content, tmp_path / "output", "publishconf.py").returncode == 0
    assert not (tmp_path / "output" / "prima").exists()
