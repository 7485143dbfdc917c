"""Work budget: how much working out one reading of a calendar may take, whoever wrote its rules of recurrence."""

from __future__ import annotations

# For a text of up to a megabyte, which is most of a second on a machine of 2020.
_MEGABYTE = 1_000_000
MOST_OCCURRENCES = 25_000
MOST_STEPS = 12_000


class TooCostly(ValueError):
    """The budget is used up: what is left has to be told."""


class WorkBudget:
    """Work budget, of occurrences that are worked out, and of steps to count those that were before."""

    def __init__(self, length: int = 0) -> None:
        """A budget for a text of so many bytes: a longer one may take longer."""
        self._occurrences: float = MOST_OCCURRENCES * max(1, length / _MEGABYTE)
        self._steps: float = MOST_STEPS * max(1, length / _MEGABYTE)

    def check(self) -> None:
        """Raise TooCostly where nothing is left: what comes later, in order of cost, is not begun."""
        if self._occurrences < 0:
            raise TooCostly

    def occurrence(self) -> None:
        """Spend an occurrence; raises TooCostly."""
        self._occurrences -= 1
        if self._occurrences < 0:
            raise TooCostly

    def has(self, steps: int) -> bool:
        """Spend steps; False where there are not as many."""
        if steps > self._steps:
            return False
        self._steps -= steps
        return True
