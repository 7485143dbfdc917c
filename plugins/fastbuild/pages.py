"""Pages as an earlier build named them: what one is made with is found out when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Environment

from plugins.fastbuild.folded import Folds
from plugins.fastbuild.making import Maker
from plugins.fastbuild.snapshot import Kept


class KeptPage:
    """A page to be, as `Queued` is."""

    def __init__(self, kept: Kept, folds: Folds, environment: Callable[[int], Environment]) -> None:
        self.path = kept.path
        self._kept, self._folds, self._environment = kept, folds, environment

    @property
    def maker(self) -> Maker:
        """What it is made with."""
        maker = self._kept.maker
        return self._environment(self._kept.generator).get_template(maker) if isinstance(maker, str) else maker

    def local_context(self) -> Mapping[str, Any]:
        """All that the template sees, read when any of it is."""
        return _Context(lambda: {**self._folds.context, **self._folds.piece(self._kept.piece)})


class _Context(Mapping[str, Any]):
    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read
        self._values: Mapping[str, Any] | None = None

    def _all(self) -> Mapping[str, Any]:
        if self._values is None:
            self._values = self._read()
        return self._values

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - templates see anything
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())
