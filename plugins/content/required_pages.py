"""Required pages: those that something leads to, and so may be neither missing nor a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from plugins.content.base.faults import Fault
from plugins.content.base.translated_files import original_files
from plugins.content.base.yaml_locations import Document, Location
from plugins.content.front_matter import Page, Post
from plugins.content.source_files import Source
from plugins.domain.identity import Identity
from plugins.domain.language import N_, _

# Whatever she chooses, visitors arrive there.
_ALWAYS = {
    "home": N_("È da questa pagina che il sito comincia."),
    "404": N_("È questa la pagina che trova chi segue un indirizzo che non c’è."),
}
# Of the others a button leads to the booking.
_BUTTONS = {"servizi": "contatti"} | dict.fromkeys(("prenota", "contatti", "cerca", "grazie", "blog", "404"))


class RequiredPages:
    """Tells what leads to a page that is not there, where it is said."""

    def __init__(self, root: Path, sources: Iterable[Source[BaseModel]]) -> None:
        self._pages = [(one.value, one.document) for one in sources if isinstance(one.value, Page)]
        self._out = {page.slug for page, _document in self._pages if page.status != "draft"}
        # One that cannot be read has faults of its own.
        read = {document.path for _page, document in self._pages}
        self._unread = {path.stem for path in original_files(root, "pages/**/*") if path not in read}

    def _lacks(self, slug: str) -> bool:
        return slug not in self._out | self._unread

    def always(self) -> Iterator[Fault]:
        """The pages that no site does without."""
        documents = {page.slug: document for page, document in self._pages}
        for slug, why in _ALWAYS.items():
            if slug in documents and self._lacks(slug):
                what = _("Non può essere una bozza: togli status.")
                yield documents[slug].fault(("status",), f"{_(why)} {what}")
            elif self._lacks(slug):
                what = _("Manca la pagina «%(slug)s». Creala. Esempio: slug: %(slug)s", slug=slug)
                yield Fault(Path("pages") / f"{slug}.md", 1, f"{_(why)} {what}")

    def of_buttons(self) -> Iterator[Fault]:
        """The pages that the buttons of pages lead to."""
        for page, document in self._pages:
            slug = _BUTTONS.get(page.slug, "prenota")
            if page.action is not None and page.status != "draft" and slug is not None and self._lacks(slug):
                what = _(
                    "Questo pulsante porta alla pagina «%(slug)s», che non è in linea. "
                    "Crea pages/%(slug)s.md, o togli action.",
                    slug=slug,
                )
                yield document.fault(("action",), what)

    def of_footer(self, document: Document, identity: Identity) -> Iterator[Fault]:
        """The pages that the owner's links at the foot of each page lead to."""
        for index, link in enumerate(identity.links):
            if link.page is not None and self._lacks(link.page):
                location: Location = ("links", index, "page")
                what = _("La pagina «%(slug)s» non è in linea.", slug=link.page)
                known = _("Scegli fra %(names)s.", names=", ".join(sorted(self._out)))
                yield document.fault(location, f"{what} {known}")

    def of_posts(self, posts: Iterable[Source[Post]]) -> Iterator[Fault]:
        """The page that lists the posts, told at the first of those that are out or wait for their day."""
        first = next((one for one in posts if one.value.status != "draft"), None)
        if first is not None and self._lacks("blog"):
            what = _(
                "Gli articoli stanno nella pagina «blog», che non è in linea. Crea pages/blog.md, "
                "o fai una bozza di ogni articolo. Esempio: status: draft"
            )
            yield first.document.fault(("title",), what)
