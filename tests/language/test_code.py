"""No sentence of the code is said past the catalogue, be it to a visitor, to the owner or to whoever writes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from plugins.content.templates.extract_messages import extracted
from tests.building import ROOT

_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"%\(\w+\)s|<[^>]*>|`[^`]*`|\S+@\S+|(?:^|[{,\[] ?)[a-z_]+: ")
# Types, names and patterns, and what is told to operators and developers in English; the days that Babel has too.
NO_SENTENCES = re.compile(
    r"text/\w+; charset=utf-8|attachment; filename=.*|\w+: [\w/-]+|luned.|marted.|mercoled.|gioved.|venerd.|.*\[.*\].*"
    r"|no answer within |is not a database address|  git push sito main|A server to push to is in |: push it first\."
    r"|python -m plugins\.\w+|<!doctype html>.*|<li id=\"|makes a server to push to| cannot come in: "
    r"|; form-action 'self'|it leads on to another server"
)


# Rooms that speak to operators alone, in English: there any word of the catalogue's may stand, and no accent.
ENGLISH = (
    "plugins/booking/account_trial.py",
    "plugins/booking/backups/",
    "plugins/booking/calendars/graph/graph_trial.py",
    "plugins/booking/oauth/operator_words.py",
    "plugins/booking/setup_checks/",
    "plugins/booking/unit_failure.py",
    "plugins/content/findings.py",
    "plugins/publishing/doctor/",
    "plugins/publishing/importing/",
    "plugins/publishing/install_instructions.py",
    "plugins/publishing/release/rebuild.py",
)


def vocabulary() -> set[str]:
    """The words of the catalogue's source, without what is no language in it: code, keys of examples, addresses."""
    said = (one for message in extracted() for one in ([message.id] if isinstance(message.id, str) else message.id))
    return {word.lower() for text in said for word in _WORD.findall(_NO_WORDS.sub(" ", text))}


def sentences(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each string that is neither a message nor an explanation."""
    tree = ast.parse(source)
    spared: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spared.add(id(node.value))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"_", "N_", "ngettext"}:
            messages = node.args[:2] if ast.unparse(node.func) == "ngettext" else node.args[:1]
            spared |= {id(one) for one in messages if isinstance(one, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spared:
            yield node.lineno, node.value


def is_said(text: str, words: set[str]) -> bool:
    """Whether a text reads like one of the interface: words with spaces between, most of them known from there."""
    if NO_SENTENCES.fullmatch(text):
        return False
    if re.search(r"[àèéìòù]|\w’[\w ]|«\w", text):
        return True
    found = [word.lower() for word in _WORD.findall(text)]
    return " " in text.strip() and len(found) > 1 and sum(word in words for word in found) > 0.6 * len(found)


def test_every_sentence_of_the_code_is_a_message() -> None:
    words = vocabulary()
    left = []
    for file in sorted((ROOT / "plugins").rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        found = sentences(file.read_text(encoding="utf-8"))
        known = set[str]() if name.startswith(ENGLISH) else words
        left += [(f"{name}:{line}", text) for line, text in found if is_said(text, known)]
    assert left == []


def test_a_sentence_that_is_no_message_is_noticed() -> None:
    words = {"scegli", "un", "orario", "la", "data", "manca"}
    source = """
def f(x):
    'Scegli un orario.'
    g(_("Scegli un orario"), "Scegli un orario")
    return f"La data {x} manca"
"""
    assert [one for one in sentences(source) if is_said(one[1], words)] == [(4, "Scegli un orario"), (5, "La data ")]
    assert is_said("Perché no", set())
    assert not is_said("a key of the table", words)
