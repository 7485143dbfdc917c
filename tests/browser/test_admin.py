"""The editor in the browser, in its local mode: what is typed into its forms is what lies in the files."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from plugins.publishing.checks.check import Report, check
from tests.booking.processes import eventually
from tests.building import CONTENT, build, edit
from tests.publishing.test_visitors import serving

SERVER = Path(__file__).parent / "node_modules" / "decap-server" / "dist" / "index.js"
PATIENCE = 60_000  # milliseconds
_KEPT = ("\nslug:", "\nsocial:", "\nbusy:", "\n  en: In flesh and blood\n")


@dataclass(frozen=True)
class Editor:
    """A page of the browser with the editor in it, and the content that it edits."""

    page: Page
    address: str
    content: Path

    def open(self, place: str) -> None:
        """Open a form, signing in where that is asked."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}/admin/#/collections/{place}")
        enter, form = self.page.get_by_role("button", name="Accedi"), self.page.get_by_role("button", name="Pubblica")
        expect(enter.or_(form).first).to_be_visible(timeout=PATIENCE)
        if enter.is_visible():
            enter.click()
        expect(self.page.get_by_role("textbox").first).to_be_visible(timeout=PATIENCE)

    def fill(self, label: str, words: str) -> None:
        """Type words into the field of that label."""
        self.page.get_by_label(label).first.fill(words)

    def save(self) -> None:
        """Press the button and choose its first way."""
        self.page.get_by_role("button", name="Pubblica").first.click()
        self.page.get_by_role("menuitem").first.click()

    def text(self, file: str) -> str:
        """What a file of the content holds now."""
        return (self.content / file).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Her repository's content, which says something in two languages."""
    content = Path(shutil.copytree(CONTENT, tmp_path_factory.mktemp("repository") / "content"))
    edit(content / "identity.yaml", "claim: ", "claim:\n  en: In flesh and blood\n  it: ")
    return content


@pytest.fixture(scope="module")
def proxy(content: Path) -> Iterator[str]:
    """The address of Decap's own local server for that repository."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = int(asked.getsockname()[1])
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_REPO_DIRECTORY": str(content.parent),
        "PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MODE": "fs",
        "LOG_LEVEL": "error",
    }
    process = subprocess.Popen(["node", str(SERVER)], env=environment, cwd=content.parent, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: _answers(port))
        yield f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def address(content: Path, proxy: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site with the editor, built as `ADMIN` asks."""
    output = tmp_path_factory.mktemp("site")
    admin = {"backend": {"name": "git-gateway"}, "local_backend": {"url": proxy}}
    done = build(content, output, "pelicanconf.py", "-e", f"ADMIN={json.dumps(admin)}")
    assert done.returncode == 0, done.stderr
    with serving(output) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def editor(browser: Browser, address: str, content: Path) -> Iterator[Editor]:
    """A fresh browser at the editor; no request of it may lead elsewhere or find nothing."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(PATIENCE)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    yield Editor(page, address, content)
    page.close()
    assert [
        url for url in requests if not url.startswith(("http://127.0.0.1:", "about:", "data:", "blob:http://127."))
    ] == []


@pytest.mark.some_cases(3)
@pytest.mark.parametrize(
    ("place", "label", "words", "written"),
    [
        ("blog/passare-le-consegne", "Titolo", "Passare il testimone", "title: Passare il testimone"),
        ("blog/un-nome-per-ogni-file", "Etichette", "archivio, nomi", "tags:\n  - archivio\n  - nomi"),
        ("pages/home", "Titolo grande", "Tu fai il tuo mestiere.", "heading: Tu fai il tuo mestiere."),
        ("services-micro/posta-e-telefono", "Quanto dura", "Un mese di prova", "duration: Un mese di prova"),
        ("services-micro/index", "Il cammino di chi legge", "vuoi crescere piano", "path: vuoi crescere piano"),
        ("office/availability", "Preavviso", "36h", "notice: 36h"),
        (
            "office/identity",
            "italiano",
            "Assistente virtuale in carne e ossa",
            "  it: Assistente virtuale in carne e ossa",
        ),
    ],
)
def test_editor_form_saves_its_field_and_leaves_the_rest_unchanged(
    editor: Editor, place: str, label: str, words: str, written: str
) -> None:
    collection, _, name = place.partition("/")
    file = f"{collection.replace('-', '/')}/{name}.md" if collection != "office" else f"{name}.yaml"
    before = editor.text(file)
    editor.open(f"{collection}/entries/{name}")
    editor.fill(label, words)
    editor.save()
    eventually(lambda: f"\n{written}\n" in editor.text(file))
    after = editor.text(file)
    # The text below the front matter is not touched, and what has no form is kept.
    assert file.endswith(".yaml") or after.rpartition("\n---\n")[2] == before.rpartition("\n---\n")[2]
    assert [(key in before) for key in _KEPT] == [(key in after) for key in _KEPT]
    assert check(editor.content) == Report((), ())


def test_new_post_in_the_editor_is_a_draft_dated_today(editor: Editor) -> None:
    editor.open("blog/new")
    editor.fill("Titolo", "L’agenda è piena, però")
    editor.fill("Categoria", "Mestiere")
    editor.page.locator("[contenteditable=true]").last.fill("Ciao. [Qui]({filename}/pages/contatti.md) *eh*.")
    editor.save()
    file = editor.content / "blog" / "l-agenda-e-piena-pero.md"
    eventually(lambda: file.exists() and "Ciao" in file.read_text(encoding="utf-8"))
    text = file.read_text(encoding="utf-8")
    assert re.search(r"(?m)^date: \d{4}-\d\d-\d\d$", text)
    assert "status: draft" in text
    assert text.endswith("---\nCiao. [Qui]({filename}/pages/contatti.md) *eh*.\n")
    assert check(editor.content).errors == ()


def test_an_emptied_field_that_is_not_required_is_no_mistake(editor: Editor) -> None:
    file = "blog/spese-che-si-dimenticano.md"
    editor.open("blog/entries/spese-che-si-dimenticano")
    editor.fill("Riassunto", "")
    editor.fill("Etichette", "")
    editor.save()
    eventually(lambda: "tags: []" in editor.text(file))
    assert check(editor.content).errors == ()


def test_the_form_itself_refuses_what_the_check_would(editor: Editor) -> None:
    before = editor.text("availability.yaml")
    editor.open("office/entries/availability")
    editor.fill("Preavviso", "un giorno")
    editor.save()
    expect(editor.page.get_by_text("Scrivi minuti, ore o giorni, per esempio 90m, 24h, 2d")).to_be_visible(
        timeout=PATIENCE
    )
    assert editor.text("availability.yaml") == before
