"""Clone of the sample, for tests that make it somebody's own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from plugins.publishing.__main__ import main
from tests.building import copy_checkout

IRMA: Mapping[str, str] = {
    "language": "it",
    "name": "Irma Salvi",
    "brand": "Studio Salvi",
    "profession": "psicologa a Torino",
    "email": "irma@salvi.it",
    "phone": "+39 011 234 5678",
    "address": "Via Po 1, 10124 Torino",
    "vat_number": "00743110157",
    "legal": "Iscritta all’albo degli psicologi del Piemonte, n. 1.",
    "kind": "care",
    "site": "https://irmasalvi.it",
}
KURT: Mapping[str, str] = {
    "language": "en",
    "name": "Kurt Vogel",
    "brand": "Vogel Advice",
    "profession": "energy consultant in Berlin",
    "email": "kurt@vogel.de",
    "address": "Kastanienallee 2, 10435 Berlin",
    "country": "Germany",
    "region": "BE",
    "kind": "advice",
    "site": "https://kurtvogel.github.io/site/",
    "endpoint": "https://book.vogel.de/",
    "palette": "sea",
}
HEDI: Mapping[str, str] = {
    "language": "de",
    "name": "Hedi Maier",
    "brand": "Maier übt",
    "profession": "Nachhilfe in Graz",
    "email": "hedi@maier.at",
    "phone": "+43 316 123456",
    "address": "Färbergasse 3, 8010 Graz",
    "country": "Österreich",
    "region": "6",
    "hours": "Mo-Do 9-13 14.30-17; Sa 10-12",
    "kind": "teaching",
    "site": "https://hedimaier.github.io/website/",
    "endpoint": "https://termin.maier.at/",
}


def clone(folder: Path) -> Path:
    """A committed copy of the sample with its settings and colours, without the code."""
    copy_checkout(folder, "content", "publishconf.py", "pelicanconf.py", "theme")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Sample")
    return folder


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder."""
    who = ["-c", "user.name=Irma", "-c", "user.email=irma@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def start(folder: Path, answers: Mapping[str, str], *options: str) -> int:
    """Run the command with answers as flags, asking nothing."""
    flags = [word for key, value in answers.items() for word in (f"--{key.replace('_', '-')}", value)]
    return main(["start", "--content", str(folder / "content"), "--yes", *flags, *options])


def revision(folder: Path, name: str) -> str:
    """The commit of a name."""
    done = subprocess.run(["git", "rev-parse", name], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()
