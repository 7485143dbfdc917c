"""Waiting job: time that comes free, whatever freed it, is offered to those who wait for it.

It looks at what can be booked now, not at what happened: a process killed at any moment leaves nothing to be told
that the next round would not find. Every process may run it; each offer is decided in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.booking.service.waiting_list import WaitingList

MOST_AT_ONCE = 20  # offers, and so mails, in one round


class WaitingJob:
    """Waiting job: ends holds, forgets who waits no more, and offers what is free."""

    def __init__(self, waiting_list: WaitingList) -> None:
        self._waiting_list = waiting_list

    def make(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Do all that is due, until `stop`; return how many offers were made. Raises Unavailable."""
        self._waiting_list.end_holds()
        self._waiting_list.forget()
        made = 0
        while made < MOST_AT_ONCE and not stop() and self._waiting_list.offer_next():
            made += 1
        return made
