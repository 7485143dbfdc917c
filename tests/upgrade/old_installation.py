"""An installation made by an earlier version: its fork, server, units and endpoint, all run by its own code.

`old_tree.tar.xz` is that version, of 28 November 2026 (schema 0006), before the modules were renamed:
`git archive 392340f plugins theme content deploy/systemd Makefile .gitignore pelicanconf.py publishconf.py
requirements.txt | xz -9e`. The code and not what it leaves: that holds absolute paths and the times of files.
"""

from __future__ import annotations

import getpass
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from plugins.publishing.code_versions import CODE
from plugins.publishing.environments import environment_name
from tests.building import CONTENT, ROOT, edit
from tests.publishing.place import ENVIRONMENT, python_for_all

ARCHIVE = Path(__file__).with_name("old_tree.tar.xz")
GUIDE = (ROOT / "docs" / "upgrade.md").read_text(encoding="utf-8")
KEPT_BY_A_CHECKOUT = (*CODE, "content", "Makefile", ".gitignore")
POST = """\
---
title: Solo mio
date: 2026-11-02
category: Back office
summary: Un articolo che c’era prima della nuova versione, e che c’è anche dopo.
---
Questo testo è di chi ha scritto il sito, e nessuna versione lo porta via.
"""


@dataclass(frozen=True)
class Unit:
    """A systemd unit, as far as it starts something."""

    folder: str
    command: list[str]
    environment: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Unit:
        """Read its text, and the file that it takes its environment from."""
        said = re.findall(r"^\s*(\w+)=(.*)$", text, re.MULTILINE)
        settings = [pair for key, value in said if key == "Environment" for pair in shlex.split(value)]
        for key, value in said:
            if key == "EnvironmentFile" and Path(value).is_file():
                settings += Path(value).read_text(encoding="utf-8").split()
        one = dict(said)
        return cls(one["WorkingDirectory"], shlex.split(one["ExecStart"]), dict(s.split("=", 1) for s in settings))

    @contextmanager
    def running(self) -> Iterator[str]:
        """Start it, as systemd would but on a free port, and give the address where it answers, if it does."""
        pairs = zip(["", *self.command], self.command, strict=False)
        command = ["0" if before == "--port" else word for before, word in pairs]
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                command, cwd=self.folder, env=self._environment(), stdout=subprocess.PIPE, stderr=said, text=True
            )
            try:
                yield self._address(process) if "serve" in command else ""
            finally:
                process.terminate()
                process.communicate(timeout=120)
                said.seek(0)
                assert process.returncode in (0, -signal.SIGTERM), said.read()

    def run(self) -> str:
        """Run it to its end, which has to be a good one, and return what it said."""
        done = subprocess.run(
            self.command, cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    def _environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("BOOKING_")}
        return own | self.environment

    @staticmethod
    def _address(process: subprocess.Popen[str]) -> str:
        assert process.stdout
        greeting = next((line for line in process.stdout if "://" in line), "")
        return next((word.rstrip("/,") for word in greeting.split() if "://" in word), "")


@dataclass(frozen=True)
class Installation:
    """A server to push to in `root`, and the checkout of the fork that is pushed."""

    root: Path
    checkout: Path
    upstream: Path
    printed: str

    def unit(self, name: str) -> Unit:
        """A unit as `install` printed it."""
        found = re.search(rf"# /etc/systemd/system/{re.escape(name)} .*\n((?:  .+\n)+)", self.printed)
        assert found
        return Unit.read(found[1])

    def checkout_unit(self, name: str, checkout: Path | None = None) -> Unit:
        """A unit of `deploy/systemd/` as it was copied, for a checkout; with the settings of the other."""
        text = old_text(f"deploy/systemd/{name}").replace("/srv/maglia-checkout", str(checkout or self.checkout))
        unit = Unit.read(text)
        return Unit(unit.folder, unit.command, self.unit("maglia.service").environment | unit.environment)

    @cached_property
    def _shell(self) -> dict[str, str]:
        return ENVIRONMENT | {"HOME": str(self.root.parent), "LANG": "C.UTF-8"}

    @property
    def machine(self) -> Path:
        """What stands for the folders of the machine that only root changes."""
        return self.root.with_name("machine")

    def follow_guide(self, heading: str) -> str:
        """Run what docs/upgrade.md has below a heading, with this installation's own paths and no systemd."""
        section = GUIDE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        commands = "\n".join(re.findall(r"^    (.+)$", section, re.MULTILINE))
        assert commands
        me = getpass.getuser()
        for written, here in [
            ("https://…/maglia.git", str(self.upstream)),
            ("/srv/maglia", str(self.root)),
            *((path, f"{self.machine}{path}") for path in ("/etc/systemd/system", "/etc/maglia", "/var/lib/maglia")),
            ("-o maglia -g maglia", f"-o {me} -g {me}"),
            ("root:maglia", f"{me}:{me}"),
        ]:
            commands = commands.replace(written, here)
        (self.machine / "etc/systemd/system").mkdir(parents=True, exist_ok=True)
        return self.shell(f"systemctl() {{ echo systemctl $*; }}\n{commands}")

    def installed_unit(self, name: str) -> Unit:
        """A unit as this version's installation has put it among the machine's own."""
        text = (self.machine / "etc/systemd/system" / name).read_text(encoding="utf-8")
        return Unit.read(text.replace("/etc/maglia/", f"{self.machine}/etc/maglia/"))

    def shell(self, commands: str) -> str:
        """Run commands in the checkout, and return what they said; none may fail."""
        done = subprocess.run(
            ["bash", "-euxc", commands],
            cwd=self.checkout,
            env=self._shell,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def command(self, name: str, *arguments: str) -> None:
        """Run a command of whoever runs the server, with the code that is installed there."""
        root = shlex.quote(str(self.root))
        self.shell(
            f'cd {root}/code && "$(cat {root}/python)" -m plugins.publishing {name} {root} {shlex.join(arguments)}'
        )

    def files(self, *folders: str) -> dict[str, bytes]:
        """Every file in some folders of the server."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for folder in folders
            for path in sorted((self.root / folder).rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a built site."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def install_old_version(folder: Path) -> Installation:
    """Make one: an upstream with the old version and then this one, a fork of the old, and a server of its code."""
    upstream, checkout, root = folder / "upstream", folder / "checkout", folder / "server"
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(upstream, filter="data")
    _git(upstream, "init", "--quiet", "--initial-branch=main")
    _commit(upstream, "The old version")
    _git(upstream, "clone", "--quiet", ".", str(checkout))
    _replace_by_this_version(upstream)
    _commit(upstream, "This version")

    edit(checkout / "content" / "identity.yaml", "brand: ", "brand: Vecchia ")
    edit(checkout / "publishconf.py", "https://stessamaglia.example", "https://vecchia.example")
    (checkout / "content" / "blog" / "solo-mio.md").write_text(POST, encoding="utf-8")
    _commit(checkout, "Il mio sito")
    _git(checkout, "remote", "add", "sito", str(root / "site.git"))
    _set_up(checkout / ".venv")
    made = Installation(root, checkout, upstream, "")
    for tree_of in (checkout, ROOT):
        _set_up_environment(root, tree_of)
    printed = made.shell(f".venv/bin/python -m plugins.publishing install {shlex.quote(str(root))}")
    return replace(made, printed=printed)


def old_text(name: str) -> str:
    """A file of the old version."""
    with tarfile.open(ARCHIVE) as archive:
        file = archive.extractfile(name)
        assert file
        return file.read().decode()


def _replace_by_this_version(upstream: Path) -> None:
    for name in KEPT_BY_A_CHECKOUT:
        source, target = CONTENT if name == "content" else ROOT / name, upstream / name
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)


def _set_up(environment: Path) -> None:
    """Stand in for `make setup`: what it would install is what these tests run with."""
    interpreter = environment / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    stamp = environment / ".running"
    stamp.touch()
    # Later than any file that the merge will write.
    os.utime(stamp, (time.time() + 3600, time.time() + 3600))


def _set_up_environment(root: Path, code: Path) -> None:
    """Stand in for what pip would install for a version: the packages that these tests run with."""
    folder = root / "environments" / environment_name(code)
    folder.parent.mkdir(parents=True, exist_ok=True)
    python_for_all(folder)
    (folder / ".whole").touch()


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True)


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", message)
