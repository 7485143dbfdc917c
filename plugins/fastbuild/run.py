"""A run of Pelican: nothing where nothing changed, the pages of an edit where one can tell, or else the whole site."""

from __future__ import annotations

import gc
import time
from itertools import count

from pelican import Pelican
from pelican.contents import Content
from pelican.log import console

from plugins.fastbuild.inputs import Inputs
from plugins.fastbuild.manifest import Manifest, place
from plugins.fastbuild.memory import Memory
from plugins.fastbuild.stamps import differing

# What these ask for depends on the page a link is on, or on another run: Pelican's own way does them.
_UNSUPPORTED = ("RELATIVE_URLS", "OUTPUT_SOURCES", "CACHE_CONTENT", "LOAD_CONTENT_CACHE", "STATIC_CREATE_LINKS")
# Those of this process, whichever site they are of.
_builds = count()


def take_over(pelican: Pelican) -> None:
    """Put this way of running in the place of Pelican's."""
    if not any(pelican.settings.get(name) for name in _UNSUPPORTED):
        pelican.run = Run(pelican)


class Run:
    """Brings the output of a Pelican to what the content says now, each time it is called."""

    def __init__(self, pelican: Pelican) -> None:
        self._pelican = pelican
        self._inputs: Inputs | None = None
        self._memory = Memory()

    def __call__(self) -> None:
        """Do what is needed, and tell what was done."""
        began = time.perf_counter()
        # At the first run, and not before: other plugins add to the settings too when they begin.
        self._inputs = self._inputs or Inputs.of(self._pelican)
        # There are few cycles, and many objects to look for them in.
        collects = gc.isenabled()
        # Pelican remembers what contents said at an earlier run in the same process.
        for said in ("get_content", "get_summary"):
            vars(Content)[said].cache.clear()
        gc.disable()
        # A process that ends with its build need not look through what it leaves; one that builds again has to.
        is_first = next(_builds) == 0
        gc.unfreeze()
        try:
            told = _bring_up_to_date(self._pelican, self._inputs, self._memory)
        finally:
            if is_first:
                gc.freeze()
            if collects:
                gc.enable()
        console.print(f"Done: {told} in {time.perf_counter() - began:.2f} seconds.")


def _bring_up_to_date(pelican: Pelican, inputs: Inputs, memory: Memory) -> str:
    began = time.time_ns()
    content, others = inputs.stamps()
    manifest = memory.manifest(place(pelican.settings, pelican.output_path)[0])
    # Only what is needed is imported: it is a good part of the time.
    if manifest is not None and _is_like(manifest, inputs, differing(manifest.others, others)):
        changed = differing(manifest.content, content)
        if not changed:
            return "nothing has changed,"
        from plugins.fastbuild.edit import bring_in

        told = bring_in(pelican, inputs, manifest, memory, changed, content, began)
        if told is not None:
            return told
    memory.forget()
    from plugins.fastbuild.whole import build

    return build(pelican, inputs, content, others, began)


def _is_like(manifest: Manifest, inputs: Inputs, changed: set[str]) -> bool:
    """Whether a manifest is of the same settings, theme, programs and day, and all that was written is there."""
    return (
        manifest.settings == inputs.settings
        and not changed
        and manifest.day == inputs.day(manifest.timezone)
        and manifest.is_proven()
    )
