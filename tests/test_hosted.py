"""Hosted pages: their workflows check before they publish, and what is told of hosting is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from plugins.publishing.doctor import command as doctor
from plugins.publishing.server_commands import COMMANDS

ROOT = Path(__file__).parents[1]
WORKFLOWS = [".github/workflows/publish.yml", ".gitlab-ci.yml", ".forgejo/workflows/publish.yml"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_yaml_that_checks_and_then_publishes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    named = text.index("git rev-parse HEAD > output/published-commit.txt")
    assert 0 < text.index("make controlla LIVE=1") < text.index("make publish") < named


@pytest.mark.parametrize("name", [".github/workflows/test.yml", ".gitlab-ci.yml", ".forgejo/workflows/test.yml"])
def test_a_workflow_runs_the_tests_of_a_fork(name: str) -> None:
    jobs = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    job = jobs["jobs"]["test"] if "jobs" in jobs else jobs["test"]
    steps = job["script"] if "script" in job else [step.get("run", "") for step in job["steps"]]
    assert "make test" in "\n".join(steps)


@pytest.mark.parametrize("name", [name for name in WORKFLOWS if "gitlab" not in name])
def test_a_workflow_runs_each_night_for_the_posts_that_wait(name: str) -> None:
    # YAML 1.1 reads the key `on` as a truth.
    triggers = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))[True]
    assert triggers["schedule"] == [{"cron": "5 22,23 * * *"}]


@pytest.mark.parametrize(
    ("page", "some"), [("hosting.md", {"install", "follow"}), ("upgrade.md", {"upgrade", "install"})]
)
def test_every_command_that_a_page_on_hosting_names_is_one(page: str, some: set[str]) -> None:
    named = set(
        re.findall(r"(?:plugins\.|maglia )publishing (\w+)", (ROOT / "docs" / page).read_text(encoding="utf-8"))
    )
    assert some <= named <= {*COMMANDS, doctor.NAME}
