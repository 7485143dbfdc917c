"""Site languages: those a visitor may be served in besides the site's own, each spoken for one page or mail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

from plugins.content.locale import UnreadableCatalogueError, language
from plugins.content.office import Office
from plugins.domain.language import Language, own_language, speaking


def own_office(office: Callable[[], Office]) -> Office:
    """The content in the site's own language, whatever this context speaks."""
    with speaking(own_language()):
        return office()


class SiteLanguages:
    """Site languages, their catalogues read once for each reading of the content."""

    def __init__(self, office: Callable[[], Office]) -> None:
        self._office = office
        self._known: tuple[Mapping[str, Office], Mapping[str, Language]] = ({}, {})

    def further(self) -> Mapping[str, Language]:
        """Those besides the site's own, by their codes."""
        of, known = self._known
        now = own_office(self._office).further
        if of is not now:
            known = _read(now)
            self._known = now, known
        return known

    def known(self, code: object) -> Language | None:
        """The language of a code, the site's own included; None where the site has not that one."""
        own = own_language()
        return own if code == own.code else self.further().get(code) if isinstance(code, str) else None

    def told(self, code: str | None) -> dict[str, str]:
        """What the API tells of a visitor's language; nothing where the site has one alone."""
        return {"language": (self.known(code) or own_language()).code} if self.further() else {}

    @contextmanager
    def speaking(self, code: str | None) -> Iterator[None]:
        """Speak a visitor's language, or the site's own, where it is none of the site's any more too."""
        with speaking(self.known(code) or own_language()):
            yield


def _read(codes: Iterable[str]) -> dict[str, Language]:
    known = {}
    for code in codes:
        # A catalogue that went since the content was read: the site's own words are better than none.
        with suppress(LookupError, UnreadableCatalogueError):
            known[code] = language(code)
    return known
