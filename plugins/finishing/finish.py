"""The last steps of a build, in their order."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.finishing.packing import pack, unpack
from plugins.finishing.pages import PageStyles
from plugins.finishing.policies import PagePolicies, headers_file
from plugins.finishing.search import FOLDER, bring_up_to_date

if TYPE_CHECKING:
    from pelican import Pelican


def prepare(pelican: Pelican) -> None:
    """Put into the settings what each page goes through, once a run: styles are edited while Pelican watches."""
    endpoint = str(pelican.settings.get("BOOKING_URL") or "")
    theme = Path(pelican.theme)
    # A policy names the styles that a page is left with.
    pelican.settings["PAGE_FILTERS"] = [PageStyles(theme), PagePolicies(theme, endpoint)]


def finish(pelican: Pelican) -> None:
    """Filter the pages where their writer has not, index them, and pack them where the settings say `PACK`.

    Of the settings, `SEARCH_INDEX` says whether there is an index, `FILTERED_PAGES` are the files that went through the
    filters before they were written, and `CHANGED_FILES`, where it is known, what is not as the last build left it.
    """
    output, settings = Path(pelican.output_path), pelican.settings
    changed: Collection[str] | None = settings.get("CHANGED_FILES")
    with ThreadPoolExecutor(1) as beside:
        if settings.get("SEARCH_INDEX", True):
            indexing = beside.submit(bring_up_to_date, output, Path(settings["CACHE_PATH"]), changed)
        pages = output.rglob("*.html") if changed is None else map(Path, changed)
        filtered: Collection[str] = settings.get("FILTERED_PAGES", ())
        _filter((page for page in pages if str(page) not in filtered), settings["PAGE_FILTERS"])
    if settings.get("SEARCH_INDEX", True):
        indexing.result()
    else:
        # Better none than one of other words.
        shutil.rmtree(output / FOLDER, ignore_errors=True)
    (output / "_headers").write_text(headers_file(), encoding="utf-8")
    digest = hashlib.sha256(str(output.resolve()).encode()).hexdigest()[:16]
    record = Path(settings["CACHE_PATH"]) / f"packed-{digest}.txt"
    if settings.get("PACK"):
        pack(output, _cache(settings), record)
    else:
        unpack(output, record)


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
