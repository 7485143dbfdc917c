"""A site of one generator, as a benchmark builds it: what is edited of it, and what its builds take."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

from tests.bench import eleventy, hugo
from tests.bench.corpus import write_content
from tests.bench.machine import peak_megabytes
from tests.building import ROOT, edit

# No build may take longer than this, in seconds.
BOUND = 600
# What is edited, as each generator has it: below the folder of the content, or of the theme.
_POST, _SERVICE = "blog/articolo-00050.md", "services/micro/posta-e-telefono.md"


@dataclass
class Site:
    """A site of one generator: how it is built, and what has been measured of it."""

    label: str
    command: list[str]
    content: Path
    template: Path
    output: Path
    cache: Path | None = None
    environment: Mapping[str, str] | None = None
    folder: Path = ROOT
    seconds: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)
    megabytes: float = 0.0
    pages: int = 0

    def build(self, case: str) -> float:
        """Build once in a process of its own, and return the seconds that took; `worked` has those of all cores."""
        worked, began = _worked(), time.perf_counter()
        with self._building() as process:
            process.wait()
            took = time.perf_counter() - began
        self.worked.setdefault(case, []).append(_worked() - worked)
        self.seconds.setdefault(case, []).append(took)
        return took

    def warm_up(self) -> None:
        """Build once, not counted, and look at what memory all its processes take together, and what they make."""
        with self._building() as process:
            self.megabytes = peak_megabytes(process)
        self.pages = sum(1 for _ in self.output.rglob("*.html"))

    @contextmanager
    def _building(self) -> Iterator[subprocess.Popen[str]]:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
            process = subprocess.Popen(
                self.command, cwd=self.folder, env=self.environment, stdout=subprocess.DEVNULL, stderr=told, text=True
            )
            timer = Timer(BOUND, process.kill)
            timer.start()
            try:
                yield process
            finally:
                timer.cancel()
                process.kill()  # where it has not ended by itself
            told.seek(0)
            assert process.wait() == 0, f"{self.label} ended with {process.returncode}: {told.read()}"

    def forget(self) -> None:
        """Take away everything that was built or kept."""
        for folder in (self.output, self.cache):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


def _worked() -> float:
    """Seconds of the cores' that have gone to the processes that ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _words(site: Site, number: int) -> None:
    file = site.content / _POST
    file.write_text(f"{file.read_text(encoding='utf-8')}\nparola{number}\n", encoding="utf-8")


def _title(site: Site, number: int) -> None:
    edit(site.content / _POST, 'title: "', f'title: "{number} ')


def _template(site: Site, number: int) -> None:
    site.template.write_text(f"{site.template.read_text(encoding='utf-8')}<!-- {number} -->", encoding="utf-8")


def _service(site: Site, number: int) -> None:
    file = site.content / _SERVICE
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'^title: "?', lambda found: f"{found[0]}{number} ", text, count=1, flags=re.M), "utf-8")


def _forget(site: Site, _number: int) -> None:
    site.forget()


# What has happened before each build, by its name and in words.
CASES: Mapping[str, tuple[str, Callable[[Site, int], None]]] = {
    "clean": ("Nothing built yet", _forget),
    "nothing": ("Nothing changed", lambda _site, _number: None),
    "body": ("A word of a post", _words),
    "title": ("The title of a post", _title),
    "template": ("A template", _template),
    "catalogue": ("A service", _service),
}


def maglia(folder: Path, size: int, label: str = "Maglia", but: tuple[str, ...] = ()) -> Site:
    """Write a site of Maglia's, with its theme and plugins but those named, and no index of words."""
    content, theme = write_content(folder / "content", size), shutil.copytree(ROOT / "theme", folder / "theme")
    settings = folder / "settings.py"
    settings.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\n"
        f"PLUGINS = [name for name in PLUGINS if name not in {but!r}]\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
        f"THEME = {str(theme)!r}\nCACHE_PATH = {str(folder / 'cache')!r}\nSEARCH_INDEX = False\n",
        encoding="utf-8",
    )
    # Without its fast builds the command is Pelican's own.
    module = "pelican" if "plugins.fastbuild" in but else "plugins.fastbuild"
    command = [sys.executable, "-m", module, str(content), "-s", str(settings), "-o", str(folder / "output")]
    template = theme / "templates" / "partials" / "post_list.html"
    # Modules stay compiled from one build to the next, as they do for everybody who has not asked for something else.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return Site(
        label,
        [*command, "--fatal", "errors"],
        content,
        template,
        folder / "output",
        folder / "cache",
        environment=environment,
    )


def with_hugo(folder: Path, size: int, is_related: bool) -> Site | None:
    """Write a site of Hugo's, with its related posts or without; None where it is not installed."""
    program = hugo.program()
    if program is None:
        return None
    place = hugo.write_site(folder, size)
    return Site(
        "Hugo" if is_related else "Hugo, no related posts",
        [program, "--quiet", "--source", str(place)],
        place / "content",
        place / "layouts" / "partials" / "posts.html",
        place / "public",
        environment=hugo.environment(is_related),
    )


def with_eleventy(folder: Path, size: int) -> Site | None:
    """Write a site of Eleventy's, which has no related posts; None where it is not installed."""
    command = eleventy.command()
    if command is None:
        return None
    place = eleventy.write_site(folder, size)
    template = place / "includes" / "posts.njk"
    return Site(
        "Eleventy, no related posts",
        command,
        place / "content",
        template,
        place / "public",
        environment={**os.environ, "NODE_ENV": "production"},
        folder=place,
    )
