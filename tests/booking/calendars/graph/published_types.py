"""Check of exchanges with Microsoft Graph against the types that Microsoft publishes, by the TypeScript compiler."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.booking.calendars.graph.standin import Exchange
from tests.building import ROOT

NODE_MODULES = ROOT / "tests" / "browser" / "node_modules"


def faults(exchanges: Iterable[Exchange], folder: Path) -> str:
    """What the compiler says of all that was asked and answered, each thing once."""
    said = dict.fromkeys(line for one in exchanges for line in _lines(one))
    head = 'import type { Calendar, Event } from "@microsoft/microsoft-graph-types";'
    text = [head, *(f"export const x{number}: {line};" for number, line in enumerate(said))]
    (folder / "exchanges.ts").write_text("\n".join(text), encoding="utf-8")
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(NODE_MODULES)
    command = [str(NODE_MODULES / ".bin" / "tsc"), "--noEmit", "--strict", "--skipLibCheck", "--types", ""]
    done = subprocess.run(
        [*command, "--module", "nodenext", "--target", "es2022", str(folder / "exchanges.ts")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _lines(exchange: Exchange) -> Iterator[str]:
    kind = "Calendar" if exchange.path == "me/calendars" else "Event"
    if exchange.body is not None:
        yield f"{kind} = {_plain(exchange.body)}"
    if select := exchange.query.get("$select"):
        yield f"(keyof {kind})[] = {json.dumps(select.split(','))}"
    for name in ("$expand", "$filter"):
        if asked := exchange.query.get(name):
            yield f"keyof {kind} = {json.dumps(asked.partition('(')[0].partition('/')[0])}"
    if exchange.answer is not None and exchange.status < 300:
        answer = exchange.answer
        for one in answer.get("value", [answer]):
            yield f"{kind} = {_plain(one)}"


def _plain(one: dict[str, Any]) -> str:
    """A resource without the annotations of OData, which are no part of its type."""
    found = {name: value for name, value in one.items() if not name.startswith("@")}
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
