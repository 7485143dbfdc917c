"""Address conflicts: posts or labels that would have one address, which a whole build tells in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from itertools import chain

from pelican.contents import Article

from plugins.content.markup.slugs import slug_of
from plugins.fastbuild.snapshots.lazy_contents import facts


def are_conflicting(posts: Mapping[str, Article], edited: Collection[str]) -> bool:
    """Whether addresses or labels of the edited ones of these posts may meet those of others."""
    slugs: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    slug = cache(slug_of)
    for path, said in ((path, facts(post)) for path, post in posts.items()):
        first = slugs.setdefault(said["slug"], path)
        if first != path and (path in edited or first in edited):
            return True
        tags = [str(one) for one in said.get("tags", ())]
        if path in edited and len(set(tags)) < len(tags):
            return True
        for kind, label in chain([("category", str(said["category"]))], (("tag", one) for one in tags)):
            if not slug(label) or labels.setdefault((kind, slug(label)), label) != label:
                return True
    return False
