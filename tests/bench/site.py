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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from threading import Timer

from PIL import Image

from tests.bench import eleventy, hugo
from tests.bench.corpus import write_content
from tests.bench.machine import peak_megabytes
from tests.building import ROOT

# No build may take longer than this, in seconds.
BOUND = 600
# The day it is for each site, and the one on which the first of the posts that wait comes out.
_TODAY, SCHEDULED = date(2026, 11, 20), date(2026, 12, 1)
_WAITING = 8
# A line of a post that shows a photo, and the post that shows the first one.
OPENING, _WITH_PHOTO = "![Una foto]({})", 90


@dataclass
class Site:
    """A site of one generator: how it is built, and what has been measured of it."""

    label: str
    command: list[str]
    content: Path
    # The template of lists, that of a page type, and the stylesheet.
    template: Path
    page_type: Path
    styles: Path
    output: Path
    # Where pictures lie, and how a post calls one.
    pictures: Path
    picture_address: str
    cache: Path | None = None
    is_ours: bool = False
    # What holds the name on every page, where that is no file of the content.
    identity: Path = Path()
    # Tells it which day it is, as the line of its command or in a file that its settings read.
    clock: Path | str | None = None
    environment: Mapping[str, str] | None = None
    folder: Path = ROOT
    seconds: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)
    megabytes: dict[str, float] = field(default_factory=dict)
    pages: int = 0
    _day: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        _schedule(self)
        self.set_day(_TODAY)

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
        self.megabytes["clean"] = self.peak()
        self.pages = sum(1 for _ in self.output.rglob("*.html"))

    def peak(self) -> float:
        """Build once, not counted, and return the most megabytes that all its processes take together."""
        with self._building() as process:
            return peak_megabytes(process)

    @property
    def line(self) -> list[str]:
        """The command of a build, with the day it is where the command says it."""
        return [*self.command, *self._day]

    def set_day(self, day: date) -> None:
        """Have it be another day from now on."""
        if isinstance(self.clock, Path):
            self.clock.write_text(day.isoformat(), encoding="utf-8")
        elif self.clock:
            self._day = [self.clock, f"{day}T12:00:00Z"]

    @contextmanager
    def _building(self) -> Iterator[subprocess.Popen[str]]:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
            process = subprocess.Popen(
                self.line,
                cwd=self.folder,
                env=self.environment,
                stdout=subprocess.DEVNULL,
                stderr=told,
                text=True,
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


def _schedule(site: Site) -> None:
    """Have a post show a photo, and some more wait for their days."""
    blog = site.content / "blog"
    site.pictures.mkdir(parents=True, exist_ok=True)
    Image.effect_noise((1_200, 800), 40).convert("RGB").save(site.pictures / "foto.png")
    shown = blog / f"articolo-{_WITH_PHOTO:05}.md"
    with shown.open("a", encoding="utf-8") as opened:
        opened.write(f"\n{OPENING.format(site.picture_address.format('foto.png'))}\n")
    for number in range(_WAITING):
        text = (blog / f"articolo-{number:05}.md").read_text(encoding="utf-8")
        name, day = f"programmato-{number:05}", SCHEDULED + timedelta(days=number)
        text = re.sub(r"^date: .*", f"date: {day}", text, count=1, flags=re.M)
        text = re.sub(r"^slug: .*", f"slug: {name}", text, count=1, flags=re.M)
        (blog / f"{name}.md").write_text(text, encoding="utf-8")


def maglia(folder: Path, size: int, label: str = "Maglia", but: tuple[str, ...] = ()) -> Site:
    """Write a site of Maglia's, with its theme and plugins but those named, and no index of words."""
    content, theme = write_content(folder / "content", size), shutil.copytree(ROOT / "theme", folder / "theme")
    settings, clock = folder / "settings.py", folder / "today.txt"
    settings.write_text(
        f"import sys\nfrom pathlib import Path\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\n"
        f"PLUGINS = [name for name in PLUGINS if name not in {but!r}]\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
        f"THEME = {str(theme)!r}\nCACHE_PATH = {str(folder / 'cache')!r}\nSEARCH_INDEX = False\n"
        f"MEDIA_CACHE = {str(folder / 'media')!r}\n"
        f"TODAY = Path({str(clock)!r}).read_text(encoding='utf-8')\n",
        encoding="utf-8",
    )
    # Without its fast builds the command is Pelican's own.
    module = "pelican" if "plugins.fastbuild" in but else "plugins.fastbuild"
    command = [sys.executable, "-m", module, str(content), "-s", str(settings), "-o", str(folder / "output")]
    # Modules stay compiled from one build to the next, as they do for everybody who has not asked for something else.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return Site(
        label,
        [*command, "--fatal", "errors"],
        content,
        template=theme / "templates" / "partials" / "post_list.html",
        page_type=theme / "templates" / "service.html",
        styles=theme / "static" / "css" / "base" / "text.css",
        output=folder / "output",
        pictures=content / "images",
        picture_address="{{static}}/images/{}",
        cache=folder / "cache",
        is_ours=True,
        clock=clock,
        environment=environment,
    )


def with_hugo(folder: Path, size: int, is_related: bool) -> Site | None:
    """Write a site of Hugo's, with its related posts or without; None where it is not installed."""
    program = hugo.program()
    return hugo_site(folder, size, program, is_related) if program else None


def hugo_site(folder: Path, size: int, program: str, is_related: bool) -> Site:
    """Write a site of Hugo's for this program."""
    place = hugo.write_site(folder, size)
    return Site(
        "Hugo" if is_related else "Hugo, no related posts",
        [program, "--quiet", "--source", str(place)],
        place / "content",
        template=place / "layouts" / "partials" / "posts.html",
        page_type=place / "layouts" / "_default" / "single.html",
        styles=place / "style.css",
        output=place / "public",
        pictures=place / "static" / "images",
        picture_address="/images/{}",
        identity=place / "hugo.toml",
        clock="--clock",
        environment=hugo.environment(is_related),
    )


def with_eleventy(folder: Path, size: int) -> Site | None:
    """Write a site of Eleventy's, which has no related posts; None where it is not installed."""
    command = eleventy.command()
    if command is None:
        return None
    place = eleventy.write_site(folder, size)
    return Site(
        "Eleventy, no related posts",
        command,
        place / "content",
        template=place / "includes" / "posts.njk",
        page_type=place / "includes" / "page.njk",
        styles=place / "style.css",
        output=place / "public",
        pictures=place / "static" / "images",
        picture_address="/images/{}",
        environment={**os.environ, "NODE_ENV": "production"},
        folder=place,
    )
