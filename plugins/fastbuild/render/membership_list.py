"""Membership list: a list of posts whose `in` takes constant time."""

from __future__ import annotations

from pelican.contents import Article


class MembershipList(list[Article]):
    """Immutable list with constant-time membership."""

    _identities: frozenset[int]

    def __contains__(self, one: object) -> bool:
        try:
            return id(one) in self._identities
        except AttributeError:
            self._identities = frozenset(map(id, self))
            return id(one) in self._identities

    def __getstate__(self) -> None:
        """Identities are of one process."""
