"""A small office for the tests of the domain."""

from __future__ import annotations

from plugins.domain.availability import Availability
from plugins.domain.catalogue import Area, Catalogue, Service
from plugins.domain.identity import Identity

AVAILABILITY = Availability.model_validate(
    {
        "timezone": "Europe/Rome",
        "hours": {"monday": ["09:00-13:00"]},
        "notice": "24h",
        "horizon": "60d",
        "meetings": [
            {
                "slug": "conoscitiva",
                "title": "Chiacchierata",
                "minutes": 30,
                "questions": [
                    {"key": "attivita", "label": "Di cosa ti occupi?"},
                    {"key": "urgenza", "label": "Quanto è urgente?", "required": True},
                ],
            },
            {"slug": "telefonata", "title": "Telefonata", "minutes": 20, "where": "phone"},
        ],
    }
)
CATALOGUE = Catalogue.of(
    [
        Area(slug="micro", title="Back office", path="vuoi crescere", order=20, summary="Il resto."),
        Area(slug="macro", title="Progetti", path="devi iniziare", order=10, summary="L’inizio."),
    ],
    [
        Service(slug="posta", area="micro", title="Posta", summary="La posta.", meeting="telefonata"),
        Service(slug="costi", area="macro", title="Costi", summary="I conti.", order=2, meeting="conoscitiva"),
        Service(slug="piano", area="macro", title="Piano", summary="Il piano.", order=1, meeting="conoscitiva"),
        Service(slug="nuovo", area="macro", title="Nuovo", summary="Bozza.", status="draft", meeting="conoscitiva"),
    ],
)
IDENTITY = Identity.model_validate(
    {
        "name": "Ada Prova",
        "brand": "Studio Prova",
        "claim": "Prove, non parole",
        "email": "ada@studio.test",
        "vat_number": "12345678903",
        "address": "via delle Prove 1, Torino",
        "legal": "Professione disciplinata dalla Legge 4/2013",
    }
)
