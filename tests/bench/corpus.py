"""A blog of any size made by seed: the sample site, with as many posts as asked for in the place of its own."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from plugins.content.front_matter import Post
from plugins.content.site import read_site
from tests.building import CONTENT

CATEGORIES = ("Back office", "Progetti", "Delegare", "Strumenti", "Clienti", "Numeri", "Tempo", "Mestiere")
# Like those of a real blog: a few on many posts, most on some.
TAGS = 60
NEWEST = date(2026, 11, 1)
_SERVICES = ("posta-e-telefono", "agenda-e-appuntamenti", "ricerca-competitor", "verifica-costi")


@dataclass(frozen=True)
class Words:
    """What posts are made of: the sentences of the sample site's own, and the single words of them."""

    sentences: tuple[str, ...]
    words: tuple[str, ...]


def read_words(content: Path = CONTENT) -> Words:
    """The words of the sample site."""
    bodies = [one.document.body for one in read_site(content).sources.values() if isinstance(one.value, Post)]
    text = re.sub(r"<(\w+)[^>]*>.*?</\1>|<[^>]*>", "", "\n".join(bodies), flags=re.DOTALL)
    plain = re.sub(r"^[#>|!-].*$|[*_`{}\"\[\]|\\]|\(.*?\)", "", text, flags=re.MULTILINE)
    sentences = sorted({" ".join(one.split()) for one in re.findall(r"[^.!?\n]{30,200}[.!?]", plain)})
    words = sorted({word for word in re.findall(r"[a-zàèéìòù]{4,12}", plain.lower())})
    return Words(tuple(sentences), tuple(words))


@dataclass(frozen=True)
class Written:
    """A post before it is a file: any generator can be given it in the form that it reads."""

    slug: str
    title: str
    day: date
    category: str
    tags: tuple[str, ...]
    summary: str
    service: str | None
    body: str


def posts(count: int, seed: int = 1) -> Iterator[Written]:
    """So many posts, the same for the same seed; the first of many are those of few."""
    words = read_words()
    tags = [f"{word} {number}" for number, word in enumerate(random.Random(seed).sample(words.words, TAGS))]
    for number in range(count):
        chance = random.Random(seed * 1_000_003 + number)
        title = " ".join(chance.sample(words.words, chance.randint(3, 7))).capitalize()
        # By the square of a chance: what comes early is taken more often.
        chosen = {tags[int(TAGS * chance.random() ** 2)] for _ in range(chance.randint(2, 4))}
        yield Written(
            slug=f"articolo-{number:05}",
            title=f"{title} {number}",
            day=NEWEST - timedelta(days=number),
            category=chance.choice(CATEGORIES),
            tags=tuple(sorted(chosen)),
            summary=" ".join(chance.sample(words.sentences, 2)),
            service=chance.choice(_SERVICES) if number % 5 == 0 else None,
            body=_body(words, chance),
        )


def _body(words: Words, chance: random.Random) -> str:
    """About five hundred words: paragraphs below headings, a list, sometimes a quotation or a table."""
    parts: list[str] = []
    for _ in range(chance.randint(3, 5)):
        parts.append(f"## {' '.join(chance.sample(words.words, 4)).capitalize()}")
        for _ in range(chance.randint(2, 3)):
            sentences = chance.sample(words.sentences, chance.randint(2, 4))
            marked = f"**{chance.choice(words.words)}**, *{chance.choice(words.words)}*"
            parts.append(" ".join([*sentences, f"E poi: {marked}."]))
        parts.append("\n".join(f"- {' '.join(chance.sample(words.words, 6))}" for _ in range(3)))
    if chance.random() < 0.3:
        parts.append(f"> {chance.choice(words.sentences)}")
    if chance.random() < 0.2:
        rows = "\n".join(f"| {chance.choice(words.words)} | {chance.randint(1, 99)} |" for _ in range(3))
        parts.append(f"| Voce | Ore |\n|---|---|\n{rows}")
    return "\n\n".join([*parts, "[Prenota](https://example.org/prenota/), se vuoi.", ""])


@dataclass(frozen=True)
class Plain:
    """A page or service of the sample site as a plain page: its address without slashes around, title and Markdown.

    An area of services is a list where a generator has such pages.
    """

    address: str
    slug: str
    is_list: bool
    title: str
    body: str


def pages() -> Iterator[Plain]:
    """The pages and services of the sample site that every generator is given; lists and the first page are its own."""
    for path, source in read_site(CONTENT).sources.items():
        value = source.value
        if not isinstance(value, Post) and value.slug not in ("blog", "home", "404"):
            address = path.removeprefix("pages/").removesuffix(".md").removesuffix("/index")
            yield Plain(address, value.slug, path.endswith("/index.md"), value.title, source.document.body)


def write_content(folder: Path, count: int, seed: int = 1) -> Path:
    """Write the sample site's content with so many posts into a folder, as Maglia reads it, and return the folder."""
    shutil.copytree(CONTENT, folder, ignore=shutil.ignore_patterns("blog"))
    (folder / "blog").mkdir()
    for post in posts(count, seed):
        (folder / "blog" / f"{post.slug}.md").write_text(_ours(post), encoding="utf-8")
    _unlink_posts(folder)
    return folder


def _ours(post: Written) -> str:
    service, tags = f"service: {post.service}\n" if post.service else "", ", ".join(post.tags)
    head = f'title: "{post.title}"\ndate: {post.day}\ncategory: {post.category}\ntags: [{tags}]\n'
    return f'---\n{head}summary: "{post.summary}"\n{service}---\n{post.body}'


def _unlink_posts(folder: Path) -> None:
    """Pages keep their links to the blog, as links to a post that is always there."""
    for file in [*(folder / "pages").glob("*.md"), *(folder / "services").rglob("*.md")]:
        text = file.read_text(encoding="utf-8")
        file.write_text(
            re.sub(r"\{filename\}[^)\s]*blog/[\w-]+\.md", "{filename}/blog/articolo-00000.md", text), encoding="utf-8"
        )
