"""Configuration of Decap CMS: the files that can be edited, and the form of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from plugins.admin.form_words import LABELS
from plugins.admin.forms import Field, Form
from plugins.admin.translated_fields import Languages, by_language
from plugins.content.base.yaml_locations import read_yaml
from plugins.content.front_matter import Page, Post
from plugins.content.language_names import own_names
from plugins.content.markup.links import CASES, TESTIMONIALS
from plugins.content.site import Site
from plugins.content.translations import content_language, further_languages
from plugins.domain.availability import Availability
from plugins.domain.catalogue import Area, Service
from plugins.domain.identity import Identity
from plugins.domain.language import _, spoken
from plugins.domain.questions import DECIDING
from plugins.domain.testimonials import Case, Testimonial

# Decided by where a file lies: they are changed by renaming it.
_PLACE = ("slug", "area", "services")
# As it is, in Markdown: an editor that shows it formatted would write our links in another way.
_BODY: Field = {
    "name": "body",
    "widget": "markdown",
    "modes": ["raw"],
    "buttons": [],
    "editor_components": [],
    "required": False,
}
# What a new post begins with, as `make nuovo` makes it.
_NEW_POST = {"date": "{{now}}", "status": "draft"}
_NEW_OF_CLIENT = {"status": "draft"}

Collection = dict[str, Any]


def configuration(settings: Mapping[str, Any], site: Site, address: str, root: Path) -> dict[str, Any]:
    """What the setting `ADMIN` says, and the collections of a site whose content lies at `root`."""
    about = {"site_url": address, "display_url": address} if address else {}
    return {
        "locale": spoken().code,
        "media_folder": f"{root.name}/images",
        "public_folder": "{static}/images",
        "slug": {"encoding": "ascii", "clean_accents": True},
        **about,
        **settings,
        "collections": list(_collections(site, root)),
    }


def _collections(site: Site, root: Path) -> Iterator[Collection]:
    catalogue, folder = site.office.catalogue, root.name
    further = own_names(further_languages(root, site.office.identity))
    services = [(one.slug, one.title) for one in (*catalogue.services, *catalogue.drafts)]
    meetings = [(one.slug, one.title) for one in site.office.availability.meetings]
    form = Form({"service": services, "related": services, "meeting": meetings})
    post = _begun(form.fields(Post, _PLACE), _NEW_POST)
    yield _folder("blog", _("Articoli"), _("Articolo"), f"{folder}/blog", post) | {"slug": "{{slug}}"}
    page = form.fields(Page, _PLACE)
    yield _folder("pages", _("Pagine"), _("Pagina"), f"{folder}/pages", page)
    for code, name in further:
        for kind, label, one, fields in (
            ("blog", _("Articoli"), _("Articolo"), post),
            ("pages", _("Pagine"), _("Pagina"), page),
        ):
            # What a translation leaves out is its original's, and so is its name: it is begun by `make nuovo`.
            said = [field | {"required": False} for field in fields]
            beside = _folder(f"{kind}-{code}", f"{label} – {name}", f"{one} – {name}", f"{folder}/{kind}", said)
            yield beside | {"extension": f"{code}.md", "create": False}
    said = _begun(form.fields(Testimonial), _NEW_OF_CLIENT)
    home = f"{folder}/{TESTIMONIALS}"
    # Of what has no title, the editor makes the file's name and its line in the list of this.
    yield _folder(TESTIMONIALS, _("Testimonianze"), _("Testimonianza"), home, said) | {"identifier_field": "who"}
    yield _folder(CASES, _("Casi"), _("Caso"), f"{folder}/{CASES}", _begun(form.fields(Case), _NEW_OF_CLIENT))
    for area in catalogue.areas:
        home = f"{folder}/services/{area.slug}"
        files = [_file("index", _("L’area"), f"{home}/index.md", [*form.fields(Area, _PLACE), _body()])]
        files += [
            _file(one.slug, one.title, f"{home}/{one.slug}.md", [*form.fields(Service, _PLACE), _body()])
            for one in (*area.services, *(draft for draft in catalogue.drafts if draft.area == area.slug))
        ]
        files += _translations(files, root, further)
        yield {"name": f"services-{area.slug}", "label": area.title, "files": files}
    office = [
        _file(
            "availability",
            _("Orari e incontri"),
            f"{folder}/availability.yaml",
            _as_written(root, "availability.yaml", Form({"when": _deciding(site)}).fields(Availability)),
        ),
        _file(
            "identity",
            _("Nome e recapiti"),
            f"{folder}/identity.yaml",
            _as_written(root, "identity.yaml", Form().fields(Identity)),
        ),
    ]
    yield {"name": "office", "label": _("Orari e recapiti"), "files": office, "editor": {"preview": False}}


def _as_written(root: Path, file: str, fields: list[Field]) -> list[Field]:
    """The fields of a file of the office, those that it says by language with a field for each."""
    language = content_language(read_yaml(root, Path("identity.yaml")))
    own = language.code
    return by_language(fields, [read_yaml(root, Path(file)).values], own_names((own, *sorted(language.known - {own}))))


def _translations(files: Sequence[Collection], root: Path, further: Languages) -> list[Collection]:
    """The forms of the translations that lie beside some files."""
    found = []
    for one in files:
        for code, name in further:
            file = f"{one['file'].removesuffix('.md')}.{code}.md"
            if (root.parent / file).is_file():
                fields = [field | {"required": False} for field in one["fields"]]
                found.append(_file(f"{one['name']}-{code}", f"{one['label']} – {name}", file, fields))
    return found


def _deciding(site: Site) -> list[tuple[str, str]]:
    """The questions on whose answers others may depend, of all kinds of meeting."""
    found = [one for meeting in site.office.availability.meetings for one in meeting.questions]
    return list({one.key: (one.key, one.label) for one in found if one.type in DECIDING}.values())


def _begun(fields: list[Field], defaults: Mapping[str, str]) -> list[Field]:
    """Fields of a form, some with what a new file begins with."""
    return [one | ({"default": defaults[one["name"]]} if one["name"] in defaults else {}) for one in fields]


def _body() -> Field:
    label = LABELS["body"]
    return _BODY | {"label": _(label)}


def _folder(name: str, label: str, one: str, folder: str, fields: list[Field]) -> Collection:
    return {
        "name": name,
        "label": label,
        "label_singular": one,
        "folder": folder,
        "create": True,
        "extension": "md",
        "format": "yaml-frontmatter",
        "editor": {"preview": False},
        "fields": [*fields, _body()],
    }


def _file(name: str, label: str, file: str, fields: list[Field]) -> Collection:
    # Comments would be lost: those of a form are in its hints.
    return {"name": name, "label": label, "file": file, "editor": {"preview": False}, "fields": fields}
