"""What is said in the language in force."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from plugins.domain.language import ITALIAN, Language, _, ngettext, speak, spoken


class English(NullTranslations):
    """A catalogue of two messages, and of a header as every catalogue has it."""

    def gettext(self, message: str) -> str:
        return {"": "Language: en", "Ciao %(name)s": "Hello %(name)s", "100%": "all of it"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return "%(number)s day" if n == 1 else "%(number)s days by %(who)s"


@pytest.fixture
def english() -> Iterator[Language]:
    before = spoken()
    speak(Language("en", "en-GB", "en_GB", catalogue=English()))
    yield spoken()
    speak(before)


def test_italian_is_spoken_until_another_is_chosen() -> None:
    assert spoken() is ITALIAN
    assert _("Ciao %(name)s", name="Ada") == "Ciao Ada"


def test_a_message_is_said_with_what_it_names(english: Language) -> None:
    assert spoken().code == english.code == "en"
    assert _("Ciao %(name)s", name="Ada") == "Hello Ada"


def test_a_message_that_names_nothing_keeps_its_signs(english: Language) -> None:
    assert _("100%") == "all of it"
    assert _("50% di %s") == "50% di %s"


def test_an_empty_message_stays_empty(english: Language) -> None:
    assert _("") == ""


def test_a_number_takes_the_form_it_asks_for(english: Language) -> None:
    assert ngettext("%(number)s giorno", "%(number)s giorni", 1) == "1 day"
    assert ngettext("%(number)s giorno", "%(number)s giorni", 2, who="Ada") == "2 days by Ada"


def test_a_language_is_shown_without_its_catalogue() -> None:
    assert "catalogue" not in repr(ITALIAN)
    with pytest.raises(AttributeError):
        ITALIAN.code = "en"  # type: ignore[misc]
