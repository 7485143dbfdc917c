"""What is edited of a site before a build is measured, as each generator has it in its files."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from tests.bench.corpus import CATEGORIES, NEWEST
from tests.bench.site import OPENING, SCHEDULED, Site
from tests.building import edit

# What is edited, below the folder of the content; numbers of posts that are there in a blog of a hundred.
_POST, _SERVICE, _BOOKING_PAGE = "blog/articolo-00050.md", "services/micro/posta-e-telefono.md", "prenota.md"
_GONE, _RENAMED, _LABELLED = 60, 70, 80


def _post(site: Site, number: int) -> Path:
    return site.content / "blog" / f"articolo-{number:05}.md"


def _substitute(file: Path, pattern: str, other: str) -> None:
    """Put other words in the place of what a pattern finds first, and must find; `^` is a line’s beginning."""
    text, count = re.subn(pattern, lambda _: other, file.read_text("utf-8"), count=1, flags=re.M)
    assert count == 1, (file, pattern)
    file.write_text(text, encoding="utf-8")


def _add(file: Path, words: str) -> None:
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{words}\n", encoding="utf-8")


def _words(site: Site, number: int) -> None:
    _add(site.content / _POST, f"parola{number}")


def _title(site: Site, number: int) -> None:
    edit(site.content / _POST, 'title: "', f'title: "{number} ')


def _tags_of(file: Path) -> list[str]:
    found = re.search(r"^(?:tags|labels): \[(.*)\]", file.read_text(encoding="utf-8"), re.M)
    assert found
    return found[1].split(", ")


def _tag(site: Site, number: int) -> None:
    """Give the post one tag more, or one less, of those that others have."""
    file = site.content / _POST
    tags, other = _tags_of(file), _tags_of(_post(site, _LABELLED + number))[0]
    name = "labels" if "\nlabels: " in file.read_text(encoding="utf-8") else "tags"
    given = [tag for tag in tags if tag != other] if other in tags and len(tags) > 1 else [*tags, other]
    _substitute(file, rf"^{name}: .*", f"{name}: [{', '.join(given)}]")


def _category(site: Site, number: int) -> None:
    file, name = site.content / _POST, CATEGORIES[number % len(CATEGORIES)]
    if re.search(rf"^categor\w+: \[?{name}\]?$", file.read_text(encoding="utf-8"), re.M):
        name = CATEGORIES[-1 - number % len(CATEGORIES)]
    line = f"categories: [{name}]" if "\ncategories: " in file.read_text(encoding="utf-8") else f"category: {name}"
    _substitute(file, r"^categor\w+: .*", line)


def _new_post(site: Site, number: int) -> None:
    new_post(site.content, number)


def new_post(content: Path, number: int) -> Path:
    """Write one post more, the newest of all, and return its file."""
    blog = content / "blog"
    file = Path(shutil.copy(blog / f"articolo-{_LABELLED + number:05}.md", blog / f"nuovo-{number:05}.md"))
    _substitute(file, r"^title: .*", f'title: "Un articolo nuovo {number}"')
    _substitute(file, r"^date: .*", f"date: {NEWEST + timedelta(days=1 + number)}")
    _slug(file)
    return file


def _slug(file: Path) -> None:
    if "\nslug: " in file.read_text(encoding="utf-8"):
        _substitute(file, r"^slug: .*", f"slug: {file.stem}")


def _gone(site: Site, number: int) -> None:
    _post(site, _GONE + number).unlink()


def _renamed(site: Site, number: int) -> None:
    """Another address, and the old one leads to it."""
    file = _post(site, _RENAMED + number)
    other = file.rename(file.with_name(f"rinominato-{number:05}.md"))
    _slug(other)
    _substitute(other, r"\A---\n", f"---\naliases: [/blog/{file.stem}/]\n")


def _price(site: Site, number: int) -> None:
    _key_of_service(site, r"^price: .*", f"price: {{from: {30 + number}, unit: l’ora}}", f"Da {30 + number} euro l’ora")


def _question(site: Site, number: int) -> None:
    words = f"È la domanda numero {number}?"
    _key_of_service(site, r"^faq:$", f"faq:\n  - question: {words}\n    answer: Sì.", words)


def _step(site: Site, number: int) -> None:
    words = f"Un passo in più, il numero {number}."
    _key_of_service(site, r"^steps:$", f"steps:\n  - {words}", words)


def _key_of_service(site: Site, pattern: str, other: str, words: str) -> None:
    """Edit a key of the service; with the others, whose services are plain pages, its text."""
    if site.is_ours:
        _substitute(site.content / _SERVICE, pattern, other)
    else:
        _add(site.content / _SERVICE, words)


def _service(site: Site, number: int) -> None:
    file = site.content / _SERVICE
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r'^title: "?', lambda found: f"{found[0]}{number} ", text, count=1, flags=re.M), "utf-8")


def _hours(site: Site, number: int) -> None:
    """Other hours; with the others, which know of none, the text of the page to book at."""
    if site.is_ours:
        _substitute(site.content / "availability.yaml", r"^  friday: .*", f'  friday: ["09:00-1{number}:30"]')
    else:
        _add(site.content / _BOOKING_PAGE, f"Il venerdì fino alle 1{number}:30")


def _closure(site: Site, number: int) -> None:
    """One closure more; with the others as for the hours."""
    day = f"2027-09-{1 + number:02}"
    if site.is_ours:
        _substitute(site.content / "availability.yaml", r"^closures:.*", f"closures:\n  - {{from: {day}, to: {day}}}")
    else:
        _add(site.content / _BOOKING_PAGE, f"Chiuso il {day}")


def _identity(site: Site, number: int) -> None:
    """What stands on every page: her brand, and with the others the site's title."""
    if site.is_ours:
        _substitute(site.content / "identity.yaml", r"^brand: .*", f"brand: Maglia {number}")
    else:
        _substitute(site.identity, r"^title = .*", f'title = "Peer {number}"')


def _picture(site: Site, number: int) -> None:
    """A photo that a post shows; what is made of its bytes was made for another post's."""
    photo = site.pictures / "foto.png"
    shutil.copy(photo, photo.with_name(f"foto-{number}.png"))
    _add(site.content / _POST, OPENING.format(site.picture_address.format(f"foto-{number}.png")))


def _day(site: Site, number: int) -> None:
    """The next day, of which one post that was there already is out."""
    site.set_day(SCHEDULED + timedelta(days=number))


def _styles(site: Site, number: int) -> None:
    _add(site.styles, f"p{{orphans:{2 + number}}}")


def _template(site: Site, number: int) -> None:
    _add(site.template, f"<!-- {number} -->")


def _page_type(site: Site, number: int) -> None:
    """Something new in what the template of services says."""
    mark = "{% block main %}" if site.is_ours else '<div class="head">'
    _substitute(site.page_type, re.escape(mark), f"{mark}<!-- {number} -->")


# What has happened before each build, by its name and in words.
CASES: Mapping[str, tuple[str, Callable[[Site, int], None]]] = {
    "clean": ("Nothing built yet", lambda site, _number: site.forget()),
    "nothing": ("Nothing changed", lambda _site, _number: None),
    "body": ("A word of a post", _words),
    "title": ("The title of a post", _title),
    "post": ("A new post", _new_post),
    "gone": ("A post taken away", _gone),
    "renamed": ("A post renamed, with an alias", _renamed),
    "tag": ("A tag of a post", _tag),
    "category": ("The category of a post", _category),
    "day": ("A day that has come, with a post", _day),
    "picture": ("A picture added to a post", _picture),
    "price": ("The price of a service", _price),
    "question": ("A question about a service", _question),
    "step": ("A step of a service", _step),
    "catalogue": ("The title of a service", _service),
    "hours": ("Her hours", _hours),
    "closure": ("A closure of hers", _closure),
    "identity": ("Her name on every page", _identity),
    "template": ("A template of lists", _template),
    "page_type": ("The template of one page type", _page_type),
    "styles": ("The stylesheet", _styles),
}
