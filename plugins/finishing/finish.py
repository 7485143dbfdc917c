"""Finish: the last steps of a build, in their order."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.content.colours.tokens import contrast_faults
from plugins.content.fonts.typefaces import font_faults, site_path
from plugins.content.output_folder import names_in, record_of
from plugins.finishing.csp import PagePolicies, headers_file
from plugins.finishing.inline_styles import MARK, PageStyles
from plugins.finishing.page_pieces import TiedWords
from plugins.finishing.precompress import pack, unpack
from plugins.finishing.search_index import FOLDER, bring_up_to_date, take_away

if TYPE_CHECKING:
    from pelican import Pelican


def prepare(pelican: Pelican) -> None:
    """Put into the settings what each page goes through, once a run: styles are edited while Pelican watches.

    A public site whose colours cannot be read ends the run; while writing, that is told alone.
    """
    endpoint = str(pelican.settings.get("BOOKING_URL") or "")
    theme = Path(pelican.theme)
    unreadable = contrast_faults(theme)
    for fault in (*unreadable, *font_faults(theme)):
        sys.stderr.write(f"{fault.within(Path(theme.name))}\n")
    if unreadable and pelican.settings["SITEURL"]:
        # Not an exception of Pelican's: those are shown with a traceback.
        raise SystemExit(1)
    site = pelican.settings.get("SITE")
    forms = site.office.identity.form_addresses if site else ()
    policies = PagePolicies(theme, endpoint, forms)
    styles = PageStyles(theme, policies, site_path(pelican.settings["SITEURL"]))
    pelican.settings["PAGE_FILTERS"] = [TiedWords(), styles]
    if "CONVERT" in pelican.settings:
        # This run has its pages filtered before they are written: none need hold all styles until then.
        pelican.settings["STYLES_MARK"] = MARK


def finish(pelican: Pelican) -> None:
    """Filter the pages where their writer has not, index them, and pack them where the settings say `PACK`.

    Of the settings, `SEARCH_INDEX` says whether there is an index, `FILTERED_PAGES` are the files that went through the
    filters before they were written, and `CHANGED_FILES`, where it is known, what is not as the last build left it.
    """
    output, settings = Path(pelican.output_path), pelican.settings
    cache = Path(settings["CACHE_PATH"])
    changed: Collection[str] | None = settings.get("CHANGED_FILES")
    # Only the search page reads it.
    is_searched = settings.get("SEARCH_INDEX", True) and (
        "SITE" not in settings or settings["SITE"].office.has("cerca")
    )
    record = record_of(cache, "packed", output)
    addresses = (str(settings.get(name) or "") for name in ("SITEURL", "BOOKING_URL"))
    with ThreadPoolExecutor(1) as beside:
        indexing = (
            beside.submit(bring_up_to_date, output, cache, changed)
            if is_searched
            else beside.submit(take_away, output, cache)
        )
        pages = _written(output, cache) if changed is None else map(Path, changed)
        filtered: Collection[str] = settings.get("FILTERED_PAGES", ())
        _filter((page for page in pages if str(page) not in filtered), settings["PAGE_FILTERS"])
        (output / "_headers").write_text(headers_file(*addresses), encoding="utf-8")
        if settings.get("PACK"):
            pack(output, _stages(output, cache, indexing), _cache(settings), record)
        # Whoever looks for pages to index is not to find a folder gone.
        indexing.result()
        if not settings.get("PACK"):
            unpack(output, record)


def _stages(output: Path, cache: Path, indexing: Future[None]) -> Iterator[list[Path]]:
    """The files of a built site, at last those of the index, once it is there."""
    yield _written(output, cache)
    indexing.result()
    yield _index(output, cache)


def _written(output: Path, cache: Path) -> list[Path]:
    """The files of a built site but its index; what others have put there is left out where it is known."""
    names = names_in(record_of(cache, "written", output))
    if not names:
        found = (file for file in sorted(output.rglob("*")) if file.is_file())
        return [file for file in found if not file.is_relative_to(output / FOLDER)]
    return [output / name for name in sorted(names | names_in(record_of(cache, "theme", output)))]


def _index(output: Path, cache: Path) -> list[Path]:
    return [output / name for name in sorted(names_in(record_of(cache, "index", output)))]


def _cache(settings: Mapping[str, str]) -> Path:
    """What was packed before, beside the pictures that were made before."""
    return Path(settings.get("MEDIA_CACHE") or Path(settings["CACHE_PATH"]) / "media") / "packed"


def _filter(pages: Iterable[Path], filters: Iterable[Callable[[str], str]]) -> None:
    for file in sorted(page for page in pages if page.suffix == ".html"):
        before = html = file.read_text(encoding="utf-8")
        for one in filters:
            html = one(html)
        if html != before:
            # In one step: the index is being made of the same pages.
            part = file.with_name(f"{file.name}.{os.getpid()}.part")
            part.write_text(html, encoding="utf-8")
            part.replace(file)
