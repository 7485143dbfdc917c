"""Sample leftovers: what of the sample site still stands in another owner's content and settings."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plugins.content.active_locale import IDENTITY
from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.ignored_files import content_files
from plugins.content.base.yaml_locations import read_yaml
from plugins.content.markup.links import OF_CLIENTS
from plugins.domain.language import _
from plugins.publishing.checks.public_settings import SITE, Address, addresses

# Made from the sample by `python -m tests.publishing.checks.sample_list`.
_LIST = Path(__file__).with_name("sample.json")
_TEXTS = (".md", ".yaml", ".yml", ".svg", ".txt", ".html", ".csv")


@dataclass(frozen=True)
class Sample:
    """The sample's own data, and each of its files by its digest."""

    owner: str
    words: tuple[str, ...]
    files: Mapping[str, str]


@cache
def sample() -> Sample:
    """The sample as it is listed beside this module."""
    listed = json.loads(_LIST.read_text(encoding="utf-8"))
    return Sample(listed["owner"], tuple(listed["words"]), listed["files"])


def digest(content: bytes) -> str:
    """What stands for a file of the sample; other line ends say the same."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def is_sample(content: Path) -> bool:
    """Whether a content is still the sample's: its identity names the sample's owner."""
    return _identity(content).get("name") == sample().owner


def sample_advice(content: Path) -> tuple[Fault, ...]:
    """The one thing to say of a content that is still the sample."""
    if not is_sample(content):
        return ()
    what = _("Questo è ancora il sito d’esempio, di una persona inventata. Per farne il tuo scrivi: make mine")
    return (read_yaml(content, IDENTITY).fault(("name",), what),)


def left_words(content: Path) -> Iterator[Fault]:
    """Tell the sample owner's data in the content of somebody else: a name, an address, a VAT number."""
    if not _identity(content) or is_sample(content):
        return
    for path in sorted(content_files(content)):
        if path.suffix.lower() in _TEXTS:
            text = (content / path).read_text(encoding="utf-8", errors="replace")
            yield from _told(path, text)


def _told(path: Path, text: str) -> Iterator[Fault]:
    seen: set[int] = set()
    for words in sample().words:
        # However it is spaced or broken into lines; what is small is another word.
        for found in re.finditer(r"\s+".join(map(re.escape, words.split())), text):
            line = text.count("\n", 0, found.start()) + 1
            if line in seen:
                continue
            seen.add(line)
            what = _(
                "«%(words)s» è del sito d’esempio, di una persona inventata. Scrivi il tuo, o toglilo.", words=words
            )
            yield Fault(path, line, what)


def left_people(content: Path) -> Iterator[Fault]:
    """Tell the sample's face, and what its clients said, in the content of somebody else: nobody may keep these."""
    for path, named in _unchanged(content):
        if _is_of_people(named):
            what = _(
                "È del sito d’esempio: queste persone sono inventate, e qui passerebbero per vere. Toglilo, o mettici "
                "quello che è tuo."
            )
            yield Fault(path, 1, what)


def unchanged_files(content: Path) -> Iterator[Fault]:
    """Advice on the files that somebody else's content has from the sample, as they were: they may be kept."""
    for path, named in _unchanged(content):
        if not _is_of_people(named):
            what = _("È ancora il file del sito d’esempio, tale e quale. Fallo tuo, o toglilo.")
            yield Fault(path, 1, what)


def _unchanged(content: Path) -> Iterator[tuple[Path, str]]:
    """The files that somebody else's content has from the sample, each with what it is called there."""
    if not _identity(content) or is_sample(content):
        return
    for path in sorted(content_files(content)):
        if named := sample().files.get(digest((content / path).read_bytes())):
            yield path, named


def _is_of_people(named: str) -> bool:
    return named.startswith((*(f"{folder}/" for folder in OF_CLIENTS), "images/ritratto."))


def unset_addresses(content: Path, settings: Path) -> Iterator[Fault]:
    """Tell the settings of somebody else's site that still have the sample's address, or none."""
    for name, address, host, line in _addresses(content, settings):
        if (name == SITE and not host) or any(host.endswith(words) for words in sample().words):
            what = _(
                "«%(name)s» è «%(address)s», dove non c’è il tuo sito. Scrivi il tuo indirizzo. "
                'Esempio: %(name)s = "https://esempio.it"',
                name=name,
                address=address,
            )
            yield Fault(Path(settings.name), line, what)


def reserved_addresses(content: Path, settings: Path) -> Iterator[Fault]:
    """Advice on addresses where no site can ever be (RFC 2606)."""
    for name, address, host, line in _addresses(content, settings):
        if host.endswith(".example") and not any(host.endswith(words) for words in sample().words):
            what = _(
                "«%(name)s» è «%(address)s»: gli indirizzi che finiscono per .example servono per prova, e non si "
                "raggiungono.",
                name=name,
                address=address,
            )
            yield Fault(Path(settings.name), line, what)


def _addresses(content: Path, settings: Path) -> Iterator[Address]:
    """The addresses that settings name; none where the content is the sample."""
    return addresses(settings) if _identity(content) and not is_sample(content) else iter(())


def _identity(content: Path) -> Mapping[str, object]:
    """What the identity says; nothing where it cannot be read, which is told elsewhere."""
    with suppress(ContentError):
        return read_yaml(content, IDENTITY).values
    return {}
