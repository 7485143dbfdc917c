"""The licence is there word for word, and every locked dependency has one that agrees with it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
RECORD = (ROOT / "docs" / "decisions" / "0025-licences.md").read_text(encoding="utf-8")
# Of the texts as the FSF and Creative Commons publish them, without their white space.
AGPL = "a3693c3e84ec70322b05aa8e542a9cd26b6cf918a857b79ff433e3e79c23424e"
CC0 = "1f5709f35f55f9c25a7a576a7837dfacb94e5165aea579aa8aebc49c66f6bf20"

# By SPDX, or by the words that a package's metadata has for it.
ALLOWED = {
    "AGPL-3.0-or-later",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
    "Apache Software License",
    "BSD License",
    "GNU Affero General Public License v3 or later (AGPLv3+)",
    "GNU General Public License v2 or later (GPLv2+)",
    "GNU Lesser General Public License v2 or later (LGPLv2+)",
    "GNU Lesser General Public License v3 (LGPLv3)",
    "GNU Lesser General Public License v3 or later (LGPLv3+)",
    "MIT License",
    "Mozilla Public License 2.0 (MPL 2.0)",
}
# Read by hand: their metadata names no licence, or one of a part that nothing here uses.
READ_BY_HAND = {"dkimpy": "Zlib", "docutils": "BSD-2-Clause", "pysqlite3": "Zlib", "resvg-py": "MIT"}


def locked() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.removesuffix("\\").strip()) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    assert len(found) > 50
    return found


def licences(name: str) -> set[str]:
    """What a package's metadata says: an SPDX expression, else its classifiers, else its own words."""
    about = metadata.metadata(name)
    if "License-Expression" in about:
        return set(re.split(r" (?:AND|OR) ", about["License-Expression"]))
    classifiers = [one for one in about.get_all("Classifier") or () if one.startswith("License :: ")]
    named = {one.rpartition(" :: ")[2] for one in classifiers} - {"OSI Approved", "DFSG approved"}
    return named or set(about.get_all("License") or ())


@pytest.mark.parametrize("requirement", locked(), ids=lambda one: one.name)
def test_each_locked_package_has_a_licence_that_agrees(requirement: Requirement) -> None:
    if requirement.marker is None or requirement.marker.evaluate():
        found = licences(requirement.name)
        assert requirement.name in READ_BY_HAND or (found and found <= ALLOWED)


@pytest.mark.parametrize("requirement", locked(), ids=lambda one: one.name)
def test_each_locked_package_is_in_the_record(requirement: Requirement) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(requirement.name)}(?![\w-])", RECORD)


def test_the_licence_is_named_by_its_identifier() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["license"], project["license-files"]) == ("AGPL-3.0-or-later", ["LICENSE"])


@pytest.mark.parametrize(("file", "digest"), [("LICENSE", AGPL), ("tests/sample/content/LICENSE", CC0)])
def test_the_text_of_a_licence_is_word_for_word(file: str, digest: str) -> None:
    words = "".join((ROOT / file).read_text(encoding="utf-8").split())
    assert hashlib.sha256(words.encode()).hexdigest() == digest
