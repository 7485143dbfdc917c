"""On a server nothing goes but releases and versions of ours; what somebody else put beside them stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.publishing.__main__ import main
from plugins.publishing.code_versions import forget
from plugins.publishing.release import releases
from plugins.publishing.release.releases import KEPT, sweep
from plugins.publishing.release.server_folders import Server, point
from tests.building import edit
from tests.publishing.place import Place

_FOREIGN = [
    "notes.txt",
    "releases/backup/index.html",
    "releases/000001-0123456789/kept by hand.txt",
    "releases/old.building/x",
    "versions/mine/x",
    "versions/1/x",
    "cache/mine.txt",
    "workshop/mine.txt",
    "workshop/memory-mine/x",
]


@pytest.fixture
def foreign(place: Place) -> Iterator[None]:
    for name in _FOREIGN:
        file = place.server.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("somebody else's", encoding="utf-8")
    yield
    assert [name for name in _FOREIGN if not (place.server.root / name).is_file()] == []


@pytest.mark.some_cases(0)
@pytest.mark.usefixtures("foreign")
def test_pushes_rollbacks_and_upgrades_leave_what_is_not_theirs(place: Place) -> None:
    place.brand(1)
    assert place.push().code == 0
    assert place.write("content/blog/rotto.md", "---\n---\n")
    assert place.push().code != 0
    place.git("rm", "--quiet", "content/blog/rotto.md")
    edit(place.work / "theme" / "templates" / "base.html", "<body", '<body data-v="2"')
    place.commit()
    assert place.push().code == 0
    assert place.run("upgrade", "main").code == 0
    assert place.run("rollback").code == 0


@pytest.mark.some_cases(0)
@pytest.mark.usefixtures("foreign")
def test_only_releases_that_are_too_old_are_forgotten(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    first = place.live.name
    place.brand(1)
    place.push()
    monkeypatch.setattr(releases, "KEPT", 1)
    assert KEPT > 1
    releases._forget(place.server, place.live)
    assert not (place.server.releases / first).exists()
    assert (place.server.releases / place.live.name).is_dir()


def test_only_what_unfinished_builds_have_left_is_swept(tmp_path: Path) -> None:
    server = Server(tmp_path)
    ours = ["000007-0123456789.building", "000003-abcdef0123.gone"]
    others = ["000007-0123456789.building.txt", "mine.building", "000001-0123456789", "gone"]
    for name in (*ours, *others):
        (server.releases / name / "site").mkdir(parents=True)
    sweep(server)
    assert sorted(path.name for path in server.releases.iterdir()) == sorted(others)


def test_only_versions_are_forgotten(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.releases.mkdir()
    for name in ("0001", "0002", "0003", "mine", "3", "0003-copy"):
        (server.versions / name).mkdir(parents=True)
    forget(server, "0003")
    assert sorted(path.name for path in server.versions.iterdir()) == ["0003", "0003-copy", "3", "mine"]


@pytest.mark.parametrize("taken", ["python", "site.git", "releases", "code", "current"])
def test_an_installation_takes_nobodys_place(tmp_path: Path, taken: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / taken).write_text("somebody else's", encoding="utf-8")
    (tmp_path / ".profile").touch()
    assert main(["install", str(tmp_path)]) == 1
    assert f"has {taken}, which no installation has put there" in "".join(capsys.readouterr())
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([".profile", taken])
    assert (tmp_path / taken).read_text(encoding="utf-8") == "somebody else's"


def test_a_link_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("somebody else's", encoding="utf-8")
    with pytest.raises(FileExistsError, match="move it away"):
        point(tmp_path / "current", "releases/x")
    assert (tmp_path / "current").read_text(encoding="utf-8") == "somebody else's"


@pytest.mark.parametrize("lock", ["", "somebody else's"])
def test_install_writes_through_no_link_named_python(tmp_path: Path, lock: str) -> None:
    root, program = tmp_path / "root", tmp_path / "python3"
    root.mkdir()
    program.write_text("somebody else's", encoding="utf-8")
    (root / "lock").write_text(lock, encoding="utf-8")
    (root / "python").symlink_to(program)
    assert main(["install", str(root)]) == 1
    assert program.read_text(encoding="utf-8") == "somebody else's"
    assert sorted(file.name for file in root.iterdir()) == ["lock", "python"]
