"""The catalogue holds what is offered, in the order its owner gives it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from plugins.domain.catalogue import Area, Catalogue, Price, Service
from tests.domain.office import CATALOGUE


def test_areas_and_services_come_in_their_order() -> None:
    assert [area.slug for area in CATALOGUE.areas] == ["macro", "micro"]
    assert [service.slug for service in CATALOGUE.services] == ["piano", "costi", "posta"]


def test_what_has_no_order_comes_first_by_its_title() -> None:
    areas = [Area(slug=slug, title=slug.upper(), path="p", summary="s") for slug in ("b", "a")]
    after = [
        Area(slug="c", title="0", path="p", summary="s", order=1),
        Area(slug="d", title="Z", path="p", summary="s", order=-1),
    ]
    services = [
        Service(slug=slug, area="a", title=title, summary="s", meeting="call", order=order)
        for slug, title, order in (("later", "0", 1), ("two", "2", 0), ("one", "1", 0), ("early", "9", -1))
    ]
    services.insert(2, Service(slug="plain", area="a", title="3", summary="s", meeting="call"))
    catalogue = Catalogue.of([*after, *areas], services)
    assert [area.slug for area in catalogue.areas] == ["d", "a", "b", "c"]
    assert [service.slug for service in catalogue.services] == ["early", "one", "two", "plain", "later"]


@pytest.mark.parametrize("status", ["draft", "hidden"])
def test_what_is_not_published_stands_apart(status: str) -> None:
    service = CATALOGUE.services[0].model_copy(update={"status": status})
    catalogue = Catalogue.of(list(CATALOGUE.areas), [service])
    assert (catalogue.services, catalogue.drafts) == ((), (service,))


def test_a_draft_is_not_offered() -> None:
    assert CATALOGUE.service("nuovo") is None
    assert [service.slug for service in CATALOGUE.drafts] == ["nuovo"]


@pytest.mark.parametrize("reference", ["posta", "micro/posta"])
def test_a_service_is_found_with_or_without_its_area(reference: str) -> None:
    found = CATALOGUE.service(reference)
    assert found is not None
    assert found.address == "servizi/micro/posta/"


def test_a_service_is_not_found_in_another_area() -> None:
    assert CATALOGUE.service("macro/posta") is None


def test_an_area_is_found_by_its_slug() -> None:
    found = CATALOGUE.area("micro")
    assert found is not None
    assert (found.slug, found.address) == ("micro", "servizi/micro/")
    assert CATALOGUE.area("medio") is None


@pytest.mark.parametrize("amount", ["28.505", "-1", "-0.01", "gratis", "150€", "12345678.00", "1234567890"])
def test_a_price_is_an_amount_in_euros_and_cents(amount: str) -> None:
    with pytest.raises(ValidationError):
        Price.model_validate({"from": amount, "unit": "l’ora"})


@pytest.mark.parametrize("amount", ["0", "0.01", "0.5", "28.50", "1200", "1234567.89", 150, "12.5"])
def test_a_price_keeps_its_cents(amount: object) -> None:
    assert Price.model_validate({"from": amount, "unit": "l’ora"}).amount == Decimal(str(amount))


@pytest.mark.parametrize(("amount", "plain"), [("1.200", "1200"), ("28.505", "28505"), ("1.200.000", "1200000")])
def test_a_price_that_reads_two_ways_is_refused(amount: str, plain: str) -> None:
    with pytest.raises(ValidationError, match=f"due modi. Togli il punto. Esempio: from: {plain}$|from: {plain} "):
        Price.model_validate({"from": amount, "unit": "l’ora"})


@pytest.mark.parametrize(
    "wrong",
    [{}, {"unit": "l’ora"}, {"exact": 70, "from": 50, "unit": "l’ora"}, {"exact": 70, "on_request": True}],
)
def test_a_price_is_said_in_one_way(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="in un modo solo"):
        Price.model_validate(wrong)


def test_a_price_to_start_from_needs_its_unit() -> None:
    with pytest.raises(ValidationError, match="manca unit"):
        Price.model_validate({"from": 70})
    assert Price.model_validate({"exact": 70}).amount == Decimal(70)
    assert Price.model_validate({"on_request": True}).amount is None
