"""Somebody who does a few things with a site between two builds, of all that may be done with it."""

from __future__ import annotations

from collections.abc import Callable

from tests.fastbuild.conftest import Place
from tests.fastbuild.editing.editor import Editor
from tests.fastbuild.editing.owner_edits import OwnerEdits
from tests.fastbuild.editing.post_edits import PostEdits
from tests.fastbuild.editing.service_edits import ServiceEdits
from tests.fastbuild.editing.theme_edits import ThemeEdits
from tests.fastbuild.editing.translation_edits import TranslationEdits


class Hand:
    """Does things by chance, and by the same chance the same."""

    def __init__(self, place: Place, seed: int) -> None:
        self.editor = Editor(place, seed)
        self.chance, self.settings = self.editor.chance, self.editor.settings
        self.settings["DEFAULT_PAGINATION"] = self.chance.choice((2, 3, 8))
        self.settings["FEED_MAX_ITEMS"] = self.chance.choice((3, 20))
        # As often as people do it: mostly with posts.
        # Every third of them speaks another language too, in which each build is a whole one.
        shares = (
            (4 if seed % 3 == 2 else 0, TranslationEdits(self.editor).edits()),
            (5, PostEdits(self.editor).edits()),
            (2, ServiceEdits(self.editor).edits()),
            (2, OwnerEdits(self.editor).edits()),
            (2, ThemeEdits(self.editor).edits()),
        )
        self._edits: dict[Callable[[], None], float] = {self.editor.undo: 0.6}
        for share, edits in shares:
            whole = sum(edits.values())
            self._edits |= {one: share * weight / whole for one, weight in edits.items()}

    def work(self) -> str:
        """Do one thing, or two or three at once, and return what."""
        done = self.chance.choices(
            list(self._edits), weights=list(self._edits.values()), k=self.chance.choice((1, 1, 1, 2, 3))
        )
        for one in done:
            if one != self.editor.undo:
                self.editor.begin()
            one()
        return ", ".join(one.__name__.strip("_") for one in done)

    def make_a_mistake(self) -> None:
        """Write a key that there is not."""
        self.editor.begin()
        self.editor.set_key(self.editor.post(), "categori", "Tempo")

    def mend(self) -> None:
        """Take the mistake back."""
        self.editor.undo()
