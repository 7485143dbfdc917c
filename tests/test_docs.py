"""What the documents promise is what there is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from markdown import Markdown

from plugins.publishing.checks.check import check
from tests.building import CONTENT, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "guida.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def code_blocks(text: str) -> list[str]:
    """The indented blocks of a document, without their indent."""
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", text, re.MULTILINE)
    return ["\n".join(line[4:] for line in block.strip("\n").split("\n")) for block in blocks]


@pytest.mark.parametrize("text", [README, GUIDE], ids=["README", "guida"])
def test_every_target_named_is_in_the_makefile(text: str) -> None:
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE))
    assert named
    assert named <= set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))


def test_every_target_says_what_it_does() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    told = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
    assert set(phony[1].split()) == told


def test_readme_names_exactly_the_variables_the_endpoint_reads() -> None:
    source = (ROOT / "plugins" / "booking" / "settings.py").read_text(encoding="utf-8")
    read = {f"BOOKING_{name}" for name in re.findall(r'"(?:BOOKING_)?([A-Z]+(?:_[A-Z]+)*)"', source)}
    # `BOOKING_URL` is a setting of the site, not of the endpoint.
    assert set(re.findall(r"BOOKING_[A-Z_]+", README)) - {"BOOKING_URL"} == read


@pytest.mark.parametrize("text", [README, GUIDE], ids=["README", "guida"])
def test_the_example_of_a_post_is_one(text: str, tmp_path: Path) -> None:
    post = next(block for block in code_blocks(text) if block.startswith("---\n"))
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (content / "blog" / "esempio.md").write_text(post, encoding="utf-8")
    assert check(content).errors == ()


def test_guide_shows_the_message_of_a_mistake_verbatim(tmp_path: Path) -> None:
    shown = next(block for block in code_blocks(GUIDE) if block.startswith("content/"))
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    service = content / "services" / "macro" / "verifica-costi.md"
    service.write_text(service.read_text(encoding="utf-8").replace("\nsummary:", "\nsumary:"), encoding="utf-8")
    told = [fault.within(Path("content")) for fault in check(content).errors]
    assert shown in told


def test_every_link_of_the_guides_table_leads_to_a_file() -> None:
    for path in re.findall(r"\{filename\}(/[\w./-]+)", GUIDE):
        assert (CONTENT / path.lstrip("/")).is_file(), path


def test_the_guides_table_of_markdown_is_right() -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", GUIDE, re.MULTILINE)
    converted = {row[0]: Markdown().convert(row[0]) for row in rows}
    assert converted["## Un titolo"] == "<h2>Un titolo</h2>"
    assert converted["**importante**"] == "<p><strong>importante</strong></p>"
    assert converted["*con enfasi*"] == "<p><em>con enfasi</em></p>"
