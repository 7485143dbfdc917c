"""What the documents promise is what there is."""

from __future__ import annotations

import re
import shutil
from calendar import day_name
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from markdown import Markdown
from pydantic import BaseModel

from plugins.booking.arguments import parser
from plugins.content.base.model_keys import keys_of, models_in
from plugins.content.keys.reference import FILES
from plugins.content.locale import codes, language
from plugins.content.office_reader import read_office
from plugins.content.templates.formats import price
from plugins.domain.catalogue import Price
from plugins.domain.language import ITALIAN, _, speak
from plugins.domain.questions import Question
from plugins.publishing.checks.check import check
from tests.building import CONTENT, ROOT
from tests.guides import ENGLISH_GUIDE, GUIDES, ITALIAN_GUIDE, Guide, code_blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
in_both = pytest.mark.parametrize("guide", GUIDES, ids=[guide.language for guide in GUIDES])
in_all = pytest.mark.parametrize(
    "text", [README, *(guide.text for guide in GUIDES)], ids=["README", *(guide.language for guide in GUIDES)]
)


@pytest.fixture(autouse=True)
def _italian_again() -> Iterator[None]:
    yield
    speak(ITALIAN)


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model of the content and all those inside."""
    yield model
    for info in keys_of(model).values():
        for inner in models_in(info.annotation):
            yield from models(inner)


KEYS = {key for model in FILES.values() for one in models(model) for key in keys_of(one)}


def keys_in(value: Any) -> Iterator[str]:  # noqa: ANN401 - YAML holds whatever it holds
    """The keys of a value of YAML, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            # Below it stand the names that she gave to her questions.
            yield from () if key == "when" else keys_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner)


def yaml_of(code: str) -> object:
    """What a piece of code says as YAML, the head of a post too; None where it is no key with its value."""
    head = code.split("---\n")[1] if code.startswith("---\n") else code
    return yaml.safe_load(head) if re.match(r"(?!remote:)[a-z_]+:[ \n]", head) else None


def inline_keys(text: str) -> list[str]:
    """The keys that a text names in its prose, in their order."""
    prose = re.sub(r"(?m)^(?: {4}|\|).*$", "", text)
    named = re.findall(r"`([^`\n]+)`|\*\*([a-z_: ]+)\*\*", prose)
    found = [code or bold for code, bold in named]
    return [key for one in found for key in ([*keys_in(yaml_of(one))] or [one]) if key in KEYS]


def shape(text: str) -> list[tuple[int, list[str]]]:
    """The blocks of a text: how many lines, and which keys or commands; words by language are in two of them."""
    blocks = code_blocks(text)
    commands = [re.findall(r"(?m)^(?:make|git|\.venv\S+) \S+", block) for block in blocks]
    return [
        (len(block.splitlines()), ["by language" if key in codes() else key for key in keys_in(yaml_of(block))] + typed)
        for block, typed in zip(blocks, commands, strict=True)
    ]


@in_all
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
    source = (ROOT / "plugins" / "booking" / "oauth" / "client_settings.py").read_text(encoding="utf-8")
    read |= {f"BOOKING_{name}" for name in re.findall(r'"((?:GOOGLE|MICROSOFT)_[A-Z_]+)"', source)}
    # `BOOKING_URL` is a setting of the site, not of the endpoint.
    assert set(re.findall(r"BOOKING_[A-Z_]+", README)) - {"BOOKING_URL"} == read


def test_readme_names_every_command_of_the_endpoint() -> None:
    listed = re.search(r"\{([a-z,-]+)\}", " ".join(parser().format_usage().split()))
    assert listed
    missing = [one for one in listed[1].split(",") if not re.search(rf"(?:`|plugins\.booking ){one}\b", README)]
    assert missing == []


def test_the_readmes_example_of_a_post_is_one(tmp_path: Path) -> None:
    post = next(block for block in code_blocks(README) if block.startswith("---\n"))
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    (content / "blog" / "esempio.md").write_text(post, encoding="utf-8")
    assert check(content).errors == ()


@in_both
def test_the_guides_example_of_a_post_is_one(guide: Guide, tmp_path: Path) -> None:
    content = guide.content(tmp_path)
    (content / "blog" / "esempio.md").write_text(guide.block("---\n"), encoding="utf-8")
    assert check(content).errors == ()


@in_both
def test_the_guides_words_of_a_client_are_some(guide: Guide, tmp_path: Path) -> None:
    content = guide.content(tmp_path)
    (content / "testimonials").mkdir(exist_ok=True)
    text = f"---\n{guide.block('who: ')}\n---\nEcco.\n"
    (content / "testimonials" / "ada.md").write_text(text, encoding="utf-8")
    assert check(content).errors == ()


@in_both
def test_guide_shows_the_message_of_a_mistake_verbatim(guide: Guide, tmp_path: Path) -> None:
    content = guide.content(tmp_path)
    service = content / guide.service
    service.write_text(service.read_text(encoding="utf-8").replace("\nsummary:", "\nsumary:"), encoding="utf-8")
    told = [fault.within(Path("content")) for fault in check(content).errors]
    assert guide.block("content/services/") in told


@in_both
def test_every_link_of_the_guides_table_leads_to_a_file(guide: Guide, tmp_path: Path) -> None:
    content = guide.content(tmp_path)
    linked = re.findall(r"\{filename\}(/[\w./-]+)", guide.text)
    assert len(linked) == 3
    for path in linked:
        assert (content / path.lstrip("/")).is_file(), path


@pytest.mark.parametrize(
    ("guide", "heading", "strong", "stressed"),
    [
        (ITALIAN_GUIDE, "Un titolo", "importante", "con enfasi"),
        (ENGLISH_GUIDE, "A heading", "important", "with emphasis"),
    ],
    ids=["it", "en"],
)
def test_the_guides_table_of_markdown_is_right(guide: Guide, heading: str, strong: str, stressed: str) -> None:
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", guide.text, re.MULTILINE)
    converted = {row[0]: Markdown().convert(row[0]) for row in rows}
    assert converted[f"## {heading}"] == f"<h2>{heading}</h2>"
    assert converted[f"**{strong}**"] == f"<p><strong>{strong}</strong></p>"
    assert converted[f"*{stressed}*"] == f"<p><em>{stressed}</em></p>"


@in_both
def test_every_key_of_the_guide_is_one_of_the_content(guide: Guide) -> None:
    written = [*guide.blocks, *re.findall(r"`([^`\n]+)`", guide.text)]
    named = {key for code in written for key in keys_in(yaml_of(code))}
    assert len(named) > 40
    # Words may be told by language.
    assert named <= {*KEYS, *map(str.lower, day_name), *codes()}


@in_both
def test_every_key_said_by_name_alone_is_known(guide: Guide) -> None:
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)*)`", guide.text))
    values = {"video", "phone", "in_person", "automatic", "manual", "first", "second", "both", "en"}
    values |= {*get_args(Question.model_fields["type"].annotation)}
    pages = {file.stem for file in (CONTENT / "pages").glob("*.md")}
    assert words <= KEYS | values | pages


def test_both_guides_have_the_same_chapters_and_blocks() -> None:
    italian, english = ITALIAN_GUIDE.sections, ENGLISH_GUIDE.sections
    assert [one.split(" ", 1)[0] for one in italian[1:]] == [one.split(" ", 1)[0] for one in english[1:]]
    for one, other in zip(italian, english, strict=True):
        heading = other.splitlines()[0]
        assert shape(one) == shape(other), heading
        assert Counter(inline_keys(one)) == Counter(inline_keys(other)), heading


@in_both
def test_the_guides_prices_read_as_they_are_quoted(guide: Guide, tmp_path: Path) -> None:
    identity = read_office(guide.content(tmp_path)).identity
    speak(language(guide.language))
    chapter = next(one for one in guide.sections if "\n    price: " in one)
    shown = re.findall(r"price: (\{(?:from|exact).*?\})", chapter)
    assert len(shown) == 2
    for one in shown:
        words = price(Price.model_validate(yaml.safe_load(one)), identity.currency or "EUR")
        assert words.replace("\N{NO-BREAK SPACE}", " ") in chapter


@in_both
def test_what_the_guide_presses_in_the_diary_is_there(guide: Guide) -> None:
    speak(language(guide.language))
    chapter = next(one for one in guide.sections if "/agenda/" in one.split("\n\n")[1])
    pressed = re.findall(r"\*\*([^*]+)\*\*", chapter)
    catalogue = (ROOT / "theme" / "locales" / "en.po").read_text(encoding="utf-8")
    said = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', catalogue, re.MULTILINE))
    known = set(said) if guide.language == "it" else set(said.values())
    page_of_one = chapter.split("- **")[2].split("**")[0]
    assert len(pressed) == 17
    assert set(pressed) - known == {page_of_one}
    editor = next(one for one in guide.sections if "`/admin/`" in one)
    assert set(re.findall(r"\*\*([^*]+)\*\*", editor)) <= known


@in_both
def test_the_guide_quotes_the_mark_of_spam(guide: Guide) -> None:
    speak(language(guide.language))
    assert _("[Forse spam] %(subject)s", subject="").strip() in guide.text


def test_readme_leads_to_both_guides() -> None:
    for guide in GUIDES:
        assert f"(docs/{guide.file})" in README


@pytest.mark.parametrize("file", DOCS, ids=[file.name for file in DOCS])
def test_no_document_says_a_paragraph_twice(file: Path) -> None:
    text = re.sub(r"(?m)^ {4}.*$", "", file.read_text(encoding="utf-8"))
    parts = [] if file.name in ("keys.md", "chiavi.md") else [" ".join(part.split()) for part in text.split("\n\n")]
    lines = [line for line in text.splitlines() if len(line) > 40]
    assert [part for part, number in Counter(parts).items() if number > 1 and len(part) > 40] == []
    # The reference of keys tells of the same group at each place where it may be written.
    if file.name not in ("keys.md", "chiavi.md"):
        assert [line for line, number in Counter(lines).items() if number > 1] == []


@pytest.mark.parametrize("file", DOCS, ids=[file.name for file in DOCS])
def test_headings_stand_apart_and_are_said_once(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    glued = re.findall(r"(?m)^(?!#)(?! {4})(?!```)\S.*\n(?=##)", text)
    assert glued == []
    if file.name not in ("keys.md", "chiavi.md"):
        headings = re.findall(r"(?m)^#+ .*$", re.sub(r"(?ms)^```.*?^```", "", text))
        assert [one for one, number in Counter(headings).items() if number > 1] == []


def test_decisions_are_listed_in_their_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d+)\]\(decisions/(\d+)-", text, re.MULTILINE)
    numbers = [int(number) for number, _file in rows]
    assert numbers == sorted(numbers)
    assert [f"{number:04}" for number in numbers] == [file for _number, file in rows]
    assert {file for _number, file in rows} == {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}


@pytest.mark.parametrize("file", DOCS, ids=[file.name for file in DOCS])
def test_numbered_lists_count_up_by_one(file: Path) -> None:
    before = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        if item := re.match(r"(\d+)\. ", line):
            assert int(item[1]) == before + 1, line
            before += 1
        elif line.strip() and not line.startswith(("   ", "```")):
            before = 0
