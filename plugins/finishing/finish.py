"""The last steps of a build, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from pelican import Pelican

from plugins.content.interface import stylesheet
from plugins.finishing.packing import pack
from plugins.finishing.search import index
from plugins.finishing.styles import cut, read_names


def finish(pelican: Pelican) -> None:
    """Cut the styles to each page, index the pages, and pack them where the settings say `PACK`."""
    output = Path(pelican.output_path)
    with ThreadPoolExecutor(1) as beside:
        indexing = beside.submit(index, output)
        _cut_styles(output, stylesheet(Path(pelican.theme)))
        indexing.result()
    if pelican.settings.get("PACK"):
        pack(output, _cache(pelican.settings))


def _cache(settings: Mapping[str, str]) -> Path:
    """What was packed before, beside the pictures that were made before."""
    return Path(settings.get("MEDIA_CACHE") or Path(settings["CACHE_PATH"]) / "media") / "packed"


def _cut_styles(output: Path, css: str) -> None:
    whole = f"<style>{css}</style>"
    done: dict[frozenset[str], str] = {}
    for file in sorted(output.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        if whole not in html:
            continue
        # The styles themselves name nothing, and are the longest part of a short page.
        named = read_names(html.replace(whole, "", 1))
        names = named.with_scripts(_script(output, address) for address in named.scripts)
        if names not in done:
            done[names] = f"<style>{cut(css, names)}</style>"
        # In one step: the index is being made of the same pages.
        part = file.with_name(f"{file.name}.part")
        part.write_text(html.replace(whole, done[names], 1), encoding="utf-8")
        part.replace(file)


def _script(output: Path, address: str) -> str:
    """The text of one of the site's own scripts; its address may have the site's in front."""
    name = urlsplit(address).path.rpartition("/theme/")[2]
    file = output / "theme" / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""
