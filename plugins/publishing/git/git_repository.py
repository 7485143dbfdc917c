"""Git repository: a bare one, read and changed by git's plumbing; nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MAIN = "refs/heads/main"
_LONGEST_FETCH_SECONDS = 120
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ")


def private_environment(**added: str) -> Mapping[str, str]:
    """The environment of what we start: none of git's variables, which would lead it to the objects of a push."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", **added}


@dataclass(frozen=True)
class File:
    """A file of a commit; `mode` as git writes it, `size` in bytes, 0 for what is no file."""

    mode: str
    object: str
    size: int
    path: bytes


@dataclass(frozen=True)
class Repository:
    """The repository at `path`; git's own failures are subprocess.CalledProcessError."""

    path: Path

    def commit(self, revision: str) -> str | None:
        """The commit of a revision; None where there is none."""
        return self._name(f"{revision}^{{commit}}")

    def tree(self, commit: str, folder: str) -> str | None:
        """What names all that is in a folder of a commit; None where there is none."""
        return self._name(f"{commit}:{folder}")

    def files(self, commit: str, *paths: str) -> tuple[File, ...]:
        """All that is below some paths of a commit, links and submodules too, in git's order."""
        listed = self._ask("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *paths)
        return tuple(_file(line) for line in listed.split(b"\0") if line)

    def contents(self, files: Sequence[File]) -> Iterator[tuple[File, bytes]]:
        """Each file with its bytes, as they were committed: no filter and no attribute has a say."""
        with subprocess.Popen(
            [*self._git, "cat-file", "--batch"],
            env=private_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as reading:
            assert reading.stdin
            assert reading.stdout
            for file in files:
                reading.stdin.write(f"{file.object}\n".encode())
                reading.stdin.flush()
                head = reading.stdout.readline().split()
                if head[1:2] != [b"blob"]:
                    raise OSError(f"{self.path}: {file.object} cannot be read")
                yield file, reading.stdout.read(int(head[2]))
                reading.stdout.read(1)

    def follows(self, later: str, earlier: str) -> bool:
        """Whether a commit has another among its ancestors."""
        return self._run("merge-base", "--is-ancestor", earlier, later).returncode == 0

    def subject(self, commit: str) -> str:
        """The first line of a commit's message."""
        return self._ask("log", "-1", "--no-show-signature", "--format=%s", commit).decode(errors="replace").strip()

    def move_main(self, new: str, old: str | None) -> None:
        """Let `main` be another commit, if it still is `old`."""
        self._ask("update-ref", MAIN, new, old or "0" * 40)

    def point(self, ref: str, commit: str) -> None:
        """Let a ref of our own be a commit."""
        self._ask("update-ref", ref, commit)

    def fetch(self, source: str, branch: str, into: str) -> None:
        """Bring in a branch of another repository as the ref `into`; never asks for a password, waits two minutes."""
        fetch = [*self._git, "fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head"]
        subprocess.run(
            [*fetch, "--", source, f"+refs/heads/{branch}:{into}"],
            env=private_environment(GIT_TERMINAL_PROMPT="0"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST_FETCH_SECONDS,
            check=True,
        )

    def setting(self, name: str) -> str | None:
        """A setting of this repository; None where it has none."""
        return self._run("config", "--local", "--get", name).stdout.decode().strip() or None

    def set(self, name: str, value: str) -> None:
        """Keep a setting in this repository."""
        self._ask("config", "--local", "--", name, value)

    @property
    def _git(self) -> list[str]:
        return ["git", f"--git-dir={self.path}"]

    def _name(self, revision: str) -> str | None:
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        return done.stdout.decode().strip() or None

    def _ask(self, *arguments: str) -> bytes:
        done = self._run(*arguments)
        done.check_returncode()
        return done.stdout

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*self._git, *arguments], env=private_environment(), capture_output=True, check=False)


def _file(line: bytes) -> File:
    about, _, path = line.partition(b"\t")
    mode, _kind, name, size = about.decode().split()
    return File(mode, name, int(size) if size.isdigit() else 0, path)
