"""The catalogue holds what is offered, in the order its owner gives it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from plugins.domain.catalogue import Price
from tests.domain.office import CATALOGUE


def test_areas_and_services_come_in_their_order() -> None:
    assert [area.slug for area in CATALOGUE.areas] == ["macro", "micro"]
    assert [service.slug for service in CATALOGUE.services] == ["piano", "costi", "posta"]


def test_a_draft_is_not_offered() -> None:
    assert CATALOGUE.service("nuovo") is None
    assert [service.slug for service in CATALOGUE.drafts] == ["nuovo"]


@pytest.mark.parametrize("reference", ["posta", "micro/posta"])
def test_a_service_is_found_by_its_slug_alone_or_with_its_area(reference: str) -> None:
    found = CATALOGUE.service(reference)
    assert found is not None
    assert found.address == "servizi/micro/posta/"


def test_a_service_is_not_found_in_another_area() -> None:
    assert CATALOGUE.service("macro/posta") is None


@pytest.mark.parametrize("amount", ["28.505", "-1", "gratis", "150€"])
def test_a_price_is_an_amount_in_euros_and_cents(amount: str) -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"from": amount, "unit": "l’ora"})


def test_a_price_keeps_its_cents() -> None:
    assert Price.model_validate({"from": "28.50", "unit": "l’ora"}).amount == Decimal("28.50")
