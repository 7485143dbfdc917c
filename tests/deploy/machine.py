"""A Debian machine with systemd of its own, thrown away at the end: this one's files, other namespaces."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("machine.sh")
_PATIENCE_SECONDS = 120
_KINDS = ("--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup")
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}


@dataclass(frozen=True)
class Machine:
    """A running machine, by the process that is its first."""

    init: int

    def run(self, commands: str, folder: str = "/root") -> str:
        """Run a script of bash as root, to its end, and return what it said; raises AssertionError where it fails."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.init), *_KINDS, "--root", "bash", "-euo", "pipefail", "-c",
             f"cd {folder}\n{commands}"],
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{self._journal()}"
        return done.stdout

    def file(self, path: str) -> Path:
        """A file of the machine, as it is seen from outside."""
        return Path(f"/proc/{self.init}/root{path}")

    def _journal(self) -> str:
        told = subprocess.run(
            ["nsenter", "--target", str(self.init), *_KINDS, "--root", "journalctl", "--no-pager", "-n", "40"],
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return told.stdout


@contextmanager
def running_machine(folder: Path) -> Iterator[Machine]:
    """Run one while the block lasts; as another user than root in a user namespace, where those are allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    with _control_group() as group:
        yield from _running(folder, group)


def _running(folder: Path, group: Path) -> Iterator[Machine]:
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user", "--map-auto"]
    more = ["--fork", "--kill-child", "--propagation", "private"]
    # In its group before it has a namespace of groups: that is the root of those which its systemd makes.
    enter = ["sh", "-c", f'echo $$ > {group}/cgroup.procs && exec "$@"', "sh"]
    words = [*rights, *_KINDS, *more, "sh", str(SCRIPT), str(folder), sysconfig.get_paths()["purelib"]]
    process = subprocess.Popen(
        [*enter, "unshare", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        machine = Machine(_first_of(process))
        _wait(machine, process)
        yield machine
    finally:
        # All others of the machine end with its first.
        for child in _children(process.pid):
            os.kill(child, signal.SIGKILL)
        process.kill()
        process.communicate(timeout=_PATIENCE_SECONDS)


@contextmanager
def _control_group() -> Iterator[Path]:
    """A control group of the machine's own, gone with all that are in it at the end."""
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    top = next(Path(line.split()[4]) for line in mounts if " - cgroup2 " in line)
    own = next(line for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines() if line[:3] == "0::")
    group = top / own[3:].strip("/") / f"maglia-{secrets.token_hex(4)}"
    group.mkdir()
    try:
        yield group
    finally:
        for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            _remove(folder)
        _remove(group)


def _remove(group: Path) -> None:
    """Remove a control group, as soon as the last process has left it."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            group.rmdir()
        except OSError:
            time.sleep(0.05)
        else:
            return


def python_for(machine: Machine) -> str:
    """The interpreter that its users can run: the one of these tests, or Debian's of the same version."""
    base = Path(sys.executable).resolve()
    if any(not parent.stat().st_mode & 0o005 for parent in base.parents):
        base = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    assert machine.file(str(base)).exists()
    return str(base)


def _first_of(process: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"no machine: {process.communicate()[1]}")
        if children := _children(process.pid):
            return children[0]
        time.sleep(0.05)
    raise TimeoutError("no machine")


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _wait(machine: Machine, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"no machine: {process.communicate()[1]}")
        # Until it has its own root, a command would run among the files of this one.
        if machine.file("/opt/packages").is_dir() and machine.file("/run/systemd/private").exists():
            machine.run("timeout 60 systemctl is-system-running --wait")
            return
        time.sleep(0.1)
    raise TimeoutError("the machine does not come up")
