"""Post lists: Pelican's lists of posts, labels and archives, made anew of the posts that there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pelican.contents import Article
from pelican.generators import ArticlesGenerator


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


def index(articles: ArticlesGenerator) -> None:
    """Have the lists of labels looked through at once: Pelican looks through each for each post."""
    for label, listed in articles.tags.items():
        articles.tags[label] = MembershipList(listed)
    articles.categories = [(label, MembershipList(listed)) for label, listed in articles.categories]
    articles.authors = [(label, MembershipList(listed)) for label, listed in articles.authors]
    articles._update_context(("tags", "categories", "authors"))


def list_again(articles: ArticlesGenerator, posts: Mapping[str, Article]) -> None:
    """Have Pelican put these posts, by their paths, in its lists, as if it had just read them."""
    for name in ("tags", "categories", "authors"):
        setattr(articles, name, defaultdict(list))
    articles.get_files = lambda *_folders, **_others: sorted(posts)
    articles.get_cached_data = lambda path, _default=None: posts[path]
    # Where they are is known, and what a post that is new or was edited leads to is looked at when it is read.
    articles.add_source_path = articles.add_static_links = lambda _post: None
    try:
        articles.generate_context()
    finally:
        del articles.get_files, articles.get_cached_data, articles.add_source_path, articles.add_static_links
    index(articles)
