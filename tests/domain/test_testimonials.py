"""What clients said goes out with their consent alone, in the order its owner gives it."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from plugins.domain import testimonials
from plugins.domain.testimonials import Case, about_service, published

DAY = date(2027, 2, 3)


def said(slug: str, **more: object) -> testimonials.Testimonial:
    return testimonials.Testimonial.model_validate(
        {"slug": slug, "who": "Ada", "when": DAY, "consent": "a voce", **more}
    )


@pytest.mark.parametrize("consent", [None, "", "  "])
def test_words_without_consent_are_refused(consent: str | None) -> None:
    with pytest.raises(ValidationError, match="consent"):
        said("a", consent=consent)
    with pytest.raises(ValidationError, match="consent"):
        Case.model_validate({"slug": "a", "title": "A", "who": "Ada", "when": DAY, "summary": "A."})


def test_a_draft_may_wait_for_its_consent() -> None:
    assert said("a", consent=None, status="draft").consent is None


def test_order_comes_first_and_then_the_newest() -> None:
    read = [
        said("c", order=1),
        said("old"),
        said("new", when=date(2027, 2, 4)),
        said("draft", status="draft"),
        said("b", order=1),
        said("first", order=-1),
    ]
    assert [one.slug for one in published(read)] == ["first", "new", "old", "b", "c"]


def test_words_are_found_by_the_service_they_name() -> None:
    read = [said("a", service="posta"), said("b", service="micro/posta"), said("c", service="costi"), said("d")]
    assert [one.slug for one in about_service(read, "posta")] == ["a", "b"]


def test_blank_lines_part_paragraphs() -> None:
    one = said("a").model_copy(update={"text": "Uno,\ne ancora uno.\n\n \nDue."})
    assert one.paragraphs == ("Uno, e ancora uno.", "Due.")
    assert said("b").paragraphs == ()
