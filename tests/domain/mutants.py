"""Mutation testing of the domain: small faults drawn by seed, and how many of them `tests/domain` alone finds.

    python -m tests.domain.mutants [--seed N] [--count N] [--module NAME]

Written here since the maintained tools leave out much of what the domain is made of: mutmut (3.8) changes neither
decorated functions, where validators and properties are, nor the limits in the fields of classes; cosmic-ray (8.7)
knows no `min` and `max`, `any` and `all`, starts pytest and its imports for each, and brings aiohttp and GitPython.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path

import hypothesis
import pydantic  # noqa: F401 (once for all processes)
import pytest

from tests.domain.mutations import EQUIVALENT, MODULES, ROOT, Mutant, mutants

NEEDED = (
    "plugins/__init__.py",
    "plugins/domain",
    "tests/domain",
    "tests/conftest.py",
    "tests/soak.py",
    "pyproject.toml",
)
ENOUGH = 0.95
WORKERS = 2
SECONDS = 120  # for one mutant at most, should it wait for something
TIMES = 3  # as much of the processor as all of the tests take: what is still running then never ends
MEMORY = 4 << 30  # bytes: one that never stops must not take the machine with it


class _PlainTestsFirst:
    """Lets hypothesis draw only where nothing else has failed, the same examples each time."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", hypothesis.settings(), derandomize=True, database=None, phases=phases
        )
        hypothesis.settings.load_profile("mutants")


def start(tree: Path, cpu_seconds: int) -> int:
    """Run `tests/domain` of a copy of the tree in a process of its own, which ends as pytest does."""
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        quiet = os.open(os.devnull, os.O_RDWR)
        for standard in range(3):
            os.dup2(quiet, standard)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
        os.chdir(tree)
        sys.path[:] = [str(tree), *(entry for entry in sys.path if Path(entry).resolve() != ROOT)]
        for name in [name for name in sys.modules if name.partition(".")[0] in {"plugins", "tests"}]:
            del sys.modules[name]
        arguments = ["-x", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "tests/domain"]
        status = int(pytest.main(arguments, plugins=[_PlainTestsFirst()]))
    finally:
        os._exit(status)


def tried(chosen: Sequence[Mutant], whole: Path, cpu_seconds: int) -> Iterator[tuple[Mutant, bool]]:
    """Try each mutant, two at a time, and yield whether it survived; one that takes too long did not."""
    # What is compiled already is read, and a mutant's never kept: two of them may have the same length and time.
    free = [Path(shutil.copytree(whole, whole.with_name(str(number)))) for number in range(WORKERS)]
    sys.dont_write_bytecode = True
    waiting, running = list(reversed(chosen)), dict[int, tuple[Mutant, Path, float]]()
    try:
        while waiting or running:
            while waiting and free:
                tree, mutant = free.pop(), waiting.pop()
                (tree / mutant.path.relative_to(ROOT)).write_text(mutant.source, encoding="utf-8")
                running[start(tree, cpu_seconds)] = mutant, tree, time.monotonic() + SECONDS
            time.sleep(0.01)
            for pid, (mutant, tree, deadline) in list(running.items()):
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    del running[pid]
                    shutil.copy2(mutant.path, tree / mutant.path.relative_to(ROOT))
                    free.append(tree)
                    yield mutant, status == 0
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _copied(tree: Path) -> Path:
    for name in NEEDED:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, tree / name)
    return tree


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.domain.mutants", description="Mutation testing of the domain."
    )
    parser.add_argument("--seed", type=int, default=1, help="the mutants that are drawn (1)")
    parser.add_argument("--count", type=int, default=300, help="how many at most (300)")
    parser.add_argument("--module", choices=[path.stem for path in MODULES], help="of one module alone")
    options = parser.parse_args()
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    every = [one for path in MODULES if options.module in {None, path.stem} for one in mutants(path)]
    able = [one for one in every if one.name not in EQUIVALENT]
    chosen = random.Random(options.seed).sample(able, min(options.count, len(able)))
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        began = time.monotonic()
        whole = _copied(Path(name) / "whole")
        _, status, used = os.wait4(start(whole, SECONDS), 0)
        if status:
            print("tests/domain fails without any mutant. Mend it first: python -m pytest tests/domain")
            return 2
        print(
            f"{len(chosen)} of {len(able)} mutants by seed {options.seed}, "
            f"{len(every) - len(able)} that change nothing left out; the tests take {time.monotonic() - began:.1f} s",
            flush=True,
        )
        alive = []
        for number, (mutant, survived) in enumerate(
            tried(chosen, whole, ceil(TIMES * (used.ru_utime + used.ru_stime))), 1
        ):
            if survived:
                alive.append(mutant)
                print(f"survived: {mutant}", flush=True)
            if number % 25 == 0 or number == len(chosen):
                print(f"{number}/{len(chosen)}, {number - len(alive)} found", flush=True)
    rate = 1 - len(alive) / len(chosen)
    print(f"{rate:.1%} found in {time.monotonic() - began:.0f} s")
    return 0 if rate >= ENOUGH else 1


if __name__ == "__main__":
    raise SystemExit(main())
