"""Asks the public advisory databases about every pinned package: `make audit`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.txt", "requirements-dev.txt")
# Both are asked: where one alone is reached, that one counts.
SERVICES = ("osv", "pypi")
_PROGRAM = "pip-audit==2.10.1"
_PATIENCE_SECONDS = 600
UNREACHED = (
    "Nothing is known of these, for no advisory database was reached: {names}.\n"
    "Try again where OSV or PyPI can be reached, or look them up by hand as SECURITY.md says."
)


def verdict(reports: Iterable[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """What is to be said of the reports of the services, and how to exit: 0 nothing known, 1 something, 2 not asked.

    A package that no service was asked about is no good news: on that pip-audit itself ends as if all were well.
    """
    found: dict[str, list[str]] = {}
    asked: set[str] = set()
    named: set[str] = set()
    for report in reports:
        for one in report.get("dependencies", ()):
            named.add(one["name"])
            if "vulns" not in one:
                continue
            asked.add(one["name"])
            for fault in one["vulns"]:
                mended = ", ".join(fault.get("fix_versions", ())) or "no version yet"
                line = f"{one['name']} {one['version']}: {fault['id']}, mended in {mended}"
                found.setdefault(one["name"], []).append(line)
    lines = [line for name in sorted(found) for line in sorted(set(found[name]))]
    if unknown := sorted(named - asked) or ([] if named else ["all of them"]):
        lines.append(UNREACHED.format(names=", ".join(unknown)))
    elif not found:
        lines.append(f"No advisory is known for the {len(asked)} packages pinned.")
    return 1 if found else 2 if unknown else 0, lines


def _report(service: str) -> Mapping[str, Any]:
    uv = Path(sys.executable).with_name("uv")
    locks = [argument for name in LOCKS for argument in ("--requirement", str(ROOT / name))]
    options = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", "-s", service]
    command = [str(uv), "tool", "run", "--quiet", "--from", _PROGRAM, "pip-audit", *options, *locks]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False)
        report: Mapping[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}  # it ends in a traceback where its service is not reached
    return report


def main() -> int:
    """Ask, and tell."""
    code, lines = verdict(_report(service) for service in SERVICES)
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
