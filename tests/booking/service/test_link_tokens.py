"""The tokens that manage bookings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugins.booking.service.link_tokens import Tokens
from plugins.booking.storage.ids import new_id
from tests.booking.office import NOW

IDENTITY = "0123456789abcdef" * 2


def test_a_token_leads_back_to_its_booking() -> None:
    tokens = Tokens(lambda: ("key",))
    assert tokens.read(tokens.sign(IDENTITY)) == IDENTITY


def test_token_of_the_old_key_is_valid_only_during_rotation() -> None:
    old = Tokens(lambda: ("old",)).sign(IDENTITY)
    assert Tokens(lambda: ("new", "old")).read(old) == IDENTITY
    assert Tokens(lambda: ("new",)).read(old) is None


@given(st.text(max_size=80))
def test_nothing_else_is_a_token(text: str) -> None:
    assert Tokens(lambda: ("key",)).read(text) is None


@given(st.integers(0, 53), st.characters(codec="ascii"))
def test_a_token_with_one_letter_changed_is_none(at: int, letter: str) -> None:
    tokens = Tokens(lambda: ("key",))
    token = tokens.sign(IDENTITY)
    changed = token[:at] + letter + token[at + 1 :]
    assert tokens.read(changed) == (IDENTITY if changed == token else None)


def test_ids_are_all_different_and_as_long_as_their_column() -> None:
    made = {new_id(NOW) for _ in range(1000)}
    assert len(made) == 1000
    assert {len(one) for one in made} == {32}
