"""Image markup in texts and templates: a filter and a function for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pelican.contents import Content

from plugins.media.drawn_texts import with_drawings
from plugins.media.gallery import SIZES, Gallery
from plugins.media.numbered_notes import note_names, with_notes
from plugins.media.text_images import with_pictures


@dataclass(frozen=True)
class Shown:
    """Text of a content with its images in their pictures; `folder` is that of its file."""

    content: Content
    folder: str
    gallery: Gallery
    site: str

    def __call__(self) -> str:
        """The text as it is now."""
        return with_pictures(self.content._content, self.folder, self.gallery, self.site)


def picture(
    gallery: Gallery, site: str, context: Mapping[str, Any], path: str, alt: str | None, sizes: str = SIZES
) -> str:
    """The element of a page's own image, fetched at once; its numbers lead to the list that the page opens with."""
    image = gallery.images.get(path)
    if image is None:
        return Markup('<img src="{}" alt="{}">').format(f"{site}/{path}", alt or "")
    drawing = gallery.drawings.get(image.address)
    if not drawing:
        return Markup(image.html(site, alt or "", sizes, eager=True))
    page = context.get("page")
    items = note_names(page.content, drawing.notes) if page and getattr(page, "image", None) == path else ()
    return Markup(drawing.html(alt or "", "p", items=items))


def page_text(gallery: Gallery, site: str, html: str, image: str | None) -> str:
    """The text of a page with its drawings in it; `image` is the page's own, which may have a list here."""
    drawing = gallery.drawings.get(gallery.images[image].address) if image in gallery.images else None
    return with_drawings(gallery, site, with_notes(html, drawing.notes) if drawing else html)
