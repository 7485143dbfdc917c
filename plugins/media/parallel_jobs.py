"""Parallel jobs: makes what the image cache lacks, several at a time, with progress."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from plugins.media.image_cache import Made, Store


def make(store: Store, orders: Mapping[str, tuple[str, Callable[[], Made]]], words: str) -> dict[str, Made]:
    """Everything that is ordered by key, from the store or made and put there; an order has a name to be told by.

    `words` tell the number, the total and the name.

    Threads do: Pillow lets go of the interpreter while it reads, scales and writes pictures.
    """
    found = {key: store.get(key) for key in orders}
    made = {key: one for key, one in found.items() if one is not None}
    wanted = [key for key in orders if key not in made]
    if not wanted:
        return made

    def one(key: str) -> Made:
        fresh = orders[key][1]()
        store.put(key, fresh)
        return fresh

    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        waiting = {workers.submit(one, key): key for key in wanted}
        for number, done in enumerate(as_completed(waiting), 1):
            key = waiting[done]
            made[key] = done.result()
            # A line each for a few, about ten lines for many.
            if number % max(1, len(wanted) // 10) == 0 or number == len(wanted):
                print(words % {"number": number, "total": len(wanted), "name": orders[key][0]}, flush=True)
    return made
