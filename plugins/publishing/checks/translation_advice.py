"""Translation advice: texts that a language lacks, translations older than their originals, links that leave it."""

from __future__ import annotations

import subprocess
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.base.ignored_files import content_files
from plugins.content.base.translated_files import original_files, original_of, translation_of
from plugins.content.language_names import language_names
from plugins.content.markup.links import OF_CLIENTS, target
from plugins.content.markup.markdown_parts import Markup
from plugins.content.site import Entry, is_draft
from plugins.content.source_files import Source
from plugins.domain.language import _
from plugins.publishing.git.git_repository import private_environment


def unseen_translations(root: Path, languages: Container[str]) -> Iterator[Fault]:
    """Tell the translations into a language that the site does not have."""
    for path in content_files(root, "**/*.md"):
        found = original_of(root, path)
        if found and found[1] not in languages:
            what = _(
                "Questa traduzione non si vede: il sito non ha la lingua «%(code)s». Mettila in languages di "
                "identity.yaml, e traduci la pagina iniziale. Esempio: pages/home.%(code)s.md",
                code=found[1],
            )
            yield Fault(path, 1, what)


def translation_advice(
    root: Path, code: str, originals: Sequence[Source[Entry]], translated: Mapping[str, tuple[Source[Entry], Markup]]
) -> Iterator[Fault]:
    """Tell what of a language is missing, old, or leads out of it; `translated` are its texts by their originals."""
    (name,) = language_names((code,))
    paths = [source.path for source in originals if not is_draft(source.value)]
    paths += [path for folder in OF_CLIENTS for path in original_files(root, f"{folder}/*.md")]
    for path in paths:
        if translation_of(root, path, code) is None:
            what = _(
                "Manca la traduzione (%(language)s), e in quella lingua la pagina non c’è. Esempio: %(file)s",
                language=name,
                file=path.with_name(f"{path.stem}.{code}{path.suffix}").name,
            )
            yield Fault(path, 1, what)
    ages = _ages(root)
    for path in paths:
        translation = translation_of(root, path, code)
        if translation and ages.get(path.as_posix(), 0) < ages.get(translation.as_posix(), 0):
            what = _("L’originale è cambiato dopo questa traduzione. Rileggila accanto a %(file)s.", file=path.name)
            yield Fault(translation, 1, what)
    for source, markup in translated.values():
        for link, line in markup.links:
            place = target(source.document, link.removeprefix("{filename}").partition("#")[0].partition("?")[0])
            if link.startswith("{filename}") and place not in translated:
                what = _(
                    "Il collegamento porta a %(file)s, che in questa lingua non c’è (%(language)s).",
                    file=place,
                    language=name,
                )
                yield Fault(source.document.path, line, what)


def _ages(root: Path) -> dict[str, int]:
    """How many commits ago each text was changed, by its path; without git, or before the first commit, none.

    What is being written now counts as changed.
    """
    commits, now = _git(root, "log", "--format=%x01"), _git(root, "diff", "HEAD")
    if commits is None or now is None:
        return {}
    found: dict[str, int] = dict.fromkeys(now, 0)
    age = 0
    for line in commits:
        age += line == "\x01"
        if line.strip("\x01"):
            found.setdefault(line, age)
    return found


def _git(root: Path, *words: str) -> list[str] | None:
    """The lines that git tells of the files below a folder; None where it tells nothing."""
    command = ["git", "-C", str(root), *words, "--name-only", "--relative", "--", "."]
    try:
        done = subprocess.run(command, env=private_environment(), capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.splitlines() if done.returncode == 0 else None
