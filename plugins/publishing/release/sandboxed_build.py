"""Sandboxed build: the process that checks, builds and reports on what was pushed.

It runs the code it belongs to, from that code's folder, and never anything of the content's.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import json
import logging
import os
import sys
import traceback
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pelican import Pelican
from pelican import log as pelican_log
from pelican.settings import read_settings

from plugins.content.base.ignored_files import content_files
from plugins.content.colours.tokens import contrast_faults
from plugins.content.fonts.typefaces import font_faults
from plugins.content.front_matter import FrontMatter, Post
from plugins.content.site import Entry, Site, read_site
from plugins.content.templates.formats import day_year
from plugins.content.templates.template_translation import CompiledTemplates
from plugins.content.timezone_data import use_newest
from plugins.domain.language import spoken
from plugins.publishing.checks import removed_addresses
from plugins.publishing.checks.addresses import address
from plugins.publishing.checks.check import check
from plugins.publishing.checks.public_settings import SETTINGS
from plugins.publishing.checks.sample_leftovers import (
    reserved_addresses,
    sample_advice,
    unset_addresses,
)
from plugins.publishing.release.build_in_place import Workshop, build_in_place
from plugins.publishing.release.build_report import Document, Report, Waiting
from plugins.publishing.release.disk_full import EXIT_CODE, is_full

_TEXTS = (".md", ".rst", ".yaml")
_PROGRAMS = Path(__file__).parents[1]


class _Unwritten(logging.Handler):
    """Log handler that raises: Pelican only warns of a file that it could not copy."""

    def emit(self, record: logging.LogRecord) -> None:
        causes = record.args if isinstance(record.args, tuple) else ()
        for cause in causes:
            if isinstance(cause, OSError):
                raise cause


def report(content: Path, today: date | None, before: Path | None = None, remembered: Path | None = None) -> Report:
    """Check the content and tell what is in it; only its faults and advice when it has faults.

    `before` is the content that is live; the file `remembered` keeps what is found in each text by itself.
    """
    found = check(content, before, today or datetime.now(UTC).date(), remembered)
    shown = Path("content")
    faults = tuple(fault.within(shown) for fault in found.errors)
    theme = _PROGRAMS.parents[1] / "theme"
    faults += tuple(one.within(Path("theme")) for one in (*contrast_faults(theme), *font_faults(theme)))
    advice = tuple(fault.within(shown) for fault in (*sample_advice(content), *found.advice))
    # The settings are the server's: what is pushed cannot mend them at once, and is not held up by them.
    settings = Path(SETTINGS)
    unset = (*unset_addresses(content, settings), *reserved_addresses(content, settings))
    advice = (*(str(fault) for fault in unset), *advice)
    if faults:
        return Report(faults=faults, advice=advice, language=spoken().code)
    removed_addresses.keep(content, found.addresses)
    site = found.site or read_site(content)
    zone = site.office.availability.timezone
    day = today or site.office.availability.local_day(datetime.now(UTC))
    documents = {path: source.value for path, source in site.sources.items() if not _is_set_aside(source.value)}
    waiting = [value for value in documents.values() if isinstance(value, Post) and value.date > day]
    slugs = {post.slug for post in waiting}
    return Report(
        advice=advice,
        documents=tuple(
            Document(f"/{address(value)}", value.title, _digest(content / path))
            for path, value in documents.items()
            if not (isinstance(value, Post) and value.slug in slugs)
        ),
        waiting=tuple(Waiting(one.title, one.date.isoformat(), day_year(one.date)) for one in waiting),
        others=_others(content, site),
        timezone=zone.key,
        today=day.isoformat(),
        language=spoken().code,
    )


def _is_set_aside(value: Entry) -> bool:
    return isinstance(value, FrontMatter) and value.status != "published"


def _others(content: Path, site: Site) -> dict[str, str]:
    """The files that are no page of their own."""
    names = sorted(file.as_posix() for file in content_files(content))
    return {name: _digest(content / name) for name in names if name not in site.sources}


def _digest(file: Path) -> str:
    """What stands for a file; a text saved with other line ends, or with a mark of its encoding, says the same."""
    content = file.read_bytes()
    if file.suffix in _TEXTS:
        content = content.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n")
    return hashlib.sha256(content).hexdigest()


def build(content: Path, site: Path, memory: Path, today: str, cache: str | None = None) -> str:
    """Build the public site of a day with the settings of this folder, and return its address.

    `memory` keeps what the build remembers: the code it runs is not written to.
    """
    logging.getLogger("pelican.utils").addHandler(_Unwritten())
    pelican_log.init(level=logging.WARNING, fatal="errors", handler=logging.StreamHandler(), name="pelican")
    # Pictures are another matter: they are named by what they are made of, and made once for all releases.
    kept = {"MEDIA_CACHE": cache} if cache else {}
    override = kept | {"PATH": str(content), "OUTPUT_PATH": str(site), "CACHE_PATH": str(memory), "TODAY": today}
    settings = read_settings("publishconf.py", override=override)
    if cache:
        settings["JINJA_ENVIRONMENT"]["bytecode_cache"] = _compiled_in(Path(cache) / "templates")
    Pelican(settings).run()
    return str(settings["SITEURL"])


def _compiled_in(folder: Path) -> CompiledTemplates:
    """Templates as they were compiled before; a template that differs is compiled anew (by its digest)."""
    folder.mkdir(parents=True, exist_ok=True)
    programs = sorted(_PROGRAMS.rglob("*.py"))
    return CompiledTemplates(str(folder), hashlib.sha256(b"".join(file.read_bytes() for file in programs)).hexdigest())


def main(arguments: list[str]) -> int:
    """Check and build: `CONTENT SITE REPORT [TODAY [BEFORE [CACHE [WORKSHOP]]]]`; returns 1 for faults and a failure.

    The last ones may be empty, and SITE too, where nothing is to be built. Prints a line once the content is checked.
    Without a workshop all is built from nothing: so a version asks that knows of none.
    """
    use_newest()
    content, file = Path(arguments[0]), Path(arguments[2])
    site = Path(arguments[1]) if arguments[1] else None
    given = dict(zip(("today", "before", "cache", "workshop"), arguments[3:], strict=False))
    today = date.fromisoformat(given["today"]) if given.get("today") else None
    before = Path(given["before"]) if given.get("before") else None
    # Pelican writes to the standard output as well; what is read there has to be ours alone.
    progress = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    try:
        told = report(content, today, before, Path(given["cache"]) / "checked.json" if given.get("cache") else None)
        if told.faults:
            file.write_text(json.dumps(asdict(told)), encoding="utf-8")
            return 1
        if site:
            progress.write("checked\n")
            making = partial(build, today=told.today, cache=given.get("cache"))
            if given.get("workshop"):
                workshop = Workshop(Path(given["workshop"]), _PROGRAMS.parent.resolve())
                address = build_in_place(workshop, content, site, before and before.with_name("site"), making)
            else:
                address = making(content, site, site.with_name("memory"))
            told = told.at(address)
        file.write_text(json.dumps(asdict(told)), encoding="utf-8")
    except Exception as error:
        # Of any kind: Pelican wraps what goes wrong while it writes.
        with contextlib.suppress(OSError):
            traceback.print_exc()
        return EXIT_CODE if is_full(error) else 1
    return 0
