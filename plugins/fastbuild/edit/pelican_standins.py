"""Stand-ins for Pelican's run and generators, where Pelican is not imported."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from pelican.plugins import signals
from pelican.plugins._utils import load_plugins, plugin_enabled
from pelican.utils import DateFormatter

from plugins.fastbuild.cache.settings_cache import folder_of_pelican


class StandinPelican:
    """Stand-in for `Pelican`: a run of these settings, with its plugins."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.path, self.theme, self.output_path = settings["PATH"], settings["THEME"], settings["OUTPUT_PATH"]
        self.plugins = load_plugins(settings)
        for plugin in self.plugins:
            plugin.register()
        signals.initialized.send(self)


class StandinGenerator:
    """Stand-in for a generator: renders pages and does nothing else."""

    def __init__(self, run: StandinPelican, context: dict[str, Any]) -> None:
        self.settings, self.context = run.settings, context
        self.path, self.theme, self.output_path = run.path, run.theme, run.output_path
        self.env = _environment(run.settings)
        signals.generator_init.send(self)


def _environment(settings: Mapping[str, Any]) -> Environment:
    """The templates as `pelican.generators.Generator` has them."""
    own = os.path.expanduser(os.path.join(settings["THEME"], "templates"))
    simple = FileSystemLoader(os.path.join(folder_of_pelican(), "themes", "simple", "templates"))
    paths = [*settings["THEME_TEMPLATES_OVERRIDES"], own]
    prefixed = PrefixLoader({"!simple": simple, "!theme": FileSystemLoader(own)})
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(paths), simple, prefixed]), **settings["JINJA_ENVIRONMENT"]
    )
    environment.auto_reload = False
    environment.filters.update({"strftime": DateFormatter()} | settings["JINJA_FILTERS"])
    environment.globals.update(settings["JINJA_GLOBALS"])
    tests = {"plugin_enabled": partial(plugin_enabled, plugin_list=settings["PLUGINS"])}
    environment.tests.update(tests | settings["JINJA_TESTS"])
    return environment
