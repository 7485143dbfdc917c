"""The page that begins a booking makes sense in every office: with a first talk or none, with services or none."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.booking.office import CALL, TALK, write_content, write_json
from tests.building import CONTENT, ROOT, build

STARTERS = ROOT / "plugins" / "publishing" / "start" / "templates"
# Only the rule itself can say it: it may be another one tomorrow.
_PROMISES = re.compile(
    r"(?:spost|annull|cancel|move)[^.]{0,90}(?:quando vuoi|ore prima|giorni prima|whenever|any time|before)",
    re.IGNORECASE,
)


def prenota(folder: Path, services: bool = True, **rules: Any) -> str:  # noqa: ANN401 - any rule
    content = write_content(folder / "content", **rules)
    if not services:
        for file in (content / "services" / "macro").iterdir():
            file.unlink()
        (content / "services" / "macro").rmdir()
    output = folder / "output"
    done = build(content, output, "pelicanconf.py", "-e", 'SITEURL=""', f'CACHE_PATH="{folder}/cache"')
    assert done.returncode == 0, done.stdout + done.stderr
    return (output / "prenota" / "index.html").read_text(encoding="utf-8")


@pytest.mark.some_cases(2)
@pytest.mark.parametrize(
    ("services", "rules", "hours_of", "offered", "heading"),
    [
        (
            True,
            {"first_meeting": "conoscitiva"},
            ["conoscitiva"],
            ["ricerca", "telefono", "telefonata"],
            "Sai già quale",
        ),
        (True, {}, [], ["ricerca", "telefono", "conoscitiva", "telefonata"], "Di che cosa vuoi parlare?"),
        (False, {"first_meeting": "telefonata"}, ["telefonata"], ["conoscitiva"], "Oppure un altro appuntamento"),
        (False, {}, [], ["conoscitiva", "telefonata"], "Quale appuntamento?"),
        (False, {"meetings": [TALK]}, ["conoscitiva"], [], None),
        (
            True,
            {"meetings": [TALK, {**CALL, "listed": False}]},
            ["conoscitiva"],
            ["ricerca", "telefono"],
            "Sai già quale",
        ),
    ],
    ids=["first and services", "services", "first", "neither", "one meeting", "one listed and services"],
)
def test_prenota_offers_what_there_is(
    tmp_path: Path,
    services: bool,
    rules: dict[str, Any],
    hours_of: list[str],
    offered: list[str],
    heading: str | None,
) -> None:
    html = prenota(tmp_path, services, **rules)
    assert re.findall(r'data-soonest="/api/slots\?meeting=(\w+)&', html) == hours_of
    assert re.findall(r'<button class="button button-quiet" name="meeting" value="(\w+)"', html) == hours_of
    assert re.findall(r'<li><button name="(?:service|meeting)" value="(\w+)"', html) == offered
    assert (re.search('id="altro-incontro">([^<]*)', html) is None) == (heading is None)
    assert heading is None or heading in html.replace("\N{NO-BREAK SPACE}", " ")


def test_a_page_of_ten_kinds_is_light_in_any_order(tmp_path: Path) -> None:
    kinds = [
        {
            **TALK,
            "slug": f"tipo-{number}",
            "title": f"Incontro di tipo {number}",
            "where": where,
            "price": "90 € a seduta",
        }
        for number, where in enumerate(["video", "phone", "in_person", "video", "in_person"] * 2)
    ]
    pages = []
    for name, meetings in (("one", kinds), ("other", kinds[::-1])):
        content = Path(shutil.copytree(CONTENT, tmp_path / name / "content"))
        rules = yaml.safe_load((content / "availability.yaml").read_text(encoding="utf-8"))
        del rules["first_meeting"]
        write_json(content / "availability.yaml", json.loads(json.dumps(rules | {"meetings": meetings}, default=str)))
        for service in content.glob("services/*/*.md"):
            text = service.read_text(encoding="utf-8")
            service.write_text(re.sub(r"(?m)^meeting: .*$", "meetings: [tipo-3, tipo-7]", text), encoding="utf-8")
        output = tmp_path / name / "output"
        done = build(content, output, "pelicanconf.py", "-e", 'SITEURL=""', f'CACHE_PATH="{tmp_path}/{name}/cache"')
        assert done.returncode == 0, done.stdout + done.stderr
        pages.append((output / "prenota" / "index.html").read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert re.findall('name="meeting" value="([^"]+)"', pages[0]) == [one["slug"] for one in kinds]
    assert len(gzip.compress(pages[0].encode())) < 12_000


@pytest.mark.some_cases(1)
@pytest.mark.parametrize(
    ("notice", "said"),
    [
        ("12h", "fino a 12\N{NO-BREAK SPACE}ore prima."),
        ("2d", "fino a 2\N{NO-BREAK SPACE}giorni prima."),
        ("0m", "fino all’inizio."),
    ],
)
def test_prenota_says_the_rule_of_changes(tmp_path: Path, notice: str, said: str) -> None:
    assert f"Puoi spostare o annullare da te {said}" in prenota(tmp_path, change_notice=notice)


def test_no_content_promises_a_rule_of_changes() -> None:
    texts = [*CONTENT.rglob("*.md"), *STARTERS.rglob("*.md"), *STARTERS.rglob("kinds.yaml")]
    assert len(texts) > 50
    told = {str(file): _PROMISES.findall(" ".join(file.read_text(encoding="utf-8").split())) for file in texts}
    assert {file: found for file, found in told.items() if found} == {}
