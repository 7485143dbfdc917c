"""Edited contents: the files of an edit read again, and what they change of a restored site."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from pelican.contents import Article, Content, Page
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.plugins import signals

from plugins.content.base.faults import ContentError
from plugins.content.base.front_matter_split import Parted, parted
from plugins.content.base.ignored_files import is_ignored
from plugins.domain.language import spoken
from plugins.fastbuild.cache.build_manifest import Manifest, due
from plugins.fastbuild.edit.address_conflicts import are_conflicting
from plugins.fastbuild.edit.shared_content import read_shared
from plugins.fastbuild.markdown.converter import Converted, ConvertedText, TextConverter
from plugins.fastbuild.render import read_tracking
from plugins.fastbuild.snapshots.content_changes import EVERYTHING, Change, apply, change_of, replace
from plugins.fastbuild.snapshots.restored_site import NoSources, RestoredSite
from plugins.fastbuild.snapshots.save_build import day_of

if TYPE_CHECKING:
    from plugins.content.site import Entry
    from plugins.content.source_files import Source

# Of a picture without words Pelican complains.
_WORDLESS = ('alt=""', "alt=''")


class ReadTexts(NamedTuple):
    """Texts of an edit that were read already, by their paths, and what they are converted to by these options."""

    texts: Mapping[str, Parted]
    pieces: Mapping[str, ConvertedText]
    options: Mapping[str, Any]


class EditedContents:
    """Edited contents of a site: `heads` are the front matters of all texts, `linking` those that may lead to files."""

    def __init__(self, site: RestoredSite, manifest: Manifest, read: ReadTexts | None = None) -> None:
        self._site, self._given = site, read
        self._root = Path(site.run.path)
        self._due = due(manifest, site.settings["DAY"])
        self.days = dict(manifest.days)
        # As they were, and as they are now where they were read again.
        self.heads, self.linking = dict(manifest.heads), set(manifest.linking)

    def apply(self, paths: Iterable[str]) -> dict[str, Change] | None:
        """Bring these files in, and tell what has changed; None where it is more than this can do.

        With None the site is good for nothing any more.
        """
        found: dict[str, Change] = {}
        posts, apart = set[str](), {path for path in paths if not self._is_text(path)}
        if apart:
            # All of them are read anew, and one that has other words alone is among them.
            apart = {path for path in paths if not path.startswith("blog/")}
            shared = self._shared(apart)
            if shared is None:
                return None
            found |= shared
        for path in sorted(set(paths) - apart):
            before = self._site.contents.get(path)
            if not (self._root / path).is_file():
                if not isinstance(before, Article) or not self._may_go(path, before):
                    return None
                del self._site.contents[path], self.heads[path]
                self.days.pop(path, None)
                self.linking.discard(path)
                found[path] = EVERYTHING
                continue
            after = self._read(path, before)
            change = self._change(path, before, after) if after else None
            if change is None:
                return None
            found[path] = change
            if change is EVERYTHING:
                posts.add(path)
        return None if posts and are_conflicting(self._site.posts, posts) else found

    def _is_text(self, path: str) -> bool:
        """Whether a file is a post, or a text whose words alone have changed."""
        if path.startswith("blog/"):
            return True
        text = self._text(path) if path in self._site.contents else None
        return text is not None and text.head == self.heads.get(path)

    def _shared(self, paths: Collection[str]) -> dict[str, Change] | None:
        """Read all but the posts again; None where that is more than a page's words, fields or address."""
        gone = [path for path in paths if path in self._site.contents and not (self._root / path).is_file()]
        if not all(self._may_go(path, self._site.contents[path]) for path in gone):
            return None
        read = read_shared(self._root, self._site)
        if read is None:
            return None
        sources, office = read
        links = self._links_apart()
        changes = self._site.read_again(sources, office)
        if not links ^ self._links_apart() <= self._known_static():
            return None
        kept = self._site.posts.keys()
        self.heads = {path: head for path, head in self.heads.items() if path in kept}
        self.heads |= {path: source.document.head for path, source in sources.items()}
        self.linking = {path for path in self.linking if path in kept}
        self.linking |= {path for path, source in sources.items() if "{" in source.document.body}
        # What they are made of is another, whether a page of their own is or not.
        return changes | {path: EVERYTHING for path in paths}

    def _links_apart(self) -> set[str]:
        posts = self._site.posts
        return set().union(*(_static_links(one) for path, one in self._site.contents.items() if path not in posts))

    def _change(self, path: str, before: Content | None, after: Content) -> Change | None:
        if before is None:
            if not _static_links(after) <= self._known_static():
                return None
            self._site.contents[path] = after
            after.__class__ = read_tracking.traced(type(after))
            return EVERYTHING
        change = change_of(before, after, self._site.settings["ARTICLE_ORDER_BY"])
        if change is not None:
            apply(before, change.facts)
            return change
        if not isinstance(before, Article) or not _static_links(before) ^ _static_links(after) <= self._known_static():
            return None
        replace(before, after)
        return EVERYTHING

    def _known_static(self) -> set[str]:
        """The files that are published whether a text leads to them or not."""
        folders = tuple(f"{folder}/" for folder in self._site.settings["STATIC_PATHS"])
        return {path for path in self._site.context["static_content"] if path.startswith(folders)}

    def _read(self, path: str, before: Content | None) -> Content | None:
        """A file as it is now; None where something is wrong with it, or it is none that we know."""
        kind = read_tracking.plain(type(before)) if before is not None else self._kind(path)
        text = self._text(path) if kind is not None else None
        if kind is None or text is None:
            return None
        html, sections = self._converted(path, text.body)
        (self.linking.add if "{" in text.body else self.linking.discard)(path)
        is_plain = html and "{" not in text.body and not any(wordless in html for wordless in _WORDLESS)
        if before is not None and is_plain and text.head == self.heads.get(path) and path not in self._due:
            return _with_text(before, html, sections)
        source = self._source(path)
        if source is None:
            return None
        self._site.settings["SITE"] = NoSources(self._site.office, {path: source})
        self._site.settings["CONVERT"] = lambda _body: (html, sections)
        self.heads[path] = text.head
        self.days.pop(path, None)
        if (day := day_of(source.value)) is not None:
            self.days[path] = day
        after: Content = self._site.articles.readers.read_file(
            base_path=self._site.run.path,
            path=path,
            content_class=kind,
            context=self._site.context,
            **self._signals(kind),
        )
        return after if after.is_valid() else None

    def _text(self, path: str) -> Parted | None:
        try:
            return self._given.texts[path] if self._given else parted(self._root, Path(path))
        except (ContentError, KeyError):
            return None

    def _converted(self, path: str, body: str) -> Converted:
        options = self._site.settings["MARKDOWN"]
        piece = self._given.pieces.get(path) if self._given and self._given.options == options else None
        is_ours = piece is not None and piece.language == spoken().version
        return piece.converted if piece is not None and is_ours else TextConverter(options)(body)

    def _source(self, path: str) -> Source[Entry] | None:
        """What a file says; None where something is wrong with it, or a link leads nowhere."""
        # Only here: YAML and its checks take as long as all the rest of an edit.
        from plugins.content.site import read_again

        return read_again(self._root, Path(path), self._site.office)

    def _kind(self, path: str) -> type[Content] | None:
        """What a new file is: a post, where it lies in the folder of the posts, or nothing that we know."""
        settings, place = self._site.settings, PurePosixPath(path)
        others = (*settings["ARTICLE_EXCLUDES"], *settings["PAGE_PATHS"])
        is_post = settings["ARTICLE_PATHS"] == ["blog"] and not any(one.partition("/")[0] == "blog" for one in others)
        ignored = any(fnmatchcase(part, one) for part in place.parts for one in settings["IGNORE_FILES"])
        is_post = is_post and place.parts[0] == "blog" and not ignored and not is_ignored(Path(path))
        # Without a page that lists them, posts are a fault.
        return Article if is_post and self._site.office.has("blog") else None

    def _signals(self, kind: type[Content]) -> dict[str, Any]:
        """What Pelican\'s own generators tell when they read a file."""
        own = {Article: (ArticlesGenerator, "article"), Page: (PagesGenerator, "page")}
        if kind not in own:
            return {}
        generator, name = own[kind]
        sender = self._site.of_kind(generator)
        return {
            "preread_signal": getattr(signals, f"{name}_generator_preread"),
            "preread_sender": sender,
            "context_signal": getattr(signals, f"{name}_generator_context"),
            "context_sender": sender,
        }

    def _may_go(self, path: str, post: Content) -> bool:
        """Whether no other text may lead to a post, by the name of its file, and all it led to stays."""
        name = PurePosixPath(path).name
        for file in (self._root / other for other in self.linking - {path}):
            text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
            if name in text or name in unquote(text):
                return False
        return _static_links(post) <= self._known_static()


def _static_links(content: Content) -> set[str]:
    links: set[str] = content.get_static_links() if "{" in content._content else set()
    # A file that goes with the text that leads to it is another file with each text.
    return links | {"{attach}"} if "attach" in content._content and links else links


def _with_text(before: Content, html: str, sections: list[Any]) -> Content:
    """A content whose text alone is another one."""
    after: Content = object.__new__(read_tracking.plain(type(before)))
    vars(after).update(vars(before) | {"_content": html, "sections": sections})
    vars(after)["metadata"] = vars(before)["metadata"].copy()
    signals.content_object_init.send(after)
    return after
