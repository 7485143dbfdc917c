"""Templates are translated when they are compiled, and what is put into a message is escaped as ever."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from plugins.content.templates.template_translation import CompiledTemplates, Words
from plugins.domain.language import ITALIAN, Language, _, ngettext, speak

ENGLISH = {
    "Vai a <b>%(place)s</b>, %(name)s": "%(name)s, go to <b>%(place)s</b>",
    "Di’ «ciao»": 'Say "hello" & <go>',
    "Ciao %(name)s": "Hello %(name)s",
    "100%% buono": "100%% good",
    "%(number)s ore": "%(number)s hours",
}


class Spoken(NullTranslations):
    def gettext(self, message: str) -> str:
        return ENGLISH[message]

    def ngettext(self, one: str, many: str, number: int) -> str:
        return ENGLISH[many]


@pytest.fixture(autouse=True)
def _italian_again() -> Iterator[None]:
    yield
    speak(ITALIAN)


@pytest.fixture
def english() -> Language:
    language = Language("en", "en-GB", "en_GB", "en 1", Spoken())
    speak(language)
    return language


def rendered(template: str, **named: object) -> str:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=[Words])
    return environment.from_string(template).render(**named)


LINK = "{% trans name=who.name, place=where %}Vai a <b>{{ place }}</b>, {{ name }}{% endtrans %}"


def test_translated_block_follows_the_languages_order_and_escapes_only_variables(english: Language) -> None:
    assert rendered(LINK, who={"name": "<i>"}, where="B&B") == "&lt;i&gt;, go to <b>B&amp;B</b>"


def test_in_italian_a_block_is_what_it_says() -> None:
    assert rendered(LINK, who={"name": "Ada"}, where="casa") == "Vai a <b>casa</b>, Ada"
    assert rendered("{% trans %}100% buono{% endtrans %}") == "100% buono"


def test_a_percent_sign_stays_one(english: Language) -> None:
    assert rendered("{% trans %}100% buono{% endtrans %}") == "100% good"


def test_translated_text_in_an_attribute_is_escaped(english: Language) -> None:
    page = rendered('<a title="{{ _("Di’ «ciao»") }}">{{ _("Ciao %(name)s", name=who) }}</a>', who="<i>")
    assert page == '<a title="Say &#34;hello&#34; &amp; &lt;go&gt;">Hello &lt;i&gt;</a>'


def test_a_constant_costs_nothing_when_a_page_is_made(english: Language) -> None:
    environment = Environment(autoescape=True, extensions=[Words])
    assert "gettext" not in environment.compile('{{ _("Di’ «ciao»") }}', raw=True)
    assert "go to <b>" in environment.compile(LINK, raw=True)


def test_plural_form_follows_the_number_and_the_language(english: Language) -> None:
    assert rendered('{{ ngettext("%(number)s ora", "%(number)s ore", n) }}', n=2) == "2 hours"
    speak(ITALIAN)
    assert [ngettext("%(number)s ora", "%(number)s ore", n) for n in (1, 2)] == ["1 ora", "2 ore"]


def test_a_name_that_stands_for_something_else_is_left_alone() -> None:
    assert rendered("{{ one._ }}{{ f(_) is defined }}", one={"_": 1}, f=lambda one: one) == "1True"
    assert _("") == ""


def test_compiled_template_of_one_language_is_not_used_for_another(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('{{ _("Di’ «ciao»") }}', encoding="utf-8")

    def page() -> str:
        environment = Environment(
            loader=FileSystemLoader(tmp_path), extensions=[Words], bytecode_cache=CompiledTemplates(str(tmp_path), "")
        )
        return environment.get_template("page.html").render()

    assert [page(), page()] == ["Di’ «ciao»"] * 2
    speak(Language("en", "en-GB", "en_GB", "en 1", Spoken()))
    assert [page(), page()] == ['Say "hello" & <go>'] * 2
