"""Check command: tells every fault of the content and of the site's address, with file and line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from plugins.content.base.faults import Fault
from plugins.content.colours.tokens import contrast_faults
from plugins.content.fonts.typefaces import font_faults
from plugins.domain.language import _, ngettext
from plugins.publishing.checks.check import check
from plugins.publishing.checks.live_commit import live_commit
from plugins.publishing.checks.public_settings import SETTINGS
from plugins.publishing.checks.removed_addresses import published
from plugins.publishing.checks.sample_leftovers import (
    left_people,
    left_words,
    reserved_addresses,
    sample_advice,
    unset_addresses,
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add these commands to those of a command line."""
    checking = commands.add_parser("check", help=_("controlla tutti i contenuti"))
    checking.add_argument("--content", type=Path, default=Path("content"))
    checking.add_argument(
        "--since", default="@{upstream}", help=_("il commit pubblicato, per gli indirizzi che spariscono")
    )
    checking.add_argument(
        "--live", action="store_true", help=_("confronta con quello che è in linea; --since dove il sito non lo dice")
    )
    looking = commands.add_parser("leftovers", help=_("dice che cosa è ancora del sito d’esempio"))
    looking.add_argument("--content", type=Path, default=Path("content"))


def run(asked: argparse.Namespace) -> int:
    """Run one of these commands and return its exit code."""
    content: Path = asked.content
    if not content.is_dir():
        print(_("La cartella %(folder)s non c’è.", folder=content), file=sys.stderr)
        return 1
    settings = content.parent / SETTINGS
    others = [fault.within(settings.parent) for fault in unset_addresses(content, settings)]
    # Where only texts lie, as in the tests, nothing is published from.
    advice = [fault.within(content) for fault in sample_advice(content) if settings.is_file()]
    advice += [fault.within(settings.parent) for fault in reserved_addresses(content, settings)]
    if asked.command == "leftovers":
        return _tell(content, [*left_words(content), *left_people(content)], others, advice)
    with _before(asked, settings) as before:
        report = check(content, before, date.today())
    theme = Path("theme")
    others += [fault.within(theme) for fault in (*contrast_faults(theme), *font_faults(theme))]
    code = _tell(content, report.errors, others, [*(fault.within(content) for fault in report.advice), *advice])
    if code == 0:
        fine = _("Nessun errore: si può pubblicare.")
        print(f"\n{fine}" if report.advice or advice else fine)
    return code


@contextmanager
def _before(asked: argparse.Namespace, settings: Path) -> Iterator[Path | None]:
    """The published content: of the commit that the live site shows, if it is asked and known, or of the one named."""
    commit = live_commit(settings) if asked.live else None
    if commit:
        with published(asked.content, commit) as before:
            if before is not None:
                yield before
                return
    if asked.live:
        print(_("Il sito in linea non dice che cosa mostra: confronto con «%(commit)s».", commit=asked.since))
    with published(asked.content, asked.since) as before:
        yield before


def _tell(content: Path, errors: Sequence[Fault], others: Sequence[str], advice: Sequence[str]) -> int:
    for line in [*(fault.within(content) for fault in errors), *others]:
        print(line)
    if advice:
        print(f"\n{_('Consigli, che non fermano la pubblicazione:')}")
        for line in advice:
            print(line)
    count = len(errors) + len(others)
    if count:
        wrong = ngettext("%(number)s errore da correggere.", "%(number)s errori da correggere.", count)
        print(f"\n{wrong}")
    return 1 if count else 0
