"""What is done with the theme: its templates, styles and scripts, and with what they built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.fastbuild.editing.editor import Editor

# What a template may ask of the site, each in a way of its own.
_READINGS = (
    "{{ articles|length }}",
    "{% for one in articles[:2] %}{{ one.title }}{% endfor %}",
    "{{ (articles|last|default({})).title }}",
    "{% for one in articles|sort(attribute='title') %}{{ one.url }} {% endfor %}",
    "{{ articles|map(attribute='category')|join(',') }}",
    "{% for one, listed in categories %}{{ one }} {{ listed|length }}{% endfor %}",
    "{% for one, listed in tags %}{{ one.url }} {{ (listed|first).title }}{% endfor %}",
    "{% for one in dates %}{{ one.date|iso_day }}{% endfor %}",
    "{{ drafts|length }} {{ hidden_articles|length }}",
    "{% for one in drafts %}{{ one.title }}{% endfor %}",
    "{% for one in pages|sort(attribute='title') %}{{ one.url }}{% endfor %}",
    "{% for one in office.catalogue.services %}{{ one.title }} {{ one.price }}{% endfor %}",
    "{{ office.catalogue.areas|length }} {{ office.testimonials|length }}",
    "{{ office.availability.hours }} {{ office.identity.claim }}",
)


class ThemeEdits:
    """Edits of the theme, and of the output by somebody who meddles with it."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._chance = editor, editor.chance
        self._theme = editor.place.folder / "theme"

    def edits(self) -> Mapping[Callable[[], None], int]:
        """Each, and how often it is done."""
        templates = {self._partial: 2, self._page_type: 2, self._macro: 1, self._reading: 3}
        others = {self._styles: 2, self._script: 1, self._setting: 2, self._day: 4, self._output: 2}
        return {**templates, **others}

    def _templates(self, pattern: str) -> Path:
        return self._editor.one_of(self._theme / "templates", pattern)

    def _partial(self) -> None:
        self._editor.add(self._templates("partials/*.html"), f"<!-- {self._editor.words()} -->")

    def _macro(self) -> None:
        self._editor.add(self._templates("macros/*.html"), f"{{# {self._editor.words()} #}}")

    def _page_type(self) -> None:
        self._within(self._templates("[!np]*.html"), f"<!-- {self._editor.words()} -->")

    def _reading(self) -> None:
        """A template reads more of the site than it did."""
        names = ("article", "page", "index", "category", "tag", "archives", "service", "area", "home")
        file = self._theme / "templates" / f"{self._chance.choice(names)}.html"
        self._within(file, f"<p>{self._chance.choice(_READINGS)}</p>")

    def _within(self, file: Path, piece: str) -> None:
        """Put something at the beginning of a template's main block."""
        text, block = file.read_text(encoding="utf-8"), "{% block main %}"
        self._editor.put(file, text.replace(block, f"{block}{piece}", 1))

    def _styles(self) -> None:
        file = self._chance.choice(sorted((self._theme / "static" / "css").rglob("*.css")))
        self._editor.add(file, f"\np{{margin: {self._chance.randint(1, 99)}px}}\n")

    def _script(self) -> None:
        self._editor.add(self._templates("partials/*.js"), f"\n// {self._editor.words()}\n")

    def _setting(self) -> None:
        name = self._chance.choice(("DEFAULT_PAGINATION", "FEED_MAX_ITEMS"))
        self._editor.settings[name] = self._chance.randint(1, 8)

    def _day(self) -> None:
        self._editor.settings["TODAY"] = self._editor.day()

    def _output(self) -> None:
        """Somebody meddles with what was built."""
        built = self._editor.place.output
        files = sorted(path for path in built.rglob("*") if path.suffix in (".html", ".xml"))
        if files:
            file = self._chance.choice(files)
            self._chance.choice((file.unlink, lambda: file.write_text("altro", encoding="utf-8")))()
