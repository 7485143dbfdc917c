"""On hosted pages an address that is online is not lost, however many pushes were refused before."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plugins.publishing.__main__ import main
from plugins.publishing.checks.live_commit import FILE, live_commit
from tests.building import ROOT, edit
from tests.publishing.start.checkout import git, revision

FORK = ROOT / "tests" / "fork" / "content"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *values: object) -> None:
        pass


class Hosted:
    """A repository whose pages a host publishes after the check."""

    def __init__(self, folder: Path, address: str) -> None:
        self.work, self.online = folder / "work", folder / "online"
        self.content = Path(shutil.copytree(FORK, self.work / "content"))
        self.settings = self.work / "publishconf.py"
        self.settings.write_text(f'SITEURL = "{address}/site"\n', encoding="utf-8")
        git(self.work, "init", "--quiet", "--initial-branch=main")

    def push(self) -> int:
        """Commit all, and publish it as the workflows do."""
        before = revision(self.work, "HEAD") if (self.work / ".git/refs/heads/main").exists() else "0" * 40
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "--message", "Una push")
        code = main(["check", "--content", str(self.content), "--live", "--since", before])
        if code == 0:
            (self.online / "site").mkdir(exist_ok=True)
            (self.online / "site" / FILE).write_text(f"{revision(self.work, 'HEAD')}\n", encoding="utf-8")
        return code


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    (tmp_path / "online").mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "online"))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Hosted(tmp_path, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_a_refused_deletion_is_refused_by_the_next_push(hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    assert hosted.push() == 0
    (hosted.content / "blog" / "tarli.md").unlink()
    assert hosted.push() == 1
    edit(hosted.content / "pages" / "chi-sono.md", "title: Olmo", "title: Di Olmo")
    assert hosted.push() == 1
    assert "/blog/tarli/ è pubblicato" in capsys.readouterr().out
    edit(hosted.content / "pages" / "blog.md", "---\n", "---\naliases: [/blog/tarli/]\n")
    assert hosted.push() == 0
    assert hosted.push() == 0


def test_a_site_that_says_nothing_is_told(hosted: Hosted, capsys: pytest.CaptureFixture[str]) -> None:
    assert hosted.push() == 0
    assert "Il sito in linea non dice che cosa mostra" in capsys.readouterr().out
    (hosted.content / "blog" / "tarli.md").unlink()
    (hosted.online / "site" / FILE).unlink()
    assert hosted.push() == 1
    assert "Il sito in linea non dice che cosa mostra" in capsys.readouterr().out


@pytest.mark.parametrize("said", ["", "<html>", "f" * 40 + "x", "f" * 4000])
def test_an_answer_that_is_no_commit_is_none(hosted: Hosted, said: str) -> None:
    assert hosted.push() == 0
    assert live_commit(hosted.settings) == revision(hosted.work, "HEAD")
    (hosted.online / "site" / FILE).write_text(said, encoding="utf-8")
    assert live_commit(hosted.settings) is None


@pytest.mark.parametrize("settings", ["", "SITEURL = ''", "SITEURL = 'file:///etc'", "SITEURL = 'http://127.0.0.1:9'"])
def test_a_site_that_cannot_be_asked_names_no_commit(tmp_path: Path, settings: str) -> None:
    (tmp_path / "publishconf.py").write_text(settings, encoding="utf-8")
    assert live_commit(tmp_path / "publishconf.py") is None
