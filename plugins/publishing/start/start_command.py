"""Start command: asks who the site is of, and makes a content of her own in the place of the sample."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from plugins.content.colours.tokens import FOLDER, apply_palette, contrast_faults
from plugins.content.locale import language
from plugins.domain.language import _, speak
from plugins.publishing.checks.check import check
from plugins.publishing.checks.public_settings import ENDPOINT, SETTINGS, SITE, with_addresses
from plugins.publishing.checks.sample_leftovers import is_sample
from plugins.publishing.start.content_switch import is_committed, switch
from plugins.publishing.start.questions import QUESTIONS, Question, choices
from plugins.publishing.start.starter_content import write_content

LANGUAGES = ("it", "en", "de")


def add_command(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add this command to those of a command line."""
    starting = commands.add_parser("start", help=_("fa del sito d’esempio il tuo: chiede chi sei, e scrive content/"))
    starting.add_argument("--language", choices=LANGUAGES, help=_("Lingua del sito"))
    for question in QUESTIONS:
        offered = choices(question, {"language": _default_language(), "country": "IT"})
        starting.add_argument(question.flag, help=_(question.words, choices=offered).replace("%", "%%"))
    starting.add_argument("--yes", "--no-input", action="store_true", dest="yes", help=_("non chiede niente"))
    starting.add_argument("--force", action="store_true", help=_("anche dove content/ non è più l’esempio"))
    starting.add_argument("--content", type=Path, default=Path("content"))


def run(asked: argparse.Namespace) -> int:
    """Ask, write, check and switch; returns the exit code. Nothing is changed before all of it is right."""
    try:
        return _run(asked)
    except (KeyboardInterrupt, EOFError):
        words = _("Interrotto: non è cambiato niente.")
        print(f"\n{words}", file=sys.stderr)
        return 130


def _run(asked: argparse.Namespace) -> int:
    content, settings, theme = asked.content, asked.content.parent / SETTINGS, asked.content.parent / "theme"
    spoken = asked.language or (_default_language() if asked.yes else _ask_language())
    speak(language(spoken))
    committed = is_committed(content, settings, theme / FOLDER)
    if refusal := _refusal(content, committed, asked.force):
        print(refusal, file=sys.stderr)
        return 1
    answers = _answers(asked, {"language": spoken})
    if answers is None:
        return 1
    with tempfile.TemporaryDirectory(dir=content.absolute().parent, prefix=".start-") as place:
        new = Path(place) / "content"
        write_content(new, answers, date.today())
        faults = [fault.within(content) for fault in check(new).errors]
        try:
            texts = _settings(settings, answers) | _colours(theme, answers["palette"], Path(place), faults)
        except ValueError as error:
            faults.append(f"{settings}: {error}")
        if faults:
            print("\n".join([_("Non è cambiato niente. Da correggere:"), *faults]), file=sys.stderr)
            return 1
        kept = switch(content, new, texts, keep=not committed)
    _tell(content, kept)
    return 0


def _default_language() -> str:
    named = os.environ.get("LC_ALL", os.environ.get("LANG", ""))[:2]
    return named if named in LANGUAGES else LANGUAGES[0]


def _ask_language() -> str:
    default, offered = _default_language(), ", ".join(LANGUAGES)
    asked = f"Lingua del sito / Language of the site / Sprache der Website ({offered}) [{default}]: "
    while (typed := input(asked).strip() or default) not in LANGUAGES:
        print(offered)
    return typed


def _refusal(content: Path, committed: bool, force: bool) -> str:
    """Why nothing is written here without being forced; an empty text where there is no reason."""
    if force or not content.exists():
        return ""
    if not is_sample(content):
        return _("%(folder)s non è più il sito d’esempio. Per ricominciare da capo: --force", folder=content)
    if not committed:
        return _(
            "In %(folder)s, nei colori o in %(settings)s c’è qualcosa che git non ha. Fai un commit, oppure --force: "
            "quello che c’è ora si mette da parte.",
            folder=content,
            settings=SETTINGS,
        )
    return ""


def _answers(asked: argparse.Namespace, answers: dict[str, str]) -> Mapping[str, str] | None:
    """All answers, by flags, from who is asked, or by default; None where some are missing or wrong, which is told."""
    wrong: list[str] = []
    for question in QUESTIONS:
        given = getattr(asked, question.key)
        try:
            default = question.default(answers)
            if given is None and not asked.yes:
                answers[question.key] = _ask(question, answers, default)
            elif given is None and default is None:
                wrong.append(_("Manca %(flag)s: %(words)s", flag=question.flag, words=_words(question, answers)))
            else:
                answers[question.key] = _read(question, str(default if given is None else given), answers)
        except ValueError as error:
            wrong.append(f"{question.flag}: {error}")
        except KeyError:
            continue  # what it depends on is told already
    for line in wrong:
        print(line, file=sys.stderr)
    return None if wrong else answers


def _read(question: Question, typed: str, answers: Mapping[str, str]) -> str:
    if not typed.strip() and question.default(answers) == "":
        return ""
    return question.check(typed, answers)


def _ask(question: Question, answers: Mapping[str, str], default: str | None) -> str:
    while True:
        skip = _("si può saltare")
        shown = f" [{default}]" if default else f" ({skip})" if default == "" else ""
        typed = input(f"{_words(question, answers)}{shown}: ").strip()
        if not typed and default is None:
            print("  " + _("qui serve una risposta."))
            continue
        try:
            return _read(question, typed or default or "", answers)
        except ValueError as error:
            print(f"  {error}")


def _words(question: Question, answers: Mapping[str, str]) -> str:
    offered = choices(question, answers)
    words = _(question.words, choices=offered)
    return f"{words} ({offered})" if offered and offered not in words else words


def _settings(settings: Path, answers: Mapping[str, str]) -> dict[Path, str]:
    """The settings with her addresses, where there are any."""
    if not settings.is_file():
        return {}
    values = {SITE: answers["site"], ENDPOINT: answers["endpoint"]}
    return {settings: with_addresses(settings.read_text(encoding="utf-8"), values)}


def _colours(theme: Path, chosen: str, place: Path, faults: list[str]) -> dict[Path, str]:
    """The theme's colours of a palette; one that cannot be read is told."""
    if not chosen or not (theme / FOLDER).is_dir():
        return {}
    copy = place / "theme"
    files = sorted((theme / FOLDER).glob("*.css"))
    (copy / FOLDER).mkdir(parents=True)
    for file in files:
        (copy / FOLDER / file.name).write_bytes(file.read_bytes())
    apply_palette(copy, chosen)
    faults.extend(fault.within(theme) for fault in contrast_faults(copy))
    written = {file: (copy / FOLDER / file.name).read_text(encoding="utf-8") for file in files}
    return {file: text for file, text in written.items() if text != file.read_text(encoding="utf-8")}


def _tell(content: Path, kept: Path | None) -> None:
    print(_("Fatto: %(folder)s è tuo.", folder=content))
    if kept:
        print(_("Quello che c’era prima sta in %(folder)s: quando non serve più, toglilo.", folder=kept))
    print(_("Guardalo con «make serve», cambia quello che non ti somiglia, poi controllalo con «make controlla»."))
    print(
        _(
            "Rileggi %(page)s prima di pubblicare: dice che cosa fa questo programma con i dati. "
            "Chi ospita il sito e la posta lo sai tu.",
            page=content / "pages" / "privacy.md",
        )
    )
    print(_("Quando va bene, fai un commit di tutto e una push."))
