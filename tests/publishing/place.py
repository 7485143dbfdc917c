"""A server to push to and the folder of whoever pushes to it, with real git."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plugins.publishing import code_versions
from plugins.publishing.__main__ import main
from plugins.publishing.code_versions import CODE
from plugins.publishing.git.git_repository import MAIN
from plugins.publishing.release.releases import Release, live
from plugins.publishing.release.server_folders import Server
from tests.building import SETTINGS, beside_sample, copy_checkout, edit, sample_settings

PATIENCE_SECONDS = 120
# Below a place's folder, as patterns: what nothing writes to in place.
_LINKED = (
    "server/cache/",
    r"server/releases/[^/]+/(?:content|site)/",
    "server/site.git/objects/",
    r"server/versions/\w+/plugins/",
    r"work/\.git/objects/",
)
POST = Path("content") / "blog" / "cosa-delegare-per-primo.md"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "bice@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


@dataclass(frozen=True)
class Told:
    """How a push or a command ended and what it said."""

    code: int
    told: str


@dataclass(frozen=True)
class Place:
    """A folder with a server in it, and the repository that pushes to it."""

    folder: Path

    @property
    def server(self) -> Server:
        """What was installed."""
        return Server(self.folder / "server")

    @property
    def work(self) -> Path:
        """The repository of whoever writes."""
        return self.folder / "work"

    @property
    def live(self) -> Release:
        """The release that visitors see."""
        release = live(self.server)
        assert release
        return release

    @property
    def main(self) -> str | None:
        """The commit of the server's `main`."""
        return self.server.repository.commit(MAIN)

    def git(self, *arguments: str) -> str:
        """Run git in the repository and return what it printed."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.work, env=ENVIRONMENT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str = "Una modifica") -> str:
        """Commit all that changed, and return the commit."""
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def brand(self, number: int) -> str:
        """Commit another brand, which stands on every page."""
        identity = self.work / "content" / "identity.yaml"
        text = re.sub(r"(?m)^brand: .*$", f"brand: Giro {number:03}", identity.read_text(encoding="utf-8"))
        identity.write_text(text, encoding="utf-8")
        return self.commit(f"Giro {number}")

    def edit(self, file: Path, old: str, new: str) -> str:
        """Commit other words in a file."""
        edit(self.work / file, old, new)
        return self.commit()

    def write(self, file: str, text: str) -> str:
        """Commit a file."""
        (self.work / file).parent.mkdir(parents=True, exist_ok=True)
        (self.work / file).write_text(text, encoding="utf-8")
        return self.commit()

    def start(self, what: str = "main", *options: str, limits: Callable[[], object] | None = None) -> Pushing:
        """Begin to push, in a process group of its own."""
        return Pushing(
            subprocess.Popen(
                ["git", "push", *options, "sito", f"{what}:refs/heads/main" if ":" not in what else what],
                cwd=self.work,
                env=ENVIRONMENT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                preexec_fn=limits,
            )
        )

    def push(self, what: str = "main", *options: str, limits: Callable[[], object] | None = None) -> Told:
        """Push, and wait for the end of it."""
        return self.start(what, *options, limits=limits).end()

    def run(self, command: str, *arguments: str) -> Told:
        """Run a command of whoever runs the server."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = main([command, str(self.server.root), *arguments])
        return Told(code, said.getvalue())

    def page(self, address: str = "") -> str:
        """A page of the live site."""
        return (self.server.current / address / "index.html").read_text(encoding="utf-8")

    def brands(self) -> set[str]:
        """The brands that stand on the pages of the live site, of all of them one."""
        pages = sorted(self.server.current.rglob("*.html"))
        assert len(pages) > 40
        found = [set(re.findall(r"Giro \d{3}", page.read_text(encoding="utf-8"))) for page in pages]
        assert all(len(brands) == 1 for brands in found)
        return set().union(*found)

    def standing(self) -> tuple[str, str | None, str]:
        """What must not change when a push is refused: the live release, `main`, and every byte that is served."""
        served = hashlib.sha256()
        for file in sorted(self.server.current.rglob("*")):
            served.update(str(file.relative_to(self.server.current)).encode())
            served.update(file.read_bytes() if file.is_file() else b"")
        return self.live.name, self.main, served.hexdigest()

    def copy(self, folder: Path) -> Place:
        """The same, elsewhere; what is never written to in place is linked, for it is most of the files."""
        is_linked = re.compile("|".join(_LINKED)).match

        def link_or_copy(source: str, target: str) -> None:
            if is_linked(os.path.relpath(source, self.folder)):
                os.link(source, target)
            else:
                shutil.copy2(source, target)

        return Place(Path(shutil.copytree(self.folder, folder, symlinks=True, copy_function=link_or_copy)))

    def digests(self) -> dict[str, str]:
        """What stands for every file of it, with its mode, by its path."""
        return {
            file.relative_to(
                self.folder
            ).as_posix(): f"{file.stat().st_mode} {hashlib.sha256(file.read_bytes()).hexdigest()}"
            for file in self.folder.rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }

    def leftovers(self) -> list[str]:
        """What lies among the releases and is none."""
        return [path.name for path in self.server.releases.iterdir() if not re.fullmatch(r"\d{6}-\w{10}", path.name)]


@dataclass(frozen=True)
class Pushing:
    """A push under way."""

    process: subprocess.Popen[str]

    def end(self) -> Told:
        """Wait for its end."""
        told, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        lines = (line.removeprefix("remote: ").rstrip() for line in told.splitlines())
        return Told(self.process.returncode, "\n".join(lines))


def eventually(happened: Callable[[], bool]) -> None:
    """Wait until something holds; how long is no matter, short of never."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("it never came to hold")
        time.sleep(0.01)


def python_for_all(folder: Path) -> str:
    """Make an environment with the packages of this one, whose interpreter other users can run too."""
    base = Path(sys.executable).resolve()
    if any(not parent.stat().st_mode & 0o005 for parent in base.parents):
        base = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    subprocess.run([base, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = (folder / "lib").glob("python3*/site-packages")
    (packages / "these.pth").write_text(f"{sysconfig.get_paths()['purelib']}\n", encoding="utf-8")
    return str(folder / "bin" / "python")


def install(folder: Path) -> Place:
    """Install a server from this checkout, and make a repository of the same code and content beside it."""
    place = Place(folder)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "plugins.publishing", "install", str(place.server.root)),
            *("--python", sys.executable, "--settings", str(place.folder / "settings.env")),
        ],
        **beside_sample(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    copy_checkout(place.work, *CODE, "content")
    (place.server.code / SETTINGS).write_text(sample_settings(), encoding="utf-8")
    code_versions._write_down(place.server.code)
    place.git("init", "--quiet", "--initial-branch=main")
    place.git("remote", "add", "sito", "../server/site.git")
    return place
