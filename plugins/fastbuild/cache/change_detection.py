"""Change detection: compares the files as they are with the last build's manifest."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from plugins.content.base.translated_files import is_named_as_translation
from plugins.fastbuild.cache.build_manifest import Manifest, due
from plugins.fastbuild.fingerprint.file_stamps import Stamp, are_as_they_were, differing, seconds_to_trust
from plugins.fastbuild.fingerprint.inputs import Inputs

# What a template may ask for that is another on another day.
OF_A_DAY = frozenset({"DAY", "TODAY"})
# What is told of a site where nothing differs.
NOTHING = "nothing has changed,"


# More texts than these, and beginning anew takes no longer.
_MOST = 50


# What all pages share, besides texts.
_DATA = frozenset({"identity.yaml", "availability.yaml"})


class DetectedChanges(NamedTuple):
    """Detected changes: the files at an instant (ns), and what differs from a manifest: `changed` of the content.

    The manifest is None where there is none, or one of other settings, programs or themes, of another day, or of an
    output that is not as it was written.
    """

    inputs: Inputs
    began: int
    content: Mapping[str, Stamp]
    others: Mapping[str, Stamp]
    manifest: Manifest | None
    changed: set[str]
    # The files of the theme's templates that differ.
    templates: frozenset[str] = frozenset()

    @classmethod
    def at(cls, inputs: Inputs, manifest: Manifest | None) -> DetectedChanges:
        """Compare all files, those that were written just now once the clock has gone on."""
        began = time.time_ns()
        content, others = inputs.stamps()
        if (left := seconds_to_trust([*content.values(), *others.values()], began)) > 0:
            # A stamp that cannot be relied on costs the next build more: of a stylesheet, all pages.
            time.sleep(left)
            began = time.time_ns()
            content, others = inputs.stamps()
        templates = _templates(manifest, inputs, others) if manifest is not None else None
        if manifest is None or templates is None or not _is_like(manifest, inputs):
            return cls(inputs, began, content, others, None, set())
        waiting = due(manifest, inputs.day(manifest.timezone))
        # A post whose day has come says what it said, and is read again.
        changed = differing(manifest.content, content) | {os.path.join(inputs.content, path) for path in waiting}
        return cls(inputs, began, content, others, manifest, changed, templates)

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        return bool(self.changed or self.templates)

    def of_templates(self) -> dict[str, Stamp]:
        """The stamps of the templates that differ."""
        return {path: self.others[path] for path in self.templates}

    def edited(self) -> set[str] | None:
        """The texts that differ, by their paths in the content; None where anything else does, or too many do.

        None too of a content with translations: a text and its pages in other languages are made of one another.
        """
        if any(is_named_as_translation(Path(path)) for path in (*self.content, *self.changed)):
            return None
        paths = {os.path.relpath(path, self.inputs.content).replace(os.sep, "/") for path in self.changed}
        known = self.manifest.edits.keys() if self.manifest else set()
        is_small = len(paths | known) <= _MOST and all(path.endswith(".md") or path in _DATA for path in paths)
        return paths if is_small else None


def _templates(manifest: Manifest, inputs: Inputs, others: Mapping[str, Stamp]) -> frozenset[str] | None:
    """Of the files besides the content those that differ, all being templates; None where others do, or come and go."""
    folder = os.path.join(inputs.others[0], "templates", "")
    changed = differing(manifest.others, others)
    is_known = all(
        path.startswith(folder) and path.endswith(".html") and path in others and path in manifest.others
        for path in changed
    )
    return frozenset(changed) if is_known else None


def _is_like(manifest: Manifest, inputs: Inputs) -> bool:
    return (
        manifest.settings == inputs.settings
        and are_as_they_were(manifest.programs)
        and (manifest.day == inputs.day(manifest.timezone) or OF_A_DAY.isdisjoint(manifest.shared))
        and are_as_they_were(manifest.outputs)
    )


# What the command has seen before it left the build to Pelican.
_detected: list[DetectedChanges] = []


def set_detected(detected: DetectedChanges) -> None:
    """Leave the detected changes to the run that comes next."""
    _detected[:] = [detected]


def take_detected(inputs: Inputs) -> DetectedChanges | None:
    """What was left, once, where it was at all that these are."""
    found = _detected.pop() if _detected else None
    return found if found is not None and found.inputs == inputs else None
