"""llms.txt tells what she offers at which price, and leads only to pages that are there."""

from __future__ import annotations

import re
from pathlib import Path

from plugins.content.office_reader import read_office
from plugins.content.templates.formats import price
from tests.building import CONTENT
from tests.discovery.reading import SITE


def test_llms_txt_has_the_brand_and_every_service_with_price(published: Path) -> None:
    text = (published / "llms.txt").read_text(encoding="utf-8")
    office = read_office(CONTENT)
    assert text.startswith(f"# {office.identity.brand}\n\n> {office.identity.claim}")
    for service in office.catalogue.services:
        line = next(line for line in text.splitlines() if line.startswith(f"- [{service.title}]"))
        assert service.price
        assert line.endswith(f"{price(service.price)}.")


def test_every_link_of_it_leads_to_a_page(published: Path) -> None:
    targets = re.findall(r"\]\(([^)]*)\)", (published / "llms.txt").read_text(encoding="utf-8"))
    assert len(targets) > 20
    for target in targets:
        assert target.startswith(f"{SITE}/")
        assert (published / target.removeprefix(f"{SITE}/") / "index.html").exists()
