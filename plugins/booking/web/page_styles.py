"""Page styles: of the theme's stylesheet, the CSS that each template can use."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from plugins.content.colours.look import look_of
from plugins.content.templates.template_filters import stylesheet
from plugins.content.templates.template_translation import named
from plugins.content.templates.used_css import cut, read_values, written_names

# The owner's pages, and in development the mails, are made of other parts than those of visitors, who wait for theirs.
# The list of time zones is so long that its page takes no style it has no use for.
_ZONES = "booking/zone.html"
_FOLDERS = {"visitors": ("booking", "messages"), "zones": (), "owner": ("agenda", "posta")}
_ALONE = {"visitors": ("problem.html",), "zones": (_ZONES,), "owner": ()}


class Styles:
    """Page styles by template; those of one kind of page are the same, whatever state it is in."""

    def __init__(self, theme: Path, path: str = "") -> None:
        css = stylesheet(theme, path)
        templates = theme / "templates"
        self.look = look_of(theme)
        self._of = {kind: _cut(css, tuple(_sources(templates, kind))) for kind in _FOLDERS}

    def __call__(self, template: str) -> str:
        """The styles of the pages that a template makes."""
        if template == _ZONES:
            return self._of["zones"]
        return self._of["owner" if template.split("/")[0] in _FOLDERS["owner"] else "visitors"]

    def all(self) -> Iterable[str]:
        """Every one of them, for a policy to name."""
        return self._of.values()


def _cut(css: str, sources: tuple[str, ...]) -> str:
    return cut(css, written_names(css, sources).union(*map(read_values, sources)))


def _sources(templates: Path, kind: str) -> Iterable[str]:
    """The texts of a kind's templates and of all that they are made of."""
    found = {
        file.relative_to(templates).as_posix() for one in _FOLDERS[kind] for file in templates.glob(f"{one}/*.html")
    }
    waiting, read = {*found, *_ALONE[kind]}, dict[str, str]()
    while waiting:
        name = waiting.pop()
        read[name] = (templates / name).read_text(encoding="utf-8")
        waiting |= named(read[name]) - set(read)
    return read.values()
