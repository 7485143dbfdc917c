"""Compiled templates (Jinja bytecode) kept from one build to the next, and rendered fragments."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError

from plugins.content.templates.template_translation import CompiledTemplates, named

# What is shown is told by a value, or by several names.
_BY_VALUE = re.compile(r"""\{%[-+]?\s*(?:extends|include|from|import)\s+(?!["'][^"']+["'])""")


def compiled_in(settings: Mapping[str, Any], code: str) -> None:
    """Keep them in the cache of the site; one that differs is compiled anew, and all where `code` tells of others."""
    given = settings["JINJA_ENVIRONMENT"].get("bytecode_cache")
    folder = Path(settings["CACHE_PATH"]) / "templates"
    with contextlib.suppress(OSError):
        # Each time: somebody may have taken the cache away since the last run of this process.
        folder.mkdir(parents=True, exist_ok=True)
        settings["JINJA_ENVIRONMENT"]["bytecode_cache"] = given or CompiledTemplates(str(folder), code)


def compile_all(environment: Environment) -> None:
    """Compile the templates of the site, and all that these name: whoever wants one later finds it in the cache."""
    if environment.loader is None:
        return
    wanted = {name for name in environment.list_templates() if "/" not in name}
    seen: set[str] = set()
    while wanted:
        seen.add(name := wanted.pop())
        with contextlib.suppress(TemplateError, OSError, UnicodeDecodeError):
            source, _, _ = environment.loader.get_source(environment, name)
            wanted |= named(source) - seen
    # Those of page types last: they are what is asked for first, by whoever compiles them then.
    for name in sorted(seen, key=lambda name: ("/" not in name, name)):
        # What is wrong with one is told to whoever uses it.
        with contextlib.suppress(TemplateError, OSError, UnicodeDecodeError):
            environment.get_template(name)


def showing(environment: Environment, changed: Collection[str]) -> set[str] | None:
    """The templates that are these, by name, or show them, directly or not; None where one names others by a value."""
    assert environment.loader is not None
    shown: dict[str, set[str]] = {}
    waiting = {name for name in environment.list_templates() if not name.startswith("!")}
    while waiting:
        name = waiting.pop()
        try:
            source, _, _ = environment.loader.get_source(environment, name)
        except (TemplateError, OSError, UnicodeDecodeError):
            return None
        if _BY_VALUE.search(source):
            return None
        shown[name] = {one.removeprefix("!theme/") for one in named(source)}
        waiting |= {one for one in shown[name] if one.startswith("!") and one not in shown}
    found = set(changed)
    while fresh := {name for name, others in shown.items() if name not in found and others & found}:
        found |= fresh
    return found
