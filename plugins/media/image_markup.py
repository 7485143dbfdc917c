"""Image markup in texts and templates: a filter and a function for each."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from pelican.contents import Content

from plugins.media.gallery import SIZES, Gallery
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


def picture(gallery: Gallery, site: str, path: str, alt: str | None, sizes: str = SIZES) -> str:
    """The element of a page's own image, fetched at once."""
    image = gallery.images.get(path)
    if image is None:
        return Markup('<img src="{}" alt="{}">').format(f"{site}/{path}", alt or "")
    drawing = gallery.drawings.get(image.address)
    return Markup(drawing.html(alt or "", "p") if drawing else image.html(site, alt or "", sizes, eager=True))
