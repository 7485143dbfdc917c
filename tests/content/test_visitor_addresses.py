"""Addresses at domains with accents: as they are typed on pages, as mail carries them in mail."""

from __future__ import annotations

import pytest

from plugins.content.mail_addresses import forms_of, mail_address, visitor_address


@pytest.mark.parametrize(
    ("typed", "shown", "carried"),
    [
        ("ada@caffè.it", "ada@caffè.it", "ada@xn--caff-8oa.it"),
        ("Ada@CAFFÈ.it", "Ada@caffè.it", "Ada@xn--caff-8oa.it"),
        ("ada@caffe\u0300.it", "ada@caffè.it", "ada@xn--caff-8oa.it"),
        ("ada@xn--caff-8oa.it", "ada@caffè.it", "ada@xn--caff-8oa.it"),
        ("ada@straße.example", "ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@例え。テスト", "ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
        ("ada@Esempio.it", "ada@Esempio.it", "ada@Esempio.it"),
    ],
)
def test_domain_in_letters_of_its_own_is_accepted(typed: str, shown: str, carried: str) -> None:
    assert visitor_address(typed) == shown
    assert mail_address(shown) == carried


@pytest.mark.parametrize(
    "typed",
    [
        "adà@caffè.it",
        "ada@caffè",
        "ada@caffè..it",
        "ada@-caffè.it",
        "ada@☃.example",
        "ada@" + "è" * 63 + ".it",
        "ada@a\u0301\u200d.it",
        "ada@xn--caff-8oa",
        "ada@xn--\x00.it",
    ],
)
def test_domain_that_no_registry_would_take_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match="per esempio nome@esempio"):
        visitor_address(typed)


def test_one_address_is_found_however_it_was_kept() -> None:
    forms = ("ada@caffè.it", "ada@xn--caff-8oa.it")
    assert set(forms_of("Ada@Caffè.it")) == set(forms_of("ada@XN--CAFF-8OA.it")) == set(forms)
    assert forms_of("\u202aAda@esempio.it\u202c") == ("ada@esempio.it",)
    assert forms_of("nobody") == ("nobody",)
