"""Which addresses can be written to."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from plugins.domain.email_address import EmailAddress, checked_address

# The longest that RFC 5321 allows: 64 before the sign, 254 in all.
LOCAL = "a" * 64
LONGEST = f"{LOCAL}@" + ".".join(["b" * 63, "c" * 63, "d" * 58, "it"])


@pytest.mark.parametrize(
    "address", ["nome@esempio.it", "o'brien+sito@posta.esempio.test", "A_b-c@x1.it", f"{LOCAL}@esempio.it", LONGEST]
)
def test_an_address_that_can_be_written_to_passes(address: str) -> None:
    assert checked_address(address) == address


def test_the_longest_address_has_254_characters() -> None:
    assert len(LONGEST) == 254


@pytest.mark.parametrize(
    "address",
    [
        *("nome", "nome@", "@esempio.it", "nome@esempio", "a@b@c.it", "a b@c.it", "a@-b.it", "a..b@c.it", ".a@c.it"),
        *("a@c.it\nBcc: x@y.it", "<a@c.it>", '"a b"@c.it', "a@c.it,b@c.it", "à@c.it", "a" * 65 + "@c.it"),
        *("a@127.0.0.1", "a@esempio.123", "a" + LONGEST, LONGEST + "x"),
        f"{'a' * 63}@" + ".".join(["b" * 63, "c" * 63, "d" * 60, "it"]),
    ],
)
def test_an_unusable_address_is_refused_with_an_example(address: str) -> None:
    with pytest.raises(ValueError, match=r"per esempio nome@esempio\.it"):
        checked_address(address)


@pytest.mark.parametrize("address", ["zoè@esempio.it", "дарья@esempio.it", "zoè@esempio"])
def test_letters_beyond_ascii_before_the_sign_are_named(address: str) -> None:
    with pytest.raises(ValueError, match="Prima della chiocciola ci sono lettere accentate"):
        checked_address(address)


def test_blanks_around_an_address_are_dropped() -> None:
    assert TypeAdapter(EmailAddress).validate_python(" nome@esempio.it ") == "nome@esempio.it"
