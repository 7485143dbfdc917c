"""What `make audit` makes of what the advisory databases say."""

from __future__ import annotations

from typing import Any

from tests.audit import verdict

GOOD = {"name": "jinja2", "version": "3.1.6", "vulns": []}
BAD = {"name": "icalendar", "version": "7.3.0", "vulns": [{"id": "CVE-X", "fix_versions": ["7.3.2"]}]}
UNASKED = {"name": "icalendar", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def said(*reports: list[dict[str, Any]]) -> tuple[int, str]:
    code, lines = verdict({"dependencies": report} for report in reports)
    return code, "\n".join(lines)


def test_nothing_known_of_any_package_is_good_news() -> None:
    assert said([GOOD], [GOOD]) == (0, "No advisory is known for the 1 packages pinned.")


def test_an_advisory_is_named_once_with_what_mends_it() -> None:
    assert said([GOOD, BAD], [GOOD, BAD]) == (1, "icalendar 7.3.0: CVE-X, mended in 7.3.2")


def test_audit_fails_when_a_package_was_not_looked_up() -> None:
    code, words = said([GOOD, UNASKED], [GOOD])
    assert code == 2
    assert "icalendar" in words
    assert "jinja2" not in words
    assert "SECURITY.md" in words


def test_one_database_that_answers_is_enough_for_a_package() -> None:
    assert said([UNASKED], [BAD])[0] == 1
    assert said([{**BAD, "vulns": []}], [UNASKED])[0] == 0


def test_no_database_at_all_is_no_good_news() -> None:
    assert verdict([{}, {}])[0] == 2
