"""Command `doctor`: looks at a whole installation at once, and says of each thing what is wrong and what to do."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from plugins.content.findings import Check, Finding, run_checks
from plugins.publishing.doctor.backup_checks import backup_check
from plugins.publishing.doctor.disk_space import disk_check
from plugins.publishing.doctor.endpoint_setup import SECONDS, setup_check
from plugins.publishing.doctor.installation import Installation, installation
from plugins.publishing.doctor.permissions import ownership_check, secrets_check, web_root_check
from plugins.publishing.doctor.release_checks import (
    FSCK_SECONDS,
    code_check,
    release_check,
    repository_check,
    timer_check,
)
from plugins.publishing.doctor.web_checks import addresses_check, certificate_check, clock_check, endpoint_check
from plugins.publishing.release.server_folders import Server

NAME = "doctor"


def add_command(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add the command to those of a command line."""
    command: argparse.ArgumentParser = commands.add_parser(NAME, help="what is wrong here, and what to do about it")
    command.add_argument("root", type=Path, metavar="ROOT", nargs="?", help="without one, the endpoint of this folder")
    command.add_argument("--env", type=Path, metavar="FILE", action="append", default=[], help="its settings")
    command.add_argument("--endpoint", default="http://127.0.0.1:8000", metavar="URL", help="where it listens")
    command.add_argument("--json", action="store_true", help="all that was found, as JSON")


def run(asked: argparse.Namespace) -> int:
    """Look, say a line for each thing, and return the exit code: 1 where there is a fault, 2 where nothing is here."""
    if asked.root and not Server(asked.root.absolute()).is_installed():
        print(f"{asked.root} is no server to push to: make it with the command install.", file=sys.stderr)
        return 2
    try:
        found = installation(asked.root, asked.env, asked.endpoint.rstrip("/"), os.environ)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    checks = list(_checks(found))
    _progress(f"Looking at {len(checks)} things and the endpoint's own setup; two minutes at most …")
    findings = []
    for finding in run_checks(checks, lambda names: _progress(f"… waiting for: {', '.join(names)}")):
        findings.append(finding)
        if not asked.json:
            print(_line(finding), flush=True)
    levels = Counter(finding.level for finding in findings)
    if asked.json:
        print(json.dumps({"levels": levels, "findings": [asdict(one) for one in findings]}, ensure_ascii=False))
    else:
        print(f"\nFaults: {levels['fault']}. Warnings: {levels['warning']}. Not looked at: {levels['skipped']}.")
    return 1 if levels["fault"] else 0


def _checks(found: Installation) -> Iterator[Check]:
    def check(name: str, look: Callable[[Installation], Iterable[Finding]], seconds: float = 30.0) -> Check:
        return Check(name, lambda: look(found), seconds)

    yield check("secrets", secrets_check)
    yield check("disk", disk_check)
    yield check("backup", backup_check, 60)
    yield check("certificate", certificate_check)
    yield check("clock", clock_check)
    yield check("endpoint", endpoint_check, 60)
    yield check("endpoint's setup", setup_check, SECONDS)
    if server := found.server:
        yield Check("code", lambda: code_check(server))
        yield check("owner", ownership_check)
        yield check("web root", web_root_check)
        yield check("repository", repository_check, FSCK_SECONDS)
        yield check("site", release_check)
        yield check("addresses", addresses_check)
        yield check("timer", timer_check)


def _line(finding: Finding) -> str:
    line = f"{finding.level:8} {finding.check}: {finding.what}"
    return f"{line}\n{'':8} -> {finding.remedy}" if finding.remedy else line


def _progress(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
