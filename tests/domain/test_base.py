"""What every value of the domain has in common."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from plugins.domain.base import FormAddress, HttpsAddress, Slug, Text, Texts
from plugins.domain.catalogue import Faq


def accepted(kind: TypeAdapter[str], raw: object) -> bool:
    try:
        kind.validate_python(raw)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("slug", "allowed"),
    [
        ("a", True), ("posta-e-telefono", True), ("2027", True), ("a" * 80, True), ("a" * 81, False),
        ("", False), ("-a", False), ("a-", False), ("a--b", False), ("Posta", False), ("caffè", False), ("a/b", False),
    ],
)  # fmt: skip
def test_a_slug_is_short_words_joined_by_dashes(slug: str, allowed: bool) -> None:
    assert accepted(TypeAdapter(Slug), slug) is allowed


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://a", True), ("https://" + "a" * 1992, True), ("https://" + "a" * 1993, False),
        ("http://a", False), ("https://", False), ("https://a b", False), ("javascript:https://a", False),
    ],
)  # fmt: skip
def test_a_web_address_is_encrypted_and_bounded(address: str, allowed: bool) -> None:
    assert accepted(TypeAdapter(HttpsAddress), address) is allowed


def test_a_text_is_stripped_and_never_empty() -> None:
    assert TypeAdapter(Text).validate_python(" a ") == "a"
    assert not accepted(TypeAdapter(Text), "")
    assert not accepted(TypeAdapter(Text), "  ")


@pytest.mark.parametrize(("raw", "texts"), [("una frase", ("una frase",)), (["una", "due"], ("una", "due")), ([], ())])
def test_one_sentence_may_stand_without_a_list(raw: object, texts: tuple[str, ...]) -> None:
    assert TypeAdapter(Texts).validate_python(raw) == texts


def test_a_value_is_frozen_and_refuses_unknown_keys() -> None:
    faq = Faq(question="Quanto?", answer="Poco.")
    with pytest.raises(ValidationError, match="frozen"):
        faq.answer = "Molto."  # type: ignore[misc]
    with pytest.raises(ValidationError, match="price"):
        Faq.model_validate({"question": "Quanto?", "answer": "Poco.", "price": 1})


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://lista.example/iscriviti?a=1;b,c*", True),
        ("https://127.0.0.1:8443", True),
        ("https://lista.example:8443#x", True),
        ("https:", False),
        ("https://*", False),
        ("https://*.example/a", False),
        ("https://a;script-src-elem/x", False),
        ("https://a,default-src", False),
        ("https://noi@lista.example", False),
        ('https://a/"><script/src=//b>', False),
        ("https://a/'unsafe-inline'", False),
    ],
)
def test_an_address_of_forms_names_one_host_alone(address: str, allowed: bool) -> None:
    assert accepted(TypeAdapter(FormAddress), address) is allowed
