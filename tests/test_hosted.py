"""The workflows of hosted pages run the check before they publish."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = [".github/workflows/publish.yml", ".gitlab-ci.yml", ".forgejo/workflows/publish.yml"]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_is_yaml_that_checks_and_then_publishes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    assert 0 < text.index("make controlla") < text.index("make publish")


@pytest.mark.parametrize("name", [name for name in WORKFLOWS if "gitlab" not in name])
def test_a_workflow_runs_each_night_for_the_posts_that_wait(name: str) -> None:
    # YAML 1.1 reads the key `on` as a truth.
    triggers = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))[True]
    assert triggers["schedule"] == [{"cron": "5 22,23 * * *"}]
