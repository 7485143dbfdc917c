"""A blog of a hundred, a thousand and five thousand posts, built whole and edited, beside Hugo and Pelican alone.

Each build is a process of its own. Hugo has no index of words: ours is made apart from the figures, and said. Pelican
alone is the same theme and the same plugins without `plugins.fastbuild`, for which every edit is the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import hugo
from tests.bench.corpus import write_content
from tests.bench.result import Measure, Result
from tests.building import ROOT, edit

ROUNDS = 5
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
    seconds: dict[str, list[float]] = field(default_factory=dict)
    megabytes: float = 0.0

    def build(self, case: str | None) -> None:
        """Build once, counted where a case is named."""
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr
        told = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, told
        self.megabytes = max(self.megabytes, usage.ru_maxrss / 1024)
        if case:
            self.seconds.setdefault(case, []).append(took)

    def forget(self) -> None:
        """Take away everything that was built or kept."""
        for folder in (self.output, self.cache):
            if folder:
                shutil.rmtree(folder, ignore_errors=True)


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


CASES: Mapping[str, tuple[str, Callable[[Site, int], None] | None]] = {
    "clean": ("nothing built yet", None),
    "nothing": ("nothing changed", lambda _site, _number: None),
    "body": ("a word of a post", _words),
    "title": ("the title of a post", _title),
    "template": ("a template", _template),
    "catalogue": ("a service", _service),
}
_OFTEN = ("nothing", "body", "title")


def of(size: int) -> Callable[[], Result]:
    """The benchmark of a size; of the largest only what is done often."""
    return lambda: _run(size, list(CASES) if size <= 1_000 else list(_OFTEN))


def _run(size: int, cases: list[str]) -> Result:
    with tempfile.TemporaryDirectory() as name:
        sites = _sites(Path(name), size)
        for site in sites.values():
            site.build(None)
        for number in range(ROUNDS):
            for case in cases:
                # One after another, so that a busy moment of the machine meets all of them.
                for tool, site in sites.items():
                    if tool != "pelican" or case in ("clean", "body"):
                        _measure(site, case, number)
    measures = [
        Measure(f"{tool}_{case}", f"{site.label}: {CASES[case][0]}", site.seconds[case])
        for case in cases
        for tool, site in sites.items()
        if case in site.seconds
    ]
    names = {measure.name for measure in measures}
    pairs = [(f"maglia_{case}", f"{tool}_{case}") for case in cases for tool in sites if tool != "maglia"]
    return Result(
        f"sites-{size}",
        f"A blog of {size:,} posts",
        tuple(measures),
        tuple(pair for pair in pairs if set(pair) <= names),
        ("pelican", "Markdown", "Jinja2"),
        {"peak_megabytes": {site.label: round(site.megabytes) for site in sites.values()}},
    )


def _measure(site: Site, case: str, number: int) -> None:
    change = CASES[case][1]
    if change is None:
        site.forget()
    else:
        change(site, number)
    site.build(case)


def _sites(folder: Path, size: int) -> dict[str, Site]:
    """Maglia, Maglia without its fast builds, and Hugo where it is installed."""
    found = {"maglia": _ours(folder / "maglia", size, "Maglia", ())}
    if size <= 1_000:
        found["pelican"] = _ours(folder / "pelican", size, "Pelican alone", ("plugins.fastbuild",))
    program = hugo.program()
    for name, label, is_related in (("hugo", "Hugo", True), ("hugo_unrelated", "Hugo, no related posts", False)):
        if program and (size <= 1_000 or not is_related):
            place = hugo.write_site(folder / name, size)
            found[name] = Site(
                label,
                [program, "--quiet", "--source", str(place)],
                place / "content",
                place / "layouts" / "partials" / "posts.html",
                place / "public",
                environment=hugo.environment(is_related),
            )
    return found


def _ours(folder: Path, size: int, label: str, but: tuple[str, ...]) -> Site:
    content, theme = write_content(folder / "content", size), shutil.copytree(ROOT / "theme", folder / "theme")
    settings = folder / "settings.py"
    settings.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pelicanconf import *\n"
        f"PLUGINS = [name for name in PLUGINS if name not in {but!r}]\nPLUGIN_PATHS = [{str(ROOT)!r}]\n"
        f"THEME = {str(theme)!r}\nCACHE_PATH = {str(folder / 'cache')!r}\nSEARCH_INDEX = False\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "pelican", str(content), "-s", str(settings), "-o", str(folder / "output")]
    template = theme / "templates" / "partials" / "post_list.html"
    return Site(label, [*command, "--fatal", "errors"], content, template, folder / "output", folder / "cache")
