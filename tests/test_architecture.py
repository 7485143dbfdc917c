"""The rules of the house, read from the code itself."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path

import pytest

from plugins.content.office_reader import read_office
from tests.building import CONTENT, ROOT

PLUGINS = ROOT / "plugins"
MODULES = sorted(PLUGINS.rglob("*.py"))
ROOMS = sorted(path.name for path in PLUGINS.iterdir() if (path / "__init__.py").exists())
LONGEST_MODULE = 250
DOMAIN = sorted((PLUGINS / "domain").rglob("*.py"))
LONGEST_DOMAIN_MODULE = 180
MOST_WORDS_OF_A_TEST_NAME = 10
MAY_DO_IO = {"open", "os", "io", "pathlib", "socket", "subprocess", "time", "random", "secrets", "logging"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or ""


def room(module: str) -> str:
    return module.split(".")[1] if module.startswith("plugins.") else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_a_room_imports_only_itself_the_content_and_the_domain(path: Path) -> None:
    own = path.relative_to(PLUGINS).parts[0]
    allowed = {"domain": {"domain"}, "content": {"domain", "content"}}.get(own, {"domain", "content", own})
    assert {room(name) for name in imported(path) if room(name)} <= allowed


PURE = [*DOMAIN, *sorted((PLUGINS / "booking" / "mail" / "texts").rglob("*.py"))]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_the_rules_and_the_words_of_mails_are_pure(path: Path) -> None:
    names = set(imported(path))
    foreign = (
        {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"plugins", "pydantic", "pydantic_core"}
    )
    assert not foreign
    assert not {name.split(".")[0] for name in names} & MAY_DO_IO
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert not {call for call in calls if call.endswith((".now", ".today", ".utcnow")) or call == "open"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PLUGINS)))
def test_a_module_stays_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.name)
def test_a_domain_module_is_one_rule_to_read(path: Path) -> None:
    # Measured in code: what explains it may be as long as it needs to be.
    code = ast.unparse(ast.parse(path.read_text(encoding="utf-8")))
    assert len(code.splitlines()) <= LONGEST_DOMAIN_MODULE


def test_no_domain_function_is_long_or_much_branched() -> None:
    limits = ("mccabe.max-complexity=8", "pylint.max-branches=7", "pylint.max-statements=20")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "C901,PLR0912,PLR0915"]
    settings = [word for limit in limits for word in ("--config", f"lint.{limit}")]
    done = subprocess.run(
        [*command, *settings, "--output-format=concise", str(PLUGINS / "domain")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


ENUMS = {
    name: set(one.__members__)
    for path in DOMAIN
    for name, one in vars(import_module(f"plugins.domain.{path.stem}")).items()
    if isinstance(one, type) and issubclass(one, Enum)
}


def member(node: ast.expr | None) -> tuple[str, str] | None:
    """The enumeration and the member of it that `Rule.HOURS` names; None where it is no such name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ENUMS:
        return node.value.id, node.attr
    return None


def test_a_table_looked_up_by_any_member_has_them_all() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    # A table that is only asked by `get`, or for one member by name, may leave the others out.
    looked_up = {
        ast.unparse(node.value) for _, node in nodes if isinstance(node, ast.Subscript) and not member(node.slice)
    }
    short = []
    for path, node in nodes:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Dict):
            continue
        names = {ast.unparse(one) for one in (node.targets if isinstance(node, ast.Assign) else [node.target])}
        keys = [member(key) for key in node.value.keys]
        if keys and keys[0] and names & looked_up:
            short += [(path.name, names, left) for left in ENUMS[keys[0][0]] - {key[1] for key in keys if key}]
    assert not short


def test_the_endpoint_never_loads_pelican_and_touches_nothing_when_imported(tmp_path: Path) -> None:
    program = """
import sys
def forbid(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise SystemExit(f"{event} {arguments}")
    if event == "open" and arguments[1] and set(str(arguments[1])) & set("wax+"):
        raise SystemExit(f"{event} {arguments}")
sys.dont_write_bytecode = True
sys.addaudithook(forbid)
import plugins.booking.app, plugins.booking.server, plugins.booking.__main__
loaded = [name for name in sys.modules if name.split(".")[0] in ("pelican", "markdown")]
raise SystemExit(1 if loaded else 0)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_importing_the_booking_package_imports_nothing() -> None:
    assert list(imported(PLUGINS / "booking" / "__init__.py")) == []


@pytest.mark.parametrize("name", ["site", "services", "blog", "media", "discovery", "finishing", "admin", "fastbuild"])
def test_register_wires_and_does_nothing_else(name: str) -> None:
    tree = ast.parse((PLUGINS / name / "__init__.py").read_text(encoding="utf-8"))
    register = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "register")
    # Importing what is wired is no more than that.
    wiring = [ast.unparse(line) for line in register.body[1:] if not isinstance(line, ast.ImportFrom)]
    assert wiring
    assert all(re.fullmatch(r"[\w.]+\.connect\([\w.]+\)", line) for line in wiring)


def test_nothing_of_the_owner_is_left_in_theme_or_code() -> None:
    identity = read_office(CONTENT).identity
    hers = {identity.name, identity.brand, identity.claim, identity.email}
    for folder in ("plugins", "theme"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".css", ".js", ".svg"}:
                text = path.read_text(encoding="utf-8")
                assert not {word for word in hers if word in text}, path


def test_every_room_says_what_it_is_for() -> None:
    silent = [name for name in ROOMS if name != "booking" and not _docstring(PLUGINS / name / "__init__.py")]
    assert not silent


def named_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


TEST_NAMES = [(path, name) for path in sorted((ROOT / "tests").rglob("test_*.py")) for name in named_in(path)]


def words_of(name: str) -> list[str]:
    return [word for word in name.removeprefix("test_").split("_") if word]


def test_no_law_is_named_in_code_or_theme() -> None:
    files = [path for room in ("plugins", "theme") for path in (ROOT / room).rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in files if path.suffix in (".py", ".html", ".js", ".po", ".pot")}
    assert [str(path) for path, text in texts.items() if re.search(rb"4/2013|(?:Legge|Law) \d", text)] == []


def test_no_test_name_is_longer_than_ten_words() -> None:
    assert len(TEST_NAMES) > 1_000
    long = [
        f"{path.relative_to(ROOT)}::{name}"
        for path, name in TEST_NAMES
        if len(words_of(name)) > MOST_WORDS_OF_A_TEST_NAME
    ]
    assert not long


def test_no_two_tests_share_their_file_name_and_name() -> None:
    # In one file the second would hide the first; in two files a report that tells the last parts names both.
    times = Counter((path.name, name) for path, name in TEST_NAMES)
    assert not [twice for twice, count in times.items() if count > 1]


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
