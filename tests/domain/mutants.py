"""Mutation testing of the domain: small faults drawn by seed, and how many of them `tests/domain` alone finds.

    python -m tests.domain.mutants [--seed N] [--count N] [--module NAME]

Written here since the maintained tools leave out much of what the domain is made of: mutmut (3.8) changes neither
decorated functions, where validators and properties are, nor the limits in the fields of classes; cosmic-ray (8.7)
knows no `min` and `max`, `any` and `all`, starts pytest and its imports for each, and brings aiohttp and GitPython.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "plugins" / "domain").glob("*.py"))
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
SECONDS = 60  # for one mutant: many times what all of the tests take
MEMORY = 4 << 30  # bytes: one that never stops must not take the machine with it

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
CALLS = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list",
    "bisect_left": "bisect_right", "bisect_right": "bisect_left",
}  # fmt: skip
LIMITS = {"gt": "ge", "ge": "gt", "lt": "le", "le": "lt"}  # of a field

# Those that change nothing, by module, what stands there and what is put in its place, with the reason.
EQUIVALENT: dict[tuple[str, str, str], str] = {}


@dataclass(frozen=True)
class Mutant:
    """One small fault: where it is, what stands there, what is put in its place, and the module that has it."""

    path: Path
    line: int
    old: str
    new: str
    source: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What it is known by among those that change nothing."""
        return self.path.stem, self.old, self.new

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.old} → {self.new}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its syntax tree."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        for owner, field, value in _changes(node):
            # A bare number or word says little without what is around it.
            shown = around[node] if isinstance(node, ast.Constant | ast.keyword) else node
            old, kept = ast.unparse(shown), getattr(owner, field)
            setattr(owner, field, value)
            yield Mutant(path, getattr(node, "lineno", 0), old, ast.unparse(shown), ast.unparse(tree))
            setattr(owner, field, kept)


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str, object]]:
    """What may be changed of a node: which attribute of what takes which value."""
    match node:
        case ast.Compare(ops=operators):
            for place, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    yield node, "ops", [*operators[:place], other(), *operators[place + 1 :]]
        case ast.BinOp(op=operator) if type(operator) in SIGNS:
            yield node, "op", SIGNS[type(operator)]()
        case ast.BoolOp(op=operator):
            yield node, "op", ast.Or() if isinstance(operator, ast.And) else ast.And()
        case ast.UnaryOp(op=operator, operand=operand):
            yield node, "operand", ast.UnaryOp(operator, operand)
        case ast.Call(func=ast.Name(id=name) as called, keywords=keywords) if name in CALLS:
            if not (name == "sorted" and keywords):
                yield called, "id", CALLS[name]
        case ast.keyword(arg=str(name)) if name in LIMITS:
            yield node, "arg", LIMITS[name]
        case ast.Constant(value=bool(value)):
            yield node, "value", not value
        case ast.Constant(value=int(value)):
            yield from ((node, "value", value + step) for step in (1, -1))
        case ast.Slice(upper=ast.expr() as upper) if not isinstance(upper, ast.Constant):
            for sign in (ast.Add(), ast.Sub()):
                yield node, "upper", ast.BinOp(upper, sign, ast.Constant(1))
        case ast.FunctionDef(returns=ast.Name(id="bool")):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value and not isinstance(inner.value, ast.Constant):
                    yield inner, "value", ast.UnaryOp(ast.Not(), inner.value)
        case (
            ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test)
            | ast.IfExp(test=ast.Name() | ast.Attribute() | ast.Call() as test)
        ):
            yield node, "test", ast.UnaryOp(ast.Not(), test)


class _PlainTestsFirst:
    """Lets hypothesis draw only where nothing else has failed, the same examples each time."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: item.get_closest_marker("hypothesis") is not None)
        phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
        hypothesis.settings.register_profile(
            "mutants", hypothesis.settings(), derandomize=True, database=None, phases=phases
        )
        hypothesis.settings.load_profile("mutants")


def start(tree: Path) -> int:
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
        os.chdir(tree)
        sys.path[:] = [str(tree), *(entry for entry in sys.path if Path(entry).resolve() != ROOT)]
        for name in [name for name in sys.modules if name.partition(".")[0] in {"plugins", "tests"}]:
            del sys.modules[name]
        arguments = ["-x", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "tests/domain"]
        status = int(pytest.main(arguments, plugins=[_PlainTestsFirst()]))
    finally:
        os._exit(status)


def survivors(chosen: Sequence[Mutant], folder: Path) -> Iterator[tuple[Mutant, bool]]:
    """Try each mutant, two at a time, and yield whether it survived; one that takes too long did not."""
    free = [_copied(folder / str(number)) for number in range(WORKERS)]
    waiting, running = list(reversed(chosen)), dict[int, tuple[Mutant, Path, float]]()
    try:
        while waiting or running:
            while waiting and free:
                tree, mutant = free.pop(), waiting.pop()
                (tree / mutant.path.relative_to(ROOT)).write_text(mutant.source, encoding="utf-8")
                running[start(tree)] = mutant, tree, time.monotonic() + SECONDS
            time.sleep(0.01)
            for pid, (mutant, tree, deadline) in list(running.items()):
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    del running[pid]
                    shutil.copyfile(mutant.path, tree / mutant.path.relative_to(ROOT))
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
            shutil.copyfile(ROOT / name, tree / name)
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
    sys.dont_write_bytecode = True  # two states of a module may have the same length and time
    every = [one for path in MODULES if options.module in {None, path.stem} for one in mutants(path)]
    able = [one for one in every if one.name not in EQUIVALENT]
    chosen = random.Random(options.seed).sample(able, min(options.count, len(able)))
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        began = time.monotonic()
        if os.waitpid(start(_copied(Path(name) / "whole")), 0)[1]:
            print("tests/domain fails without any mutant. Mend it first: python -m pytest tests/domain")
            return 2
        print(
            f"{len(chosen)} of {len(able)} mutants by seed {options.seed}, "
            f"{len(every) - len(able)} that change nothing left out; the tests take {time.monotonic() - began:.1f} s",
            flush=True,
        )
        alive = []
        for number, (mutant, survived) in enumerate(survivors(chosen, Path(name)), 1):
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
