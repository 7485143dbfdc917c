"""After an edit only what has read it is made again, and the site is what a clean build makes of the same content."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pelicanconf import PLUGINS
from tests.building import edit
from tests.fastbuild.builder import Builder, tree
from tests.fastbuild.conftest import Place


def _append(file: Path, words: str = "\nUna parola in più.\n") -> None:
    file.write_text(file.read_text(encoding="utf-8") + words, encoding="utf-8")


def test_nothing_is_written_where_nothing_has_changed(place: Place) -> None:
    place.build()
    before = {path: path.stat().st_mtime_ns for path in place.output.rglob("*")}
    assert "nothing has changed" in place.build()
    assert {path: path.stat().st_mtime_ns for path in place.output.rglob("*")} == before


EDITS: dict[str, tuple[Callable[[Place], None], str]] = {
    "another text of a post is on its page alone": (lambda place: _append(place.post(3)), "1 of "),
    "another title is on every list": (lambda place: edit(place.post(3), 'title: "', 'title: "Ecco: '), " of "),
    "another summary is on every list": (lambda place: edit(place.post(3), 'summary: "', 'summary: "Ecco. '), " of "),
    "a longer post takes longer to read": (lambda place: _append(place.post(3), "\n" + "parola " * 300), " of "),
    "code and a video": (
        lambda place: _append(
            place.post(3), "\n```python\nx = 1\n```\n\n{video: https://youtu.be/aqz-KE-bpKQ | Un film}\n"
        ),
        "1 of ",
    ),
    "a page of her own": (lambda place: _append(place.content / "pages" / "chi-sono.md"), "1 of "),
    "the prose of a service": (lambda place: _append(next(place.content.glob("services/*/p*.md"))), "1 of "),
    "a heading that another page lists": (lambda place: _append(place.post(2), "\n## Ultima cosa\n\nFine.\n"), " of "),
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_brought_in_without_building_the_rest(place: Place, other: Builder, name: str) -> None:
    make, told = EDITS[name]
    place.build()
    make(place)
    answer = place.build()
    assert told in answer
    assert "pages changed" in answer
    assert tree(place.output) == place.clean(other)


def _cut_off(page: Path) -> None:
    """Leave a page as it is between its last letter and its name."""
    page.rename(page.with_name(f"{page.name}.4711.part"))


def _another_slug(place: Place) -> None:
    edit(place.post(3), "---\n", "---\nslug: altrove\n")


def _with_an_alias(place: Place) -> None:
    edit(place.post(3), "---\n", "---\naliases: [/vecchio/]\n")
    place.post(3).rename(place.post(42))


def _price_and_post(place: Place) -> None:
    edit(_service(place), "from: ", "from: 2")
    edit(place.post(2), "tags: [", "tags: [nuova, ")


def _page_and_client(place: Place) -> None:
    for one in ("pages/chi-sono.md", "testimonials/ceramista.md"):
        _append(place.content / one)


def _case_and_post(place: Place) -> None:
    _append(place.content / "cases/trecento-mail.md")
    _append(place.post(3))


MOVES: dict[str, Callable[[Place], object]] = {
    "a new post": lambda place: place.post(99).write_text(place.post(1).read_text("utf-8"), "utf-8"),
    "a post that goes": lambda place: place.post(3).unlink(),
    "a post that is renamed": lambda place: place.post(3).rename(place.post(42)),
    "another address": _another_slug,
    "another date": lambda place: edit(place.post(3), "date: 2026", "date: 2025"),
    "another label": lambda place: edit(place.post(3), "tags: [", "tags: [nuova, "),
    "a draft": lambda place: edit(place.post(3), "---\n", "---\nstatus: draft\n"),
    "a post that takes an alias along": _with_an_alias,
    "a post that waits for its day": lambda place: edit(place.post(3), "date: 2026", "date: 2126"),
}


@pytest.mark.some_cases(3)
@pytest.mark.parametrize("name", MOVES)
def test_posts_come_go_and_move_without_a_whole_build(place: Place, other: Builder, name: str) -> None:
    # Where a page leads there its link follows.
    _append(place.post(1), "\n[di là]({filename}articolo-00005.md)\n")
    place.build()
    MOVES[name](place)
    assert "pages changed" in place.build()
    assert tree(place.output) == place.clean(other)
    place.post(77).write_text(place.post(2).read_text("utf-8").replace('title: "', 'title: "Dopo '), "utf-8")
    assert "pages changed" in place.build()
    edit(place.post(2), 'title: "', 'title: "Infine: ')
    assert "pages changed" in place.build()
    assert tree(place.output) == place.clean(other)


def test_links_follow_a_post_to_another_address(place: Place, other: Builder) -> None:
    _append(place.post(1), "\n[di là]({filename}articolo-00003.md)\n")
    place.build()
    _another_slug(place)
    assert "pages changed" in place.build()
    assert "/blog/altrove/" in (place.output / "blog/articolo-00001/index.html").read_text(encoding="utf-8")
    assert tree(place.output) == place.clean(other)


@pytest.mark.parametrize("edited", ["slug: articolo-00001", "tags: [Mestiere, mestiere]"])
def test_a_post_that_meets_another_is_refused_as_ever(place: Place, edited: str) -> None:
    place.build()
    before = tree(place.output)
    edit(place.post(3), "---\n", f"---\n{edited}\n")
    with pytest.raises(AssertionError, match="SystemExit"):
        place.build()
    assert tree(place.output) == before


WIDER: dict[str, Callable[[Place], object]] = {
    "another portrait": lambda place: edit(place.content / "images/ritratto.svg", "</svg>", "<circle r='9'/></svg>"),
    "other styles": lambda place: _append(place.folder / "theme/static/css/base/text.css", "p{margin:1px}"),
    "a link to another page": lambda place: _append(place.post(3), "\n[x]({filename}articolo-00001.md)\n"),
    "a page that is missing on the disk": lambda place: (place.output / "blog/articolo-00003/index.html").unlink(),
    "a build that was cut off": lambda place: _cut_off(place.output / "blog/articolo-00003/index.html"),
    "a page that somebody has written to": lambda place: _append(place.output / "blog/index.html"),
}


def _shown(place: Place) -> None:
    """Have each page say what clients said, whatever else the theme shows of it."""
    _append(
        place.folder / "theme/templates/partials/footer.html",
        "<p>{% for one in office.testimonials + office.cases %}{{ one.text }}{% endfor %}</p>",
    )


def _by_a_value(place: Place) -> None:
    _append(place.folder / "theme/templates/home.html", '{% set one = "partials/desk.html" %}{% include one %}')


# A file of the templates, and how many pages show it at most.
TEMPLATES = {
    "partials/post_list.html": 40,
    "service.html": 9,
    "macros/words.html": 99,
    "base.html": 99,
    "agenda/day.html": 0,
}


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_brought_in_where_it_is_shown(place: Place, other: Builder, name: str) -> None:
    file = place.folder / "theme/templates" / name
    place.build()
    file.write_text(file.read_text(encoding="utf-8").replace("</", "<!-- x --></"), encoding="utf-8")
    # Another one at once, while what was made with the one before is in memory.
    edit(place.post(3), 'title: "', 'title: "Ecco: ')
    assert "pages changed" in place.build()
    file.write_text(file.read_text(encoding="utf-8").replace("<!-- x -->", "<!-- y -->"), encoding="utf-8")
    answer = place.build()
    told = re.search(r"Done: (\d+) of \d+ pages changed", answer)
    assert told, answer
    assert int(told[1]) <= TEMPLATES[name]
    assert tree(place.output) == place.clean(other)


def test_what_a_value_names_may_be_any_template(place: Place, other: Builder) -> None:
    _by_a_value(place)
    place.build()
    _append(place.folder / "theme/templates/partials/desk.html", "<hr>")
    place.build()
    assert tree(place.output) == place.clean(other)


def _service(place: Place) -> Path:
    return next(place.content.glob("services/*/p*.md"))


def _hours(place: Place) -> Path:
    return place.content / "availability.yaml"


# What all pages share, and how many of them read it at most.
SHARED: dict[str, tuple[Callable[[Place], object], int]] = {
    "another price": (lambda place: edit(next(place.content.glob("services/*/p*.md")), "from: ", "from: 1"), 12),
    "another claim": (lambda place: edit(place.content / "identity.yaml", "claim: ", "claim: Altro, "), 99),
    "another word of a client": (lambda place: _append(place.content / "testimonials/ceramista.md"), 99),
    "a client who takes it back": (lambda place: (place.content / "testimonials/fornaia.md").unlink(), 99),
    "how a work went, and a post": (_case_and_post, 99),
    "another sentence of hers": (lambda place: edit(place.content / "identity.yaml", "voice: ", "voice: Ecco. "), 20),
    "other hours": (
        lambda place: edit(place.content / "availability.yaml", "monday: [", 'monday: ["07:00-08:00", '),
        0,
    ),
    "another title of a meeting": (
        lambda place: edit(place.content / "availability.yaml", "title: ", "title: La "),
        40,
    ),
    "one more step of a service": (lambda place: edit(_service(place), "steps:\n", "steps:\n  - Un altro passo\n"), 1),
    "another order of services": (lambda place: edit(_service(place), "order: ", "order: 9"), 12),
    "one more service": (
        lambda place: shutil.copy(_service(place), _service(place).with_name("nuovo.md")),
        20,
    ),
    "another title of a page": (lambda place: edit(place.content / "pages/chi-sono.md", "title: ", "title: Io, "), 99),
    "a price and a post": (_price_and_post, 60),
    "the words of a page and of a client": (_page_and_client, 99),
}


@pytest.mark.some_cases(4)
@pytest.mark.parametrize("name", SHARED)
def test_what_all_share_is_brought_in_where_it_is_read(place: Place, other: Builder, name: str) -> None:
    make, most = SHARED[name]
    _shown(place)
    place.build()
    make(place)
    answer = place.build()
    told = re.search(r"Done: (\d+) of \d+ pages changed", answer)
    assert told, answer
    assert int(told[1]) <= most
    assert tree(place.output) == place.clean(other)


@pytest.mark.some_cases(2)
@pytest.mark.parametrize("name", WIDER)
def test_whatever_changes_the_site_is_that_of_a_clean_build(place: Place, other: Builder, name: str) -> None:
    _shown(place)
    place.build()
    WIDER[name](place)
    place.build()
    assert tree(place.output) == place.clean(other)


def test_pages_say_at_once_what_a_client_says_now(place: Place) -> None:
    _shown(place)
    place.build()
    for file in ("testimonials/ceramista.md", "cases/trecento-mail.md"):
        _append(place.content / file, "\nNon l’avevo mai detto.\n")
        place.build()
        assert "Non l’avevo mai detto." in (place.output / "index.html").read_text(encoding="utf-8")
        edit(place.content / file, "Non l’avevo mai detto.", "L’ho detto due volte.")
        place.build()
        assert "Non l’avevo mai detto." not in (place.output / "index.html").read_text(encoding="utf-8")


def test_a_stylesheet_written_just_before_is_relied_on(place: Place) -> None:
    place.build()
    _append(place.folder / "theme/static/css/blocks/posts.css", "/* x */")
    place.build()
    edit(place.post(3), 'title: "', 'title: "Ecco: ')
    assert "pages changed" in place.build()


def test_a_new_post_changes_first_pages_of_lists(place: Place, other: Builder) -> None:
    few = {"DEFAULT_PAGINATION": 2}
    for _again in range(2):
        place.build(**few)
        before = tree(place.output)
        new = place.post(5).read_text(encoding="utf-8").replace("date: 2026-10-27", "date: 2026-11-19")
        place.post(len(before)).write_text(new, encoding="utf-8")
        place.build(**few)
        now = tree(place.output)
        assert now == place.clean(other, **few)
        assert "blog/pagina/1/index.html" in now
        changed = {name for name in now if "/pagina/" in name and before.get(name, now[name]) != now[name]}
        # Where the first page was full, one page more comes before the others, and the next leads to it.
        assert len([name for name in changed if name.startswith("blog/pagina/")]) <= 1
    plain = [name for name in PLUGINS if name != "plugins.fastbuild"]
    assert tree(place.output) == place.clean(other, PLUGINS=plain, **few)


@pytest.mark.parametrize("day", ["2027-02-01", "2027-01-10"])
def test_a_post_whose_day_has_come_is_out(place: Place, other: Builder, day: str) -> None:
    edit(place.post(3), "date: 2026-10-29", "date: 2027-02-01")
    edit(place.post(4), "date: 2026-10-28", "date: 2027-01-20")
    place.build(TODAY="2027-01-31")
    assert "pages changed" in place.build(TODAY=day)
    assert tree(place.output) == place.clean(other, TODAY=day)
    # The day alone is another now: what waits goes on to wait.
    assert "nothing has changed" in place.build(TODAY="2027-03-01" if day > "2027-02" else "2027-01-09")


def test_a_public_site_is_brought_up_to_date_too(place: Place, other: Builder) -> None:
    public = {"SITEURL": "https://stessamaglia.example", "PACK": True, "MEDIA_CACHE": str(place.folder / "media")}
    place.build(**public)
    _append(place.post(3))
    assert "1 of " in place.build(**public)
    assert tree(place.output) == place.clean(other, **public)
    edit(place.post(3), 'title: "', 'title: "Ecco: ')
    place.build(**public)
    assert tree(place.output) == place.clean(other, **public)


def test_a_fault_stops_the_build_and_the_site_stays(place: Place) -> None:
    place.build()
    before = tree(place.output)
    edit(place.post(3), "category: ", "categori: ")
    with pytest.raises(AssertionError, match="SystemExit"):
        place.build()
    assert tree(place.output) == before


def test_without_it_the_site_is_the_same(place: Place, other: Builder) -> None:
    edit(place.post(3), "---\n", "---\naliases: [/vecchio/]\n")
    public = {"SITEURL": "https://stessamaglia.example", "MEDIA_CACHE": str(place.folder / "media")}
    place.build(**public)
    plain = [name for name in PLUGINS if name != "plugins.fastbuild"]
    assert tree(place.output) == place.clean(other, PLUGINS=plain, **public)
