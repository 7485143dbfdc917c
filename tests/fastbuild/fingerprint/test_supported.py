"""A run is taken over only where everybody who takes part in it is known; the product's own sites are."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import blinker
import jinja2.defaults
import markdown
import pelican
import pytest
from pelican import contents, signals
from pelican.log import console
from pelican.settings import read_settings

from plugins.fastbuild import run
from plugins.fastbuild.fingerprint.supported import unsupported
from tests.bench.site import maglia
from tests.building import CONTENT, ROOT
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import Place
from tests.fork.test_fork import FORK


@pytest.fixture
def site() -> pelican.Pelican:
    return pelican.Pelican(read_settings(str(ROOT / "pelicanconf.py")))


def test_the_product_s_own_site_is_supported(site: pelican.Pelican) -> None:
    assert unsupported(site) is None


@pytest.mark.parametrize("content", [CONTENT, FORK])
def test_the_product_s_own_contents_are_built_by_fastbuild(tmp_path: Path, content: Path) -> None:
    command, output = Command(tmp_path), tmp_path / "output"
    settings = {"PATH": content, "OUTPUT_PATH": output, "CACHE_PATH": str(tmp_path / "cache"), "SEARCH_INDEX": False}
    assert "pages, " in command.build(**settings)
    assert command.build(**settings).startswith("Done: nothing has changed")


@pytest.mark.some_cases(0)
def test_the_site_of_the_benchmarks_is_built_by_fastbuild(tmp_path: Path) -> None:
    site = maglia(tmp_path, 100)
    built = subprocess.run(
        site.command, cwd=site.folder, env=site.environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert "pages, " in built.stdout
    assert "does not know" not in built.stdout


@pytest.mark.parametrize("version", ["3.7.1", "4.11.0.post0", "4.1.2", "4.120.0", "5.0.0", "unknown"])
def test_another_version_of_pelican_builds_the_site_itself(
    site: pelican.Pelican, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(pelican, "__version__", version)
    assert unsupported(site) == f"Pelican {version} (it is written for 4.12)"


class _Mine(pelican.Pelican):  # type: ignore[misc]
    pass


def test_a_class_in_the_place_of_pelican_s_is_named() -> None:
    assert "_Mine" in str(unsupported(_Mine(read_settings(str(ROOT / "pelicanconf.py")))))


def test_plugin_is_recognised_by_its_file_not_its_name(site: pelican.Pelican, tmp_path: Path) -> None:
    plugin = ModuleType("plugins.blog")
    plugin.__file__ = str(tmp_path / "plugins" / "blog" / "__init__.py")
    site.plugins.append(plugin)
    assert unsupported(site) == "the plugin plugins.blog"


def test_a_plugin_that_is_no_module_is_named(site: pelican.Pelican) -> None:
    site.plugins.append(_Mine)
    assert "_Mine" in str(unsupported(site))


def _listen(_sender: object, **_others: object) -> None:
    pass


class _Listener:
    def listen(self, _sender: object, **_others: object) -> None:
        pass

    def __call__(self, _sender: object, **_others: object) -> None:
        pass


_LISTENER = _Listener()
_SIGNALS = [name for name, one in vars(signals).items() if hasattr(one, "receivers")]


@pytest.mark.parametrize("receiver", [_listen, _LISTENER, _LISTENER.listen])
@pytest.mark.parametrize("name", _SIGNALS)
def test_whoever_listens_to_a_signal_is_named(site: pelican.Pelican, name: str, receiver: Any) -> None:  # noqa: ANN401
    signal = getattr(signals, name)
    with signal.connected_to(receiver):
        assert f"which is told of {name}" in str(unsupported(site))
    assert unsupported(site) is None


def test_whoever_listens_to_one_sender_alone_is_named(site: pelican.Pelican) -> None:
    with signals.get_writer.connected_to(_listen, sender=site):
        assert "which is told of get_writer" in str(unsupported(site))


def test_another_way_of_sending_a_signal_is_named(site: pelican.Pelican, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(signals.finalized), "send", _listen)
    assert unsupported(site) == "another way of sending finalized"


def test_functions_in_the_place_of_pelican_s_are_named(site: pelican.Pelican, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name, value in (
        (contents, "slugify", _listen),
        (contents.Article, "get_content", _listen),
        (contents.Content, "url", property(_listen)),
        (pelican.Writer, "write_feed", staticmethod(_listen)),
        (pelican, "ArticlesGenerator", _Mine),
        (markdown.Markdown, "convert", _listen),
        (jinja2.Environment, "get_template", _listen),
        (blinker.Signal, "send", _listen),
    ):
        with monkeypatch.context() as within:
            within.setattr(place, name, value)
            assert f"{place.__name__}.{name}" in str(unsupported(site))
    with monkeypatch.context() as within:
        within.setitem(vars(jinja2.defaults)["DEFAULT_FILTERS"], "mine", _listen)
        assert "DEFAULT_FILTERS.mine" in str(unsupported(site))
    assert unsupported(site) is None


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    lines: list[str] = []
    monkeypatch.setattr(console, "print", lambda line, **_how: lines.append(line))
    run._said.clear()
    yield lines
    run._said.clear()


def test_reason_for_leaving_to_pelican_is_logged_once_per_process(place: Place, told: list[str]) -> None:
    site = pelican.Pelican(read_settings(str(ROOT / "pelicanconf.py"), override=place.settings()))
    with signals.finalized.connected_to(_listen):
        for _ in range(2):
            site.run()
    (why,) = [line for line in told if "so Pelican builds the site itself" in line]
    assert why.endswith("each build is a whole one, on one core.")
    assert len([line for line in told if line.startswith("Done: Processed")]) == 2


def test_kept_state_is_dropped_after_an_unsupported_run(place: Place, told: list[str]) -> None:
    site = pelican.Pelican(read_settings(str(ROOT / "pelicanconf.py"), override=place.settings()))
    site.run()
    (manifest,) = (place.folder / "cache" / "builds").glob("*-manifest.pickle")
    with signals.finalized.connected_to(_listen):
        site.run()
    assert not manifest.exists()
    assert not {"CONVERT", "FILTERED_PAGES", "CHANGED_FILES"} & site.settings.keys()
    site.run()
    assert "pages, " in told[-1]
    assert manifest.exists()
