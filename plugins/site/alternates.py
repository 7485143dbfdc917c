"""Alternates: which pages of a site in several languages say the same (hreflang), and what its switcher shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from plugins.content.front_matter import FrontMatter, Post
from plugins.content.language_names import language_names
from plugins.content.markup.slugs import slug_of
from plugins.content.site import Site, is_draft
from plugins.domain.language import Language, _, speaking

# Addresses of pages by the codes of languages.
Group = dict[str, str]
_LISTS = ("ARCHIVES_URL", "CATEGORIES_URL", "TAGS_URL")
# Reached only by mistake: no page says the same of another address.
_NOWHERE = "404"


@dataclass(frozen=True)
class SiteLanguage:
    """A language of the site by its own name, with its home and what it says where a page is not there."""

    code: str
    tag: str
    locale: str
    name: str
    home: str
    missing: str


@dataclass(frozen=True)
class InLanguage:
    """The site in one language, with the settings that its pages are made with."""

    spoken: Language
    site: Site
    settings: dict[str, Any]


def site_language(run: InLanguage) -> SiteLanguage:
    """What pages say of a language of the site."""
    with speaking(run.spoken):
        (name,) = language_names((run.spoken.tag.partition("-")[0],))
        missing = _("la pagina iniziale: questa in %(language)s non c’è", language=name)
    name = name[:1].upper() + name[1:]
    home = run.site.office.prefix
    return SiteLanguage(run.spoken.code, run.spoken.tag, run.spoken.locale, name, home, missing)


def alternates(runs: list[InLanguage]) -> dict[str, Group]:
    """By the address of each page that is there in several languages those of all; the site's own language first."""
    groups = [*_of_texts(runs), *_of_lists(runs), *_of_labels(runs, "CATEGORY_URL"), *_of_labels(runs, "TAG_URL")]
    return {address: group for group in groups if len(group) > 1 for address in group.values()}


def _of_texts(runs: list[InLanguage]) -> Iterator[Group]:
    for path in runs[0].site.sources:
        found = ((run, run.site.sources.get(path)) for run in runs)
        yield {
            run.spoken.code: one.value.address
            for run, one in found
            if one is not None and _is_out(one.value, run.settings["DAY"]) and one.value.slug != _NOWHERE
        }


def _is_out(value: Any, day: date) -> bool:  # noqa: ANN401 - posts, pages, areas and services
    return not is_draft(value) and not (isinstance(value, Post) and value.date > day)


def _of_lists(runs: list[InLanguage]) -> Iterator[Group]:
    listing = [run for run in runs if run.site.office.has("blog")]
    for name in _LISTS:
        yield {run.spoken.code: str(run.settings[name]) for run in listing}


def _of_labels(runs: list[InLanguage], setting: str) -> Iterator[Group]:
    """Lists of a label's posts, where all posts that have it in one language have one label in another."""
    own, *others = runs
    groups: dict[str, Group] = {}
    for run in others:
        there, back = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
        for path, one in own.site.sources.items():
            other = run.site.sources.get(path)
            if other is None or not (_is_listed(one.value, own) and _is_listed(other.value, run)):
                continue
            for label, named in zip(_labels(one.value, setting), _labels(other.value, setting), strict=False):
                there[label].add(named)
                back[named].add(label)
        for label, named_there in there.items():
            (first, *more) = named_there
            if not more and back[first] == {label}:
                group = groups.setdefault(label, {own.spoken.code: _list_of(own, setting, label)})
                group[run.spoken.code] = _list_of(run, setting, first)
    yield from groups.values()


def _is_listed(value: FrontMatter | Any, run: InLanguage) -> bool:  # noqa: ANN401
    return isinstance(value, Post) and value.status == "published" and value.date <= run.settings["DAY"]


def _labels(post: Any, setting: str) -> tuple[str, ...]:  # noqa: ANN401
    return (post.category,) if setting == "CATEGORY_URL" else post.tags


def _list_of(run: InLanguage, setting: str, label: str) -> str:
    return str(run.settings[setting]).format(slug=slug_of(label))
