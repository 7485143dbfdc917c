"""A run of Pelican: nothing where nothing changed, the pages of an edit where one can tell, or else the whole site."""

from __future__ import annotations

import contextlib
import gc
import pickle
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

from pelican import Pelican
from pelican.contents import Content
from pelican.log import console

from plugins.fastbuild import keeping
from plugins.fastbuild.asking import running
from plugins.fastbuild.inputs import Inputs
from plugins.fastbuild.looking import NOTHING, Look, seen
from plugins.fastbuild.manifest import Manifest, place
from plugins.fastbuild.memory import Memory
from plugins.fastbuild.reads import CHANGEABLE

# What these ask for depends on the page a link is on, or on another run: Pelican's own way does them.
_UNSUPPORTED = ("RELATIVE_URLS", "OUTPUT_SOURCES", "CACHE_CONTENT", "LOAD_CONTENT_CACHE", "STATIC_CREATE_LINKS")
# Those of this process, whichever site they are of.
_builds = count()


def take_over(pelican: Pelican) -> None:
    """Put this way of running in the place of Pelican's."""
    settings = pelican.settings
    if not any(settings.get(name) for name in _UNSUPPORTED) and not _is_addressed_by_changeable(settings):
        pelican.run = Run(pelican)


def _is_addressed_by_changeable(settings: Mapping[str, Any]) -> bool:
    """Whether an address is made of what an edit may change without a whole build, such as a title."""
    addresses = [value for name, value in settings.items() if name.endswith(("_URL", "_SAVE_AS"))]
    return any(f"{{{name}" in str(address) for address in addresses for name in CHANGEABLE)


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
        _remember(self._pelican, self._inputs)
        console.print(f"Done: {told} in {time.perf_counter() - began:.2f} seconds.")


def _bring_up_to_date(pelican: Pelican, inputs: Inputs, memory: Memory) -> str:
    look = seen(inputs) or Look.at(inputs, memory.manifest(place(pelican.settings, pelican.output_path)[0]))
    # Only what is needed is imported: it is a good part of the time.
    if look.manifest is not None:
        if not look.changed:
            return NOTHING
        told = _edit(pelican, look.manifest, look, memory)
        if told is not None:
            return told
    memory.forget()
    from plugins.fastbuild.whole import build

    return build(pelican, look)


def _remember(pelican: Pelican, inputs: Inputs) -> None:
    """Keep what the command came to that has begun this, where no plugin needs more for an edit than it tells."""
    asked = running()
    if asked is not None and all(getattr(plugin, "is_light", False) for plugin in pelican.plugins):
        with contextlib.suppress(Exception):  # settings that cannot be pickled: the command asks Pelican each time
            asked.keep(inputs, place(pelican.settings, pelican.output_path)[0], pickle.dumps(dict(inputs.original)))


def _edit(pelican: Pelican, manifest: Manifest, look: Look, memory: Memory) -> str | None:
    """What was done in words; None where it takes a whole build."""
    from plugins.fastbuild.edit import bring_in
    from plugins.fastbuild.restored import Restored

    if not look.edited():
        return None
    restored = memory.take() or Restored.of(pelican, look.inputs, manifest)
    brought = bring_in(pelican, manifest, look, restored) if restored else None
    if restored is None or brought is None:
        return None
    file = place(pelican.settings, pelican.output_path)[0]
    keeping.save(file, brought.manifest)
    memory.keep(file, brought.manifest, restored)
    return brought.told
