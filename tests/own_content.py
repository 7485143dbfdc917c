"""Pytest plugin: keeps the product's tests apart from `content/`, which is another's in a fork.

The product's tests have a sample of their own, `tests/sample/content`. A test that opens a file of the repository's
`content/` fails, unless it is marked: `any_content` holds whatever stands there, `sample_content` is about the words
of the sample, and is left out as soon as `content/` is somebody else's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.building import CONTENT, OWN_CONTENT

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

_BELOW = f"{OWN_CONTENT}{os.sep}"
_LEFT_OUT = pytest.StashKey[int]()
_EVENTS = frozenset({"open", "os.listdir", "os.scandir", "shutil.copytree", "subprocess.Popen"})
_SAMPLE = pytest.StashKey[bool]()
_reading_is_meant = False


def is_sample() -> bool:
    """Whether `content/` is still the sample: it names the sample's owner."""
    own, sample = OWN_CONTENT / "identity.yaml", CONTENT / "identity.yaml"
    return own.is_file() and _owner(own) == _owner(sample)


def _owner(identity: Path) -> list[str]:
    """Who is named; the words of the tests' sample are in one language."""
    lines = identity.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(("name:", "brand:", "email:"))]


def _watch(event: str, told: tuple[Any, ...]) -> None:
    if event not in _EVENTS or _reading_is_meant:
        return
    read = _started_over(*told) if event == "subprocess.Popen" else told[0]
    if event == "open" and told[1] is None and not os.path.isabs(told[0]):
        return  # `os.open` may mean a name in another folder, which it does not tell
    if isinstance(read, str | os.PathLike) and f"{os.path.abspath(read)}{os.sep}".startswith(_BELOW):
        raise AssertionError(
            f"a test reads {read}, which is another owner’s in a fork: read tests.building.CONTENT, "
            "or mark the test any_content or sample_content (CONTRIBUTING.md)"
        )


def _started_over(_: object, line: Any, folder: Any, variables: Any) -> Path | None:  # noqa: ANN401 - as it is told
    """The content that a program of ours reads where none is named, if that is what is started."""
    words = set() if isinstance(line, str | bytes) else set(line)
    if "plugins.booking" in words and "BOOKING_CONTENT" not in (os.environ if variables is None else variables):
        return Path(folder or ".").absolute() / "content"
    if "plugins.publishing" in words and "--content" not in words:
        return Path(folder or ".").absolute() / "content"
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Watch what is opened, from before the first test module is imported."""
    config.stash[_LEFT_OUT] = 0
    config.stash[_SAMPLE] = is_sample()
    sys.addaudithook(_watch)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests of the sample's words out where `content/` is another owner's."""
    if config.stash[_SAMPLE]:
        return
    left_out = [item for item in items if item.get_closest_marker("sample_content")]
    config.stash[_LEFT_OUT] = len(left_out)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in set(left_out)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Let a marked test read `content/`."""
    global _reading_is_meant
    _reading_is_meant = any(item.get_closest_marker(name) for name in ("any_content", "sample_content"))
    try:
        return (yield)
    finally:
        _reading_is_meant = False


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one how many were left out, where there is one."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[_LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """Every worker collects all tests: what one has left out they all have."""
    node.config.stash[_LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in a line how many were left out, and why."""
    if count := config.stash[_LEFT_OUT]:
        terminalreporter.write_line(
            f"{count} tests of the sample’s own words (marked sample_content) were left out: "
            "content/identity.yaml is another owner’s. All others are the product’s, and have a sample of their own."
        )
