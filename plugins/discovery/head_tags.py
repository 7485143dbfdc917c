"""Head tags of each page: its JSON-LD, found from what the page is about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pelican.contents import Article, Page

from plugins.discovery.json_ld import Graph, Node, Posting, Trail, script
from plugins.domain.catalogue import Area, Service

if TYPE_CHECKING:
    from pelican.generators import Generator

# Pages that name the business in full, and the one that shows the whole catalogue.
HOME, WHO, CONTACT, CATALOGUE = "home", ("chi-sono", "about"), "contatti", "servizi"


def share(generator: Generator) -> None:
    """Give the templates of a public site `structured_data`; where it has no address there is nothing to tell."""
    site = generator.settings["SITEURL"]
    if site:
        graph = Graph(site, generator.settings["SITE"].office)

        def structured_data(
            subject: object, title: object, here: str, trail: Trail = (), card: str | None = None
        ) -> str:
            nodes = _nodes(graph, subject, card)
            if trail:
                nodes.append(graph.trail([(str(label), address) for label, address in trail], _plain(title), here))
            return Markup(script(nodes)) if nodes else ""

        generator.env.globals["structured_data"] = structured_data


def _plain(title: object) -> str:
    """A title as it is read; the one of a template's block comes escaped."""
    return title.unescape().strip() if isinstance(title, Markup) else str(title)


def _nodes(graph: Graph, subject: object, card: str | None) -> list[Node]:
    if isinstance(subject, Service):
        return graph.service(subject)
    if isinstance(subject, Area):
        return graph.area(subject)
    if isinstance(subject, Article):
        return graph.posting(_posting(subject, card))
    if isinstance(subject, Page):
        return _page(graph, subject.slug)
    return []


def _page(graph: Graph, slug: str) -> list[Node]:
    if slug == HOME:
        return graph.home()
    if slug in (*WHO, CONTACT):
        return [graph.person(is_shown=slug in WHO), graph.business()]
    return [graph.catalogue(graph.office.catalogue)] if slug == CATALOGUE else []


def _posting(article: Any, card: str | None) -> Posting:  # noqa: ANN401 - Pelican's content has no types
    return Posting(
        address=article.url,
        title=str(article.title),
        summary=Markup(article.summary).striptags(),
        category=str(article.category),
        tags=tuple(str(tag) for tag in getattr(article, "tags", ())),
        published=article.date.date(),
        modified=day_of(article),
        card=card,
    )


def day_of(content: Any) -> date | None:  # noqa: ANN401 - Pelican's content has no types
    """The day a content says it was changed on."""
    modified = getattr(content, "modified", None)
    return modified.date() if modified else None
