"""What browsers are told to forbid."""

from __future__ import annotations

import pytest

from plugins.content.templates.security_policy import HEADERS, NO_PAGE, framed, page_policy, site_policy, uses_of


def directives(policy: str) -> dict[str, list[str]]:
    """A policy as its directives, each with its sources; none may come twice."""
    parts = [part.split() for part in policy.split(";")]
    assert len({part[0] for part in parts}) == len(parts)
    return {name: sources for name, *sources in parts}


POLICIES = [
    framed(page_policy(["p{}"], ["{}"])),
    framed(page_policy(["p{}"], ["{}"], "https://prenota.example.it/x")),
    site_policy(["{}"]),
    site_policy([], "https://prenota.example.it"),
    NO_PAGE,
]


@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_allows_unsafe_sources_framing_or_base_change(policy: str) -> None:
    assert "unsafe" not in policy
    told = directives(policy)
    assert told["frame-ancestors"] == told["base-uri"] == ["'none'"]
    assert not {source for sources in told.values() for source in sources} & {"*", "http:", "https:", "blob:"}


def test_what_is_inlined_is_named_by_its_digest() -> None:
    # The example of CSP level 3, 8.3.
    told = directives(page_policy([], ["doSomething();"]))
    assert told["script-src"] == ["'self'", "'sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc='"]
    assert told["style-src"] == ["data:"]


def test_forms_may_go_to_an_endpoint_that_lives_elsewhere() -> None:
    told = directives(page_policy([], [], "https://prenota.example.it"))
    assert told["form-action"] == told["connect-src"] == ["'self'", "https://prenota.example.it"]


def test_web_assembly_runs_where_one_searches_and_nowhere_else() -> None:
    assert "'wasm-unsafe-eval'" in directives(site_policy([], searches=True))["script-src"]
    assert "'wasm-unsafe-eval'" not in site_policy([])


def test_a_page_opens_its_policy_only_for_what_it_uses() -> None:
    forms = ("https://lista.example/iscriviti?a=1", "https://altra.example")
    html = '<figure data-embed="https://tube.example/videos/embed/x?y">x</figure><form action="https://lista.example/iscriviti?a=1">'
    told = directives(page_policy([], [], uses=uses_of(html, forms)))
    assert told["frame-src"] == ["https://tube.example"]
    assert told["form-action"] == ["'self'", "https://lista.example/iscriviti"]
    plain = directives(page_policy([], [], uses=uses_of("<p>Ciao</p>", forms)))
    assert "frame-src" not in plain
    assert plain["form-action"] == ["'self'"]


def test_every_header_of_a_careful_site_is_there() -> None:
    assert {"Strict-Transport-Security", "X-Content-Type-Options", "Referrer-Policy"} <= set(HEADERS)
    assert {"Permissions-Policy", "Cross-Origin-Opener-Policy"} <= set(HEADERS)


@pytest.mark.parametrize(
    "html",
    [
        '<figure data-embed="https://tube.example; script-src-elem *">x</figure>',
        '<figure data-embed="https://tube.example, default-src *">x</figure>',
        '<figure data-embed="https://*/x">x</figure>',
        '<figure data-embed="https://a@tube.example/x">x</figure>',
        '<figure data-embed="https:">x</figure>',
        '<p>Si scrive data-embed="https://tube.example/x"</p>',
    ],
)
def test_nothing_but_the_host_of_a_frame_opens_a_policy(html: str) -> None:
    assert uses_of(html).frames == ()
