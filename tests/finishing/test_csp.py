"""Each page says itself what it may do."""

from __future__ import annotations

from plugins.content.templates.security_policy import HEADERS, inlined, page_policy
from plugins.finishing.csp import PagePolicies, headers_file
from tests.building import ROOT

THEME = ROOT / "theme"
PAGE = (
    '<html><head><meta charset="utf-8">\n<style>p{}</style></head><body><style>i{}</style>'
    f'<script type="speculationrules">{inlined(THEME)[-1]}</script><script>alert(1)</script></body></html>'
)
protect = PagePolicies(THEME, "")


def test_page_csp_allows_own_styles_and_rules_and_nothing_injected() -> None:
    policy = page_policy(["p{}"], inlined(THEME)[-1:])
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    assert protect(PAGE) == PAGE.replace('<meta charset="utf-8">', f'<meta charset="utf-8">\n{meta}')


def test_a_page_with_a_policy_of_its_own_keeps_it() -> None:
    once = protect(PAGE)
    assert protect(once) == once


def test_the_page_that_searches_may_run_its_index() -> None:
    assert "'wasm-unsafe-eval'" in protect(f'{PAGE}<form data-search="/pagefind/pagefind.js">')
    assert "'wasm-unsafe-eval'" not in protect(PAGE)


def test_headers_file_has_every_header_and_no_second_script_policy() -> None:
    told = headers_file()
    everywhere = told.split("\n/")[0]
    assert all(f"  {name}: {value}\n" in f"{everywhere}\n" for name, value in HEADERS.items())
    assert "frame-ancestors 'none'" in everywhere
    assert "script-src" not in told
    assert told.count("immutable") == 4


def test_pages_before_an_endpoint_elsewhere_keep_the_opener() -> None:
    # Firefox forgets at Back what was typed where one page has this header and the next, of another origin, is met.
    opener = "Cross-Origin-Opener-Policy"
    assert opener in headers_file("https://example.it", "https://example.it/prenota")
    assert opener in headers_file("https://example.it", "")
    assert opener not in headers_file("https://example.it", "https://prenota.example.it")
