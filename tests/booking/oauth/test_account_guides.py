"""The guides to Google and Microsoft name commands, addresses, variables and answers that are there."""

from __future__ import annotations

import re

import pytest

from plugins.booking.agenda.accounts_page import ACCOUNTS
from plugins.booking.arguments import parser
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.account_words import PROVIDER_NAMES, why_dead
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.operator_words import BY_ADMINISTRATOR, CLIENT_FAULTS
from plugins.booking.oauth.providers import scopes_of_use
from plugins.booking.settings import Settings
from plugins.booking.terminal_consent import redirect_at
from tests.building import ROOT
from tests.guides import code_blocks

PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")
# Why an account lets nobody in, where it is not the provider that says so.
OUR_CODES = {"none", "no_client_id", "secret_key_changed", "scopes_missing"}
each = pytest.mark.parametrize("provider", PROVIDERS)


def guide(provider: str) -> str:
    return (ROOT / "docs" / f"{provider}.md").read_text(encoding="utf-8")


@each
def test_every_command_of_the_guide_is_one(provider: Provider) -> None:
    lines = [line.strip() for block in code_blocks(guide(provider)) for line in block.splitlines()]
    commands = [line.removeprefix("maglia booking ").split() for line in lines if line.startswith("maglia ")]
    assert len(commands) == 2
    for command in commands:
        assert parser().parse_args(command).provider == provider


@each
def test_redirect_addresses_of_the_guide_are_those_that_are_sent(provider: Provider) -> None:
    text = guide(provider)
    assert f"https://example.it{ACCOUNTS}{provider}/ritorno\n" in text
    port = parser().parse_args(["connect", provider]).port
    assert f"{redirect_at(provider, port)}\n" in text


@each
def test_variables_of_the_guide_are_read(provider: Provider) -> None:
    given = dict(re.findall(r"(?m)^ +(BOOKING_\w+)=(\S+)", guide(provider)))
    assert len(given) >= 2
    given = {name: value.replace("…", "x") for name, value in given.items()}
    client = Settings.from_environment(given).oauth[provider]
    assert client.client_id == given[f"BOOKING_{provider.upper()}_CLIENT_ID"]
    assert client.client_secret


@each
def test_scopes_of_the_guide_are_those_asked_for(provider: Provider) -> None:
    text = guide(provider)
    for by_api in (False, True):
        client = ClientSettings("x", mail_by_api=by_api)
        for use in ("calendar", "mail"):
            scopes = scopes_of_use(provider, use, client)
            assert [one for one in scopes if one not in text and one.rpartition("/")[2] not in text] == []


@each
def test_buttons_and_answers_of_the_guide_are_said(provider: Provider) -> None:
    text, name = guide(provider), PROVIDER_NAMES[provider]
    page = (ROOT / "theme" / "templates" / "agenda" / "calendars.html").read_text(encoding="utf-8")
    assert "Collega {{ name }}" in page
    assert f"**Collega {name}**" in text
    command = (ROOT / "plugins" / "booking" / "connect_command.py").read_text(encoding="utf-8")
    assert 'f"Connected: {grant.account} ({in_english(grant.uses)})."' in command
    assert re.search(r"(?m)^ +Connected: nome@\S+ \(calendar\)\.$", text)


@each
def test_every_state_that_is_told_of_has_its_line(provider: Provider) -> None:
    table = guide(provider).rpartition("| `/health` says")[2].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if "|" in line[:3])))
    own = {"google": {"ending", "deleted_client"}, "microsoft": BY_ADMINISTRATOR - {"admin_consent_required"}}
    assert {*OUR_CODES, "invalid_grant", "invalid_client", *own[provider]} <= told
    assert told & CLIENT_FAULTS
    codes = (*OUR_CODES, "invalid_grant", "invalid_client", "x")
    assert len({why_dead(code, provider) for code in codes}) == len(codes)


def test_every_code_of_ours_is_known_to_the_guides() -> None:
    rooms = (ROOT / "plugins" / "booking" / "oauth").glob("*.py")
    raised = {
        code
        for file in rooms
        for code in re.findall(r'"(no_client_id|secret_key_changed|scopes_missing|none)"', file.read_text())
    }
    assert raised == OUR_CODES
