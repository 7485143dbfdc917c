"""Tests of the sample's words are told apart where `content/` is another owner's, and no other test reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import copy_checkout, edit

_TESTS = """
import pytest
from tests.building import OWN_CONTENT
def read(): return (OWN_CONTENT / "identity.yaml").read_text(encoding="utf-8")
@pytest.mark.sample_content
def test_its_words(): assert "Bice Campione" in read()
@pytest.mark.any_content
def test_whatever_it_says(): assert read()
def test_of_the_product(): pass
"""
_UNMARKED = "def test_without_a_mark(): assert read()\n"
_STARTING = """
import subprocess, sys
from tests.building import ROOT
def test_starts(): subprocess.run([sys.executable, "-m", "plugins.booking", "--version"], cwd=ROOT, env={})
"""


def run(folder: Path, text: str, *options: str) -> str:
    (folder / "tests" / "test_it.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.own_content", *options],
        cwd=folder,
        env=os.environ | {"PYTEST_DEBUG_TEMPROOT": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


@pytest.fixture
def fork(tmp_path: Path) -> Path:
    """A repository with no more in it than this needs."""
    copy_checkout(tmp_path, "content", "pyproject.toml")
    (tmp_path / "tests").mkdir()
    return copy_checkout(tmp_path, "tests/building.py", "tests/own_content.py", "tests/sample")


def test_no_test_is_left_out_of_the_sample(fork: Path) -> None:
    said = run(fork, _TESTS, "-n", "0")
    assert "3 passed" in said
    assert "left out" not in said


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_samples_words_are_left_out_of_a_fork(fork: Path, workers: str) -> None:
    edit(fork / "content" / "identity.yaml", "Bice Campione", "Irma Salvi")
    said = run(fork, _TESTS, "-n", workers)
    assert "2 passed" in said
    assert "1 tests of the sample’s own words (marked sample_content) were left out" in said


@pytest.mark.parametrize("text", [_TESTS + _UNMARKED, _STARTING], ids=["opens", "starts"])
def test_an_unmarked_test_that_reads_the_content_fails(fork: Path, text: str) -> None:
    said = run(fork, text, "-n", "0")
    assert "1 failed" in said
    assert "another owner’s in a fork" in said
