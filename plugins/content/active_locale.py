"""Active locale: puts a content's language in force before the rest is read."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.front_matter_split import read_text
from plugins.content.base.yaml_locations import Document, read_yaml
from plugins.content.locale import UnreadableCatalogueError, codes, language
from plugins.domain.language import ITALIAN, _, speak

IDENTITY = Path("identity.yaml")
_LANGUAGE = re.compile(r"^language:[ \t]*[\"']?([\w-]+)", re.MULTILINE)


def activate_locale(root: Path) -> None:
    """Put the language of the content below a folder in force, before it is read; what is wrong is told then."""
    activate_typed_locale(root)
    with suppress(ContentError):
        activate_locale_of(read_yaml(root, IDENTITY), [])


def activate_typed_locale(root: Path) -> None:
    """Put in force the language that an identity names, YAML or not, so that what is wrong is said in it."""
    with suppress(ContentError, LookupError, UnreadableCatalogueError):
        if typed := _LANGUAGE.search(read_text(root, IDENTITY)):
            speak(language(typed[1]))


def activate_locale_of(document: Document, faults: list[Fault]) -> None:
    """Put the language that an identity names in force; one that is not there is a fault."""
    code = document.values.get("language") or ITALIAN.code
    try:
        speak(language(str(code)))
    except LookupError:
        what = _(
            "La lingua «%(code)s» non c’è fra quelle del sito. Scegli fra %(codes)s.",
            code=code,
            codes=", ".join(codes()),
        )
        faults.append(document.fault(("language",), what))
    except UnreadableCatalogueError as error:
        what = _("Il catalogo di questa lingua non si legge: %(error)s. Correggilo.", error=error)
        faults.append(document.fault(("language",), what))
