"""The glossary explains the name of every module, and nothing that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "glossary.md"
GLOSSARY = FILE.read_text(encoding="utf-8")
TERMS = re.findall(r"^\*\*(.+?)\*\* — .+\.$", GLOSSARY, re.MULTILINE)
PLAIN = re.search(r"^Plain words: (.+)\.$", GLOSSARY, re.MULTILINE)


def as_name(term: str) -> str:
    """A term as the name of a module would write it."""
    return re.sub(r"[^a-z0-9]+", "_", term.lower())


def stems() -> set[str]:
    """The names of all modules; a package has that of its folder."""
    found = sorted((ROOT / "plugins").rglob("*.py"))
    # Migrations are numbered, and a command has the name of its package.
    named = {path.parent.name if path.stem in ("__init__", "__main__") else path.stem for path in found}
    return {re.sub(r"^\d+_", "", name) for name in named}


def explained() -> set[str]:
    """All names that are a term, in the singular or the plural, or a plain word."""
    assert PLAIN
    names = {as_name(term) for term in TERMS}
    return names | {f"{name}{end}" for name in names for end in ("s", "es")} | set(PLAIN[1].split(", "))


def test_every_module_is_named_by_terms_or_plain_words() -> None:
    known = explained()
    assert [name for name in sorted(stems()) if name not in known and not known.issuperset(name.split("_"))] == []


def test_every_plain_word_is_one_of_a_module() -> None:
    assert PLAIN
    words = {word for name in stems() for word in name.split("_")}
    plain = PLAIN[1].split(", ")
    assert plain == sorted(set(plain) & words)


def test_every_term_is_used_in_code_or_documents() -> None:
    files = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "plugins").rglob("*.py")]
    said = "\n".join(f"{path.name} {path.read_text(encoding='utf-8')}" for path in files if path != FILE).lower()
    spoken = f" {re.sub(r'[^a-z0-9]+', ' ', said)} "
    names = [as_name(term).replace("_", " ") for term in TERMS]
    assert [name for name in names if not re.search(rf" {name}(s|es)? ", spoken)] == []


def test_terms_stand_once_each_in_their_order() -> None:
    lines = [line for line in GLOSSARY.splitlines() if line.startswith("**")]
    assert len(lines) == len(TERMS)
    assert sorted(set(TERMS), key=str.lower) == TERMS
