"""The images of `deploy/Containerfile`, built by buildah on a base that debootstrap makes, and what runs in them.

Everything is in chroots: that works as root wherever the tests do, and asks no daemon. Ports are the machine's own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.building import copy_checkout

USER = 10001
_SUITE = "trixie"  # whose Python is the one that the Containerfile names
_BASE = "localhost/maglia-test-base"
_PACKAGES = "python3-venv,python-is-python3,ca-certificates,caddy"
_ENVIRONMENT = os.environ | {"BUILDAH_ISOLATION": "chroot"}
# In some sandboxes a chroot comes without its volumes now and then; a mark in each tells, and it is tried again.
_MARK, _UNMOUNTED, _BEGUN, _TRIES = ".volume", 97, "begun", 20
# What a client of a registry is told on this machine; an image has its own.
_CLIENTS = (
    "etc/pip.conf",
    "etc/xdg/pip",
    "etc/apt/auth.conf.d",
    "etc/ssl/certs/ca-certificates.crt",
    "etc/resolv.conf",
)


def build_image(target: str, context: Path) -> str:
    """Build a target from a folder with the sample's content, and return its name."""
    name = f"localhost/maglia-test-{target}"
    bases = [f"--build-arg={argument}={_base()}" for argument in ("PYTHON_IMAGE", "CADDY_IMAGE")]
    options = ["--format=docker", "--layers", f"--file={context}/deploy/Containerfile", f"--target={target}"]
    _buildah("build", *options, *bases, f"--tag={name}", str(context))
    return name


def context_of(folder: Path) -> Path:
    """What the images are built from: a checkout whose content is the sample."""
    files = ("requirements.txt", "pelicanconf.py", "publishconf.py", ".dockerignore")
    return copy_checkout(folder, "content", "plugins", "theme", "deploy", *files)


def inspect_image(name: str) -> dict[str, Any]:
    """What an image says of itself, in Docker's terms."""
    told: dict[str, Any] = json.loads(_buildah("inspect", "--type=image", name))
    found: dict[str, Any] = told["Docker"]["config"]
    return found


@dataclass(frozen=True)
class Container:
    """A container of an image, with folders of this machine for volumes."""

    name: str
    volumes: Mapping[str, Path] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, *words: str) -> list[str]:
        """What runs a command in it."""
        volumes = [f"--volume={here}:{there}" for there, here in self.volumes.items()]
        variables = [f"--env={name}={value}" for name, value in self.environment.items()]
        looks = " && ".join(f"test -e {there}/{_MARK}" for there in self.volumes) or "true"
        ready = ["sh", "-c", f'{looks} || exit {_UNMOUNTED}; echo {_BEGUN} >&2; exec "$@"', "sh", *words]
        return ["buildah", "run", "--isolation=chroot", *volumes, *variables, self.name, "--", *ready]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        for _ in range(_TRIES):
            # From elsewhere than a checkout: the content that is read is the image's.
            done = subprocess.run(
                self.command(*words), cwd="/", env=_ENVIRONMENT, capture_output=True, text=True, check=False
            )
            if done.returncode != _UNMOUNTED:
                break
        return done

    @contextmanager
    def running(self, *words: str, log: Path) -> Iterator[None]:
        """Run a command while the block lasts."""
        for _ in range(_TRIES):
            process = self._start(words, log)
            while process.poll() is None and _BEGUN not in log.read_text():
                time.sleep(0.1)
            if process.returncode != _UNMOUNTED:
                break
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _start(self, words: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with log.open("wb") as written:
            return subprocess.Popen(
                self.command(*words),
                cwd="/",
                env=_ENVIRONMENT,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )


@contextmanager
def container(
    image: str, volumes: Mapping[str, Path] | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Container]:
    """Make a container; what was written in it is gone with the block."""
    name = _buildah("from", image).split()[-1]
    for folder in (volumes or {}).values():
        (folder / _MARK).touch()
    try:
        yield Container(name, volumes or {}, environment or {})
    finally:
        _buildah("rm", name)


def _base() -> str:
    """The base of both images, which is kept on this machine."""
    if subprocess.run(["buildah", "inspect", "--type=image", _BASE], capture_output=True, check=False).returncode == 0:
        return _BASE
    with tempfile.TemporaryDirectory(prefix="maglia-base-") as folder:
        root = Path(folder) / "root"
        options = ["--variant=minbase", f"--include={_PACKAGES}"]
        _run(["debootstrap", *options, _SUITE, str(root)])
        for name in _CLIENTS:
            source = Path("/") / name
            if source.is_dir():
                shutil.copytree(source, root / name, dirs_exist_ok=True)
            elif source.is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, root / name)
        shutil.rmtree(root / "var" / "cache" / "apt" / "archives", ignore_errors=True)
        name = _buildah("from", "scratch").split()[-1]
        _buildah("copy", name, str(root), "/")
        _buildah("commit", "--format=docker", "--rm", name, _BASE)
    return _BASE


def _buildah(*arguments: str) -> str:
    return _run(["buildah", *arguments])


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout
