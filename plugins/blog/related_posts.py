"""Related posts: those that share most with another one.

Found without looking at every pair of posts.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from pelican.contents import Article

# Whole numbers add up to the same in any order: a rare tag is worth its part of this, a category a quarter of it.
_SHARED = 10**12


class Likeness:
    """Similarity of posts: rare tags count more, then the category, then what is newer.

    `posts` come newest first. The posts of a tag are a number with a bit for each, so that those which share several
    tags are found in a step.
    """

    def __init__(self, posts: Sequence[Article]) -> None:
        self._posts = posts
        self._places = {id(post): place for place, post in enumerate(posts)}
        having: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for place, post in enumerate(posts):
            for term in _terms(post):
                having[term].append(place)
        self._terms = {
            term: (_SHARED // 4 if term[0] == "category" else _SHARED // len(places), _mask(places))
            for term, places in having.items()
        }

    def related(self, post: Article, most: int) -> list[Article]:
        """At most so many posts that share something with this one, the most alike first."""
        found: list[Article] = []
        for mask in self._alike(post):
            while mask and len(found) < most:
                lowest = mask & -mask
                found.append(self._posts[lowest.bit_length() - 1])
                mask ^= lowest
            if len(found) == most:
                break
        return found

    def _alike(self, post: Article) -> Iterator[int]:
        """The posts of each likeness above nothing, the highest first."""
        # Equal ones stay in the order of their names: what is found does not depend on it, how long it takes does.
        terms = sorted((self._terms[term] for term in sorted(_terms(post)) if term in self._terms), reverse=True)
        left = [0]
        for worth, _ in reversed(terms):
            left.append(left[-1] + worth)
        left.reverse()
        everyone = (1 << len(self._posts)) - 1
        own = self._places.get(id(post))
        # Each entry: how alike its posts can be at most, how many terms are decided, how alike they are by those, who.
        open_ = [(-left[0], 0, 0, everyone if own is None else everyone ^ (1 << own))]
        best, mask = 0, 0
        while open_ and open_[0][0] < 0:
            bound, decided, score, among = heapq.heappop(open_)
            if -bound < best and mask:
                yield mask
                mask = 0
            if decided == len(terms):
                best, mask = score, mask | among
                continue
            worth, having = terms[decided]
            with_it = among & having
            for who, gained in ((with_it, worth), (among ^ with_it, 0)):
                if who:
                    now = score + gained
                    heapq.heappush(open_, (-(now + left[decided + 1]), decided + 1, now, who))
        if mask:
            yield mask


def _terms(post: Any) -> set[tuple[str, str]]:  # noqa: ANN401 - Pelican's content has no types
    return {("tag", str(tag)) for tag in getattr(post, "tags", ())} | {("category", str(post.category))}


def _mask(places: Sequence[int]) -> int:
    """A number with these bits set."""
    bits = bytearray(places[-1] // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")
