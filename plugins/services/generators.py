"""Generator of area and service pages, with drafts and links like Pelican's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pelican.contents import Page
from pelican.generators import CachingGenerator
from pelican.writers import Writer

from plugins.domain.catalogue import Area, Catalogue, Service
from plugins.services.contents import AreaPage, ServicePage


class ServicesGenerator(CachingGenerator):  # type: ignore[misc]
    """Makes a page of each area and of each service of the catalogue."""

    in_each_language = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Pelican's own arguments
        super().__init__(*args, **kwargs)
        self.pages: list[tuple[Area | Service, Page]] = []

    def generate_context(self) -> None:
        """Read the files in the order of their names and make them known to `{filename}` links."""
        for path, source in sorted(self.settings["SITE"].sources.items()):
            if not isinstance(source.value, Area | Service):
                continue
            kind = AreaPage if isinstance(source.value, Area) else ServicePage
            page = self.readers.read_file(base_path=self.path, path=path, content_class=kind, context=self.context)
            self.pages.append((self._listed(source.value), page))
            self.add_source_path(page)
            self.add_static_links(page)

    def _listed(self, value: Area | Service) -> Area | Service:
        """The value as the catalogue holds it: an area knows its services there."""
        return self._catalogue.area(value.slug) or value if isinstance(value, Area) else value

    @property
    def _catalogue(self) -> Catalogue:
        catalogue: Catalogue = self.context["office"].catalogue
        return catalogue

    def generate_output(self, writer: Writer) -> None:
        """Write every page."""
        # Once for all services: there are many posts.
        posts: dict[str, list[Any]] = {}
        for post in self.context["articles"]:
            if service := getattr(post, "service", None):
                posts.setdefault(service.address, []).append(post)
        for value, page in self.pages:
            context = self._area(value) if isinstance(value, Area) else self._service(value, posts)
            writer.write_file(
                page.save_as, self.get_template(page.template), self.context, page=page, url=page.url, **context
            )

    def _area(self, area: Area) -> dict[str, object]:
        return {"area": area}

    def _service(self, service: Service, posts: Mapping[str, list[Any]]) -> dict[str, object]:
        return {
            "service": service,
            "area": self._catalogue.area(service.area),
            "posts": posts.get(service.address, []),
            "related": list(self._related(service)),
        }

    def _related(self, service: Service) -> Iterator[Service]:
        """The services it names, or else its neighbours of the same area."""
        area = self._catalogue.area(service.area)
        named = [self._catalogue.service(reference) for reference in service.related]
        neighbours = [one for one in (area.services if area else ()) if one != service]
        yield from (one for one in (named or neighbours) if one is not None)


def link_posts(generators: list[Any]) -> None:
    """Put, in the place of the name that a post gives of a service, the service; None where it is not published."""
    catalogue: Catalogue = generators[0].context["office"].catalogue
    for post in chain(generators[0].articles, generators[0].hidden_articles, generators[0].drafts):
        # What it says, and not what was put there: a post may be one of the last build.
        reference = getattr(post, "service_name", None)
        post.service = catalogue.service(reference) if reference else None
