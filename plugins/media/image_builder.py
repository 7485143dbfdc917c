"""Image builder: makes the images of the content and puts them into the pages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Static
from pelican.generators import Generator, StaticGenerator

from plugins.content.faults import Fault
from plugins.content.output_folder import announced
from plugins.content.photos import KINDS, UnreadableError
from plugins.domain.language import _
from plugins.media.gallery import Gallery
from plugins.media.image_cache import Made, Store, key_of
from plugins.media.image_markup import Shown, picture
from plugins.media.parallel_jobs import make
from plugins.media.photo_sizes import RECIPE, pictures, plain_kind


def put(generators: Sequence[Generator]) -> None:
    """Make the pictures, and show them wherever a text or a template names an image."""
    static = next(one for one in generators if isinstance(one, StaticGenerator))
    gallery, site = Gallery(), static.settings["SITEURL"]
    store = store_of(static.settings)
    for path, content, made in _photos(static, store):
        for address, made_picture in gallery.add_photo(path, _take_over(static, path), content, made).items():
            write(Path(static.output_path), address, made_picture)
    for file in static.staticfiles:
        if file.source_path.endswith(".svg"):
            text = Path(file.source_path).read_text(encoding="utf-8", errors="replace")
            gallery.add_drawing(file.get_relative_source_path(), file.url, text)
    for path, content in static.context["generated_content"].items():
        if content is not None:
            # Pelican asks for it each time a text is shown.
            content._get_content = Shown(content, str(Path(path).parent), gallery, site)
    give_templates(generators, picture=partial(picture, gallery, site))


def give_templates(generators: Sequence[Generator], **functions: object) -> None:
    """Give functions to the templates; Pelican does not ask of a generator that it has any."""
    for generator in generators:
        if hasattr(generator, "env"):
            generator.env.globals.update(functions)


def store_of(settings: dict[str, Any]) -> Store:
    """Where what was made is kept, from build to build."""
    return Store(Path(settings.get("MEDIA_CACHE") or Path(settings["CACHE_PATH"]) / "media"))


def write(output: Path, address: str, content: bytes) -> None:
    """Write a file at its address, and tell that it is still wanted."""
    path = output / address
    announced.send(str(output), paths=[str(path)])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    signals.content_written.send(str(path), context=None)


def _photos(static: StaticGenerator, store: Store) -> Iterator[tuple[str, bytes, Made]]:
    """Every photo of the content by the path of its file, with its bytes and its pictures."""
    found = {
        file.get_relative_source_path(): Path(file.source_path).read_bytes()
        for file in static.staticfiles
        if _kind(file) in KINDS
    }
    keys = {
        path: key_of(RECIPE, content, plain_kind(Path(path).suffix.lower()).encode()) for path, content in found.items()
    }
    orders: dict[str, tuple[str, Callable[[], Made]]] = {
        keys[path]: (path, partial(_made, path, content)) for path, content in found.items()
    }
    made = make(store, orders, _("Immagine %(number)s di %(total)s: %(name)s"))
    for path, content in sorted(found.items()):
        yield path, content, made[keys[path]]


def _made(path: str, content: bytes) -> Made:
    try:
        return pictures(content, Path(path).suffix.lower())
    except UnreadableError:
        what = _("La foto non si legge: il file è rovinato o troppo grande. Esportala di nuovo. Esempio: foto.jpg")
        sys.stderr.write(f"{Fault(Path(path), 1, what).within(Path('content'))}\n")
        raise SystemExit(1) from None


def _take_over(static: StaticGenerator, path: str) -> str:
    """Keep the original, and where it was taken, out of the site; return the address of what stands in its place."""
    file: Static = static.context["static_content"][path]
    static.staticfiles.remove(file)
    place = Path(file.save_as).with_suffix(Path(path).suffix if _kind(file) not in {".heic", ".heif"} else ".jpg")
    if _kind(file) in {".webp", ".avif"}:
        place = place.with_suffix(".jpg")
    file.override_save_as = file.override_url = place.as_posix()
    return place.as_posix()


def _kind(file: Static) -> str:
    return Path(file.source_path).suffix.lower()
