"""Whatever is done in whatever order, and wherever a build is cut off, the next one makes what a clean build makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from pelicanconf import PLUGINS
from tests.fastbuild.builder import Builder, differing, tree
from tests.fastbuild.commanding import Command
from tests.fastbuild.conftest import settle
from tests.fastbuild.editing.hand import Hand
from tests.fastbuild.editing.interruption import cut_off
from tests.soak import soak_count

STEPS = 5
_WITHOUT = {"PLUGINS": [name for name in PLUGINS if name != "plugins.fastbuild"]}


def _builder(folder: Path, seed: int) -> Builder | Command:
    """What builds a site: with every other seed a process that stays, or else a command for each build."""
    return Command(folder, 1 + seed % 7) if seed % 2 else Builder(1 + seed % 7)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(soak_count(2, 1_000)))
def test_random_edits_and_interruptions_end_as_a_clean_build(
    seed: int, tmp_path: Path, one: Builder, other: Builder
) -> None:
    place = settle(tmp_path, one, posts=3 + seed % 10)
    hand, builder, done = Hand(place, seed), _builder(tmp_path, seed), list[str]()
    try:
        builder.build(**place.settings(**hand.settings))
        for _ in range(STEPS):
            done.append(hand.work())
            happens = hand.chance.random()
            if happens < 0.25:
                done.append(cut_off(builder, place.output, hand.chance, **place.settings(**hand.settings)))
                # Another process does not know of it.
                builder = _builder(tmp_path, seed)
                continue
            if happens < 0.3:
                done.append("mistake")
                hand.make_a_mistake()
                before = tree(place.output)
                assert builder.is_refused(**place.settings(**hand.settings)), (seed, done)
                assert not differing(tree(place.output), before), (seed, done)
                hand.mend()
            builder.build(**place.settings(**hand.settings))
            assert not differing(tree(place.output), place.clean(other, **hand.settings)), (seed, done)
        builder.build(**place.settings(**hand.settings))
        alone = _WITHOUT if seed % 4 > 1 else {}
        assert not differing(tree(place.output), place.clean(other, **hand.settings, **alone)), (seed, done)
    finally:
        builder.kill()
