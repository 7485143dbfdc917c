"""Language names: the languages that an identity lists, by their names in the language in force (CLDR)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from plugins.content.base.faults import Fault
from plugins.content.base.yaml_locations import Document
from plugins.domain.language import _, own_language, spoken


def language_names(tags: Sequence[str]) -> tuple[str, ...]:
    """The names of languages by their tags (BCP 47); raises LookupError with a tag that has none."""
    return tuple(map(_name, tags))


def further_language_name(code: str | None) -> str | None:
    """The name of a visitor's language; None where that is the site's own."""
    try:
        return _name(code) if code else None
    except LookupError:
        return code


def other_languages(further: Sequence[str]) -> list[tuple[str, str]]:
    """The site's languages but for the one in force, each with its own name for itself."""
    here = spoken().code
    return own_names(code for code in (own_language().code, *further) if further and code != here)


def own_names(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Languages, each with its own name for itself."""
    return [(code, _own_name(code)) for code in codes]


def _own_name(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return str(Locale.parse(code.replace("-", "_")).get_language_name() or code)
    except (UnknownLocaleError, ValueError):
        return code


def language_faults(document: Document, tags: Sequence[str]) -> Iterator[Fault]:
    """Tell tags that name no language, and a first one that is not the language of the site."""
    site = spoken().tag.split("-")[0].lower()
    for index, tag in enumerate(tags):
        try:
            _name(tag)
        except LookupError:
            what = _(
                "La lingua «%(tag)s» non c’è. Scrivi il suo codice, di due o tre lettere. "
                "Esempio: languages: %(example)s",
                tag=tag,
                example="[it, en]",
            )
            yield document.fault(("languages", index), what)
    if tags and tags[0].split("-")[0].lower() != site:
        what = _(
            "La prima lingua è quella del sito, che è «%(site)s» (language), e qui c’è «%(tag)s». "
            "Metti «%(site)s» al primo posto, o cambia language. Esempio: languages: %(example)s",
            site=site,
            tag=tags[0],
            example=f"[{', '.join(dict.fromkeys((site, *tags)))}]",
        )
        yield document.fault(("languages",), what)


def _name(tag: str) -> str:
    # Only here: most contents list no language, and an edit does without.
    from babel import Locale

    locale = Locale.parse(spoken().locale)
    parts = tag.split("-")
    # As CLDR writes them: en, en_GB, zh_Hans.
    written = [parts[0].lower(), *(part.upper() if len(part) < 4 else part.title() for part in parts[1:])]
    for end in range(len(written), 0, -1):
        if name := locale.languages.get("_".join(written[:end])):
            others = [locale.territories.get(part) or locale.scripts.get(part) or part for part in written[end:]]
            return f"{name} ({', '.join(others)})" if others else str(name)
    raise LookupError(tag)
