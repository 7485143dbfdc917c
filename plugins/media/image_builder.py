"""Image builder: makes the images of the content and puts them into the pages."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from jinja2 import pass_context
from pelican import signals
from pelican.contents import Static
from pelican.generators import Generator, StaticGenerator

from plugins.content.base.faults import Fault
from plugins.content.colours.tokens import LIGHT, tokens
from plugins.content.office import Office
from plugins.content.output_folder import announced
from plugins.content.pictures.animations import without_metadata
from plugins.content.pictures.photo_addresses import photo_name, portrait_address
from plugins.content.pictures.photos import UnreadableError
from plugins.content.pictures.picture_faults import private_faults
from plugins.content.pictures.picture_kinds import Kind, kind_of
from plugins.domain.language import _
from plugins.media.gallery import Gallery, Published
from plugins.media.image_cache import Made, Store, key_of
from plugins.media.image_markup import Shown, page_text, picture
from plugins.media.parallel_jobs import make
from plugins.media.photo_sizes import RECIPE, pictures
from plugins.media.portrait_photo import RECIPE as PORTRAIT_RECIPE
from plugins.media.portrait_photo import portrait_pictures
from plugins.media.published_addresses import published_addresses

Read = TypeVar("Read")
# Far beyond what the check lets through: a film that somebody publishes without it does not fill the memory.
_MOST_READ = 64 * 1024 * 1024


def put(generators: Sequence[Generator], kept: Published | None = None) -> Published:
    """Make the pictures, unless they are `kept`, and show them wherever a text or a template names an image."""
    first = generators[0]
    output, site = Path(first.output_path), first.settings["SITEURL"]
    for address in kept.files if kept else ():
        tell(output, address)
    published = kept or _published(next(one for one in generators if isinstance(one, StaticGenerator)), output)
    for path, content in first.context["generated_content"].items():
        if content is not None and (kept is None or not hasattr(content, "_get_content")):
            # Pelican asks for it each time a text is shown.
            content._get_content = Shown(content, str(Path(path).parent), published.gallery, site)
    # `drawn` is what the filter `body` shows a text with.
    shown = pass_context(partial(picture, published.gallery, site))
    give_templates(generators, picture=shown, drawn=partial(page_text, published.gallery, site))
    return published


def _published(static: StaticGenerator, output: Path) -> Published:
    """The pictures, made and written."""
    gallery, written = Gallery(colours=_colours(static)), list[str]()
    store = store_of(static.settings)
    found = {file.get_relative_source_path(): file for file in static.staticfiles}
    read = {path: _published_otherwise(path, file) for path, file in found.items()}
    contents = {path: content for path, content in read.items() if content is not None}
    addresses = published_addresses({path: file.save_as for path, file in found.items()}, contents)
    for path, made in _photos(contents, addresses, store):
        for address, made_picture in gallery.add_photo(path, addresses[path], contents[path], made).items():
            written.append(write(output, address, made_picture))
    for address, made_picture in _portrait(static, contents, store):
        written.append(write(output, address, made_picture))
    for path, content in contents.items():
        _take_over(static, found[path], addresses[path])
        if kind_of(Path(path), content) is Kind.ANIMATION:
            plain, width, height = _readable(path, partial(without_metadata, content))
            gallery.add_animation(path, addresses[path], (width, height))
            written.append(write(output, addresses[path], plain))
    for file in static.staticfiles:
        if file.source_path.lower().endswith(".svg"):
            gallery.add_drawing(file.get_relative_source_path(), file.url, Path(file.source_path).read_bytes())
    return Published(gallery, tuple(written))


def give_templates(generators: Sequence[Generator], **functions: object) -> None:
    """Give functions to the templates; Pelican does not ask of a generator that it has any."""
    for generator in generators:
        if hasattr(generator, "env"):
            generator.env.globals.update(functions)


def _colours(generator: Generator) -> frozenset[str]:
    """The names of the theme's colours; none of a theme that has them elsewhere."""
    file = Path(generator.theme) / LIGHT
    return frozenset(tokens(file)) if file.is_file() else frozenset()


def store_of(settings: dict[str, Any]) -> Store:
    """Where what was made is kept, from build to build."""
    return Store(Path(settings.get("MEDIA_CACHE") or Path(settings["CACHE_PATH"]) / "media"))


def write(output: Path, address: str, content: bytes) -> str:
    """Write a file at its address, tell that it is still wanted, and return the address."""
    path = output / address
    announced.send(str(output), paths=[str(path)])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    tell(output, address)
    return address


def tell(output: Path, address: str) -> None:
    """Tell that a file is still wanted."""
    signals.content_written.send(str(output / address), context=None)


def _published_otherwise(path: str, file: Static) -> bytes | None:
    """The bytes of a photo or an animation; None of what is copied as it is, once that says no place."""
    with open(file.source_path, "rb") as opened:
        content = opened.read(_MOST_READ)
    for line, what in private_faults(Path(path), content):
        _stop(Fault(Path(path), line, what))
    return content if kind_of(Path(path), content) in (Kind.PHOTO, Kind.ANIMATION) else None


def _photos(contents: Mapping[str, bytes], addresses: Mapping[str, str], store: Store) -> Iterator[tuple[str, Made]]:
    """Every photo of the content by the path of its file, with its pictures."""
    keys: dict[str, str] = {}
    orders: dict[str, tuple[str, Callable[[], Made]]] = {}
    for path, content in sorted(contents.items()):
        if kind_of(Path(path), content) is Kind.PHOTO:
            plain = ".png" if addresses[path].lower().endswith(".png") else ".jpg"
            keys[path] = key_of(RECIPE, content, plain.encode())
            orders[keys[path]] = (path, partial(_readable, path, partial(pictures, content, plain)))
    made = make(store, orders, _("Immagine %(number)s di %(total)s: %(name)s"))
    for path, key in keys.items():
        yield path, made[key]


def _portrait(static: StaticGenerator, contents: Mapping[str, bytes], store: Store) -> Iterator[tuple[str, bytes]]:
    """The portrait by its addresses, if it is a photo."""
    office: Office | None = static.context.get("office")
    path = office.identity.portrait if office else None
    if path and path in contents:
        content = contents[path]
        key = key_of(PORTRAIT_RECIPE, content)
        order = (path, partial(_readable, path, partial(portrait_pictures, content)))
        made = make(store, {key: order}, _("Immagine %(number)s di %(total)s: %(name)s"))[key]
        for form, made_picture in made.files.items():
            yield portrait_address(photo_name(path, content), form), made_picture


def _readable(path: str, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except UnreadableError as error:
        _stop(Fault(Path(path), 1, str(error)))


def _stop(fault: Fault) -> NoReturn:
    sys.stderr.write(f"{fault.within(Path('content'))}\n")
    raise SystemExit(1)


def _take_over(static: StaticGenerator, file: Static, address: str) -> None:
    """Keep the original, and where it was taken, out of the site; links lead to what stands in its place."""
    static.staticfiles.remove(file)
    file.override_save_as = file.override_url = address
