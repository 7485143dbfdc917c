"""What is told of the person in one line, and how a number of clients is said."""

from __future__ import annotations

import pytest

from plugins.content.office_reader import read_office
from plugins.content.templates.person_facts import person_facts
from tests.building import CONTENT

IDENTITY = read_office(CONTENT).identity


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, ()),
        ({"since": 2019}, ("Dal 2019",)),
        ({"language_names": ("italiano",)}, ()),
        ({"language_names": ("italiano", "inglese")}, ("Italiano e inglese",)),
        (
            {"since": 2019, "language_names": ("italiano", "inglese", "tedesco"), "clients": 40},
            ("Dal 2019", "italiano, inglese e tedesco", "una quarantina di clienti"),
        ),
        ({"clients": 1}, ("1 cliente",)),
        ({"clients": 37}, ("37 clienti",)),
        ({"clients": 1200}, ("1.200 clienti",)),
    ],
)
def test_only_what_is_known_is_told(known: dict[str, object], said: tuple[str, ...]) -> None:
    nothing = {"since": None, "language_names": (), "clients": None}
    assert person_facts(IDENTITY.model_copy(update=nothing | known)) == said
