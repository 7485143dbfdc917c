"""Work budget: how much working out one reading of a calendar may take, whoever wrote its rules of recurrence."""

from __future__ import annotations

MOST_OCCURRENCES = 40_000
MOST_STEPS = 30_000


class TooCostly(ValueError):
    """The budget is used up: what is left has to be told."""


class WorkBudget:
    """Work budget, of occurrences that are worked out, and of steps to count those that were before."""

    def __init__(self) -> None:
        self._occurrences = MOST_OCCURRENCES
        self._steps = MOST_STEPS

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
