"""Each version has the packages that it names, in an environment that is whole, and shared where it can be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from plugins.publishing import environments
from plugins.publishing.environments import RequirementsError, environment_name, provide
from plugins.publishing.git.git_repository import private_environment
from plugins.publishing.release.server_folders import Server


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """An installation with two versions that want the same, which is nothing, and one that wants what there is not."""
    server = Server(tmp_path)
    subprocess.run(
        ["git", "init", "--quiet", "--bare", str(server.repository.path)], env=private_environment(), check=True
    )
    for name, wanted in (("0001", ""), ("0002", ""), ("0003", "no-such-package==1 --hash=sha256:" + "0" * 64)):
        (server.versions / name).mkdir(parents=True)
        (server.versions / name / "requirements.txt").write_text(f"{wanted}\n", encoding="utf-8")
    return server


@pytest.mark.some_cases(0)
def test_versions_with_the_same_requirements_share_an_environment(server: Server) -> None:
    told: list[str] = []
    provide(server, "0001", told.append)
    python = Path(server.python_of(server.versions / "0001"))
    assert python.is_relative_to(server.versions / "0001")
    assert subprocess.run([python, "-c", "import pip"], check=False).returncode == 0
    assert len(told) == 1
    provide(server, "0002", told.append)
    assert len(told) == 1
    assert len(list(server.environments.iterdir())) == 1
    # Cut short, it is made again.
    made = server.environments / environment_name(server.versions / "0001")
    (made / ".whole").unlink()
    (made / "half").touch()
    provide(server, "0001", told.append)
    assert not (made / "half").exists()
    # Gone with the last version that has it; what is not ours stays.
    (server.environments / "mine").mkdir()
    for name in ("0001", "0002"):
        environments.forget(server)
        assert made.is_dir()
        (server.versions / name / ".venv").unlink()
    environments.forget(server)
    assert [path.name for path in server.environments.iterdir()] == ["mine"]


@pytest.mark.some_cases(0)
def test_requirements_that_cannot_be_installed_leave_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(RequirementsError) as raised:
        provide(server, "0003", lambda line: None)
    assert "no-such-package" in str(raised.value)
    assert list(server.environments.iterdir()) == []
    assert not (server.versions / "0003" / ".venv").is_symlink()
