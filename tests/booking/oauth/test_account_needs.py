"""What mail and calendars need of an account and do not have is told before a mail fails, with what mends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plugins.booking.agenda.calendar_words import told
from plugins.booking.agenda.words import mail_trouble
from plugins.booking.calendars.client.token_login import not_connected
from plugins.booking.mail.login_backoff import LoginState
from plugins.booking.mail.mail_health import MailState
from plugins.booking.oauth.access_token import Provider, TokenDead
from plugins.booking.oauth.account_state import trouble_of_accounts
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.providers import lacks_mail_scope, scopes_of_use
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from plugins.booking.oauth.token_store import Grant, Secret
from plugins.booking.server import warn_of_missing_key
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.setup_checks.settings_checks import judge
from plugins.booking.storage.outbox import Refusals
from tests.booking.agenda.owner import read, sign_in
from tests.booking.endpoint import endpoint
from tests.booking.oauth.accounts import KEY, store_of
from tests.booking.office import Clock, write_content
from tests.booking.page import Page

CALENDARS = "/agenda/calendari/"
CLIENTS = {"BOOKING_GOOGLE_CLIENT_ID": "g", "BOOKING_MICROSOFT_CLIENT_ID": "m", "BOOKING_SECRET_KEY": KEY}
PROVIDERS: tuple[Provider, ...] = ("google", "microsoft")
NEVER = [
    ({"BOOKING_SMTP_URL": "google+https://"}, "google"),
    ({"BOOKING_SMTP_URL": "microsoft"}, "microsoft"),
    ({"BOOKING_SMTP_URL": "smtp://127.0.0.1:1", "BOOKING_ALARM_SMTP_URL": "google"}, "google"),
    ({"BOOKING_SMTP_URL": "smtp://127.0.0.1:1", "BOOKING_IMAP_URL": "microsoft"}, "microsoft"),
]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a database of its own."""
    return f"sqlite:///{tmp_path}/booking.db"


def grant(provider: Provider, now: datetime, *scopes: str, uses: tuple[str, ...] = ("calendar", "mail")) -> Grant:
    """A consent that was given for some scopes."""
    return Grant("", provider, frozenset(uses), "nome@example.it", scopes, now, now, Secret("refresh", {}))  # type: ignore[arg-type]


def offers(page: Page) -> list[list[str]]:
    """The uses that each form to connect an account offers."""
    return [
        form.choices.get("uses", [form.fields.get("uses", "")])
        for form in page.forms
        if re.fullmatch(r"/agenda/collegamenti/\w+/collega", form.action)
    ]


@pytest.mark.parametrize(("setting", "name"), NEVER)
def test_an_account_mail_needs_is_told_before_it_fails(
    content: Path, database: str, setting: Mapping[str, str], name: str
) -> None:
    with endpoint(content, database, Clock(), **CLIENTS, **setting) as desk:
        health = desk.http.get("/health").json()
        assert health["accounts"] == [{"provider": name, "uses": ["mail"], "state": "dead", "why": "none"}]
        assert "maglia_accounts_dead 1\n" in desk.http.get("/metrics").text
        if setting["BOOKING_SMTP_URL"].startswith(name):
            assert health["mail"].startswith(f"{name} is not connected for mail: connect it")
        trouble = trouble_of_accounts(accounts_of(desk.settings, desk.engine, desk.clock).states())
        assert f"connect {name}`" in str(trouble)
        sign_in(desk)
        for path in ("/agenda/", CALENDARS):
            words = read(desk, path).words
            assert f"{name.capitalize()} non è collegato (posta)" in words
            assert "(none)" not in words


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("none", "non è collegato per la posta: collegalo"),
        (
            "invalid_grant",
            "non è più collegato per la posta: il permesso è scaduto o è stato tolto: collegalo di nuovo",
        ),
        ("no_client_id", "non è più collegato per la posta: sul server manca BOOKING_GOOGLE_CLIENT_ID"),
    ],
)
def test_the_owner_reads_no_code_of_why_mail_waits(why: str, words: str) -> None:
    login = LoginState(refused=1, why=why, provider="google", disconnected=True)
    said = str(mail_trouble(MailState(login, Refusals(0, ""), 0), ZoneInfo("Europe/Rome")))
    assert said.startswith(f"L’account Google {words}")
    assert why not in said


def test_the_agenda_offers_calendars_alone(content: Path, database: str) -> None:
    with endpoint(content, database, Clock(), **CLIENTS) as desk:
        sign_in(desk)
        assert offers(read(desk, CALENDARS)) == [["calendar"], ["calendar"]]
        assert "Collega Google (calendario)" in read(desk, CALENDARS).words


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("is_named", [True, False])
def test_an_account_of_which_no_calendar_is_named_says_so(
    tmp_path: Path, database: str, name: Provider, is_named: bool
) -> None:
    clock, named = Clock(), {name: "primary"} if is_named else None
    with endpoint(write_content(tmp_path / "content", calendar=named), database, clock, **CLIENTS) as desk:
        given = scopes_of_use(name, "calendar", ClientSettings("x"))
        store_of(desk.engine).connect(grant(name, clock(), *given, uses=("calendar",)), clock())
        sign_in(desk)
        words = f"trova le righe da mettere con «calendars {name}»"
        assert (words in read(desk, CALENDARS).words) == (not is_named)


def test_the_agenda_offers_mail_where_it_goes_there(content: Path, database: str) -> None:
    with endpoint(content, database, Clock(), **CLIENTS, BOOKING_SMTP_URL="google") as desk:
        sign_in(desk)
        alert, both, other = offers(read(desk, CALENDARS))
        assert (alert, both, other) == (["mail"], ["calendar mail", "calendar", "mail"], ["calendar"])
        assert desk.http.get("/agenda/collegamenti/google/scollega?uses=mail").headers["location"] == CALENDARS


@pytest.mark.parametrize("way", ["google+https://", "microsoft"])
def test_a_missing_client_id_is_named(content: Path, database: str, way: str) -> None:
    name = way.partition("+")[0]
    with endpoint(content, database, Clock(), BOOKING_SECRET_KEY=KEY, BOOKING_SMTP_URL=way) as desk:
        assert desk.http.get("/health").json()["accounts"][0]["why"] == "no_client_id"
        sign_in(desk)
        page = read(desk, "/agenda/")
        assert f"Sul server manca BOOKING_{name.upper()}_CLIENT_ID" in page.words
        assert offers(page) == []


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("none", "collegalo da questa pagina"),
        ("no_client_id", "sul server manca BOOKING_GOOGLE_CLIENT_ID: chi cura il server lo imposti"),
        ("secret_key_changed", "la chiave segreta del server è cambiata"),
        ("invalid_grant", "il permesso è scaduto o è stato tolto: collegalo di nuovo"),
        ("invalid_client", "l’ID client non è più valido"),
    ],
)
def test_a_calendar_says_why_its_account_lets_nobody_in(why: str, words: str) -> None:
    assert f"l’account non è collegato: {words}" in told(not_connected("google", why).stored, "google")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_consent_for_another_way_of_mail_is_told(content: Path, database: str, name: Provider) -> None:
    clock = Clock()
    given = scopes_of_use(name, "mail", ClientSettings("x", mail_by_api=name == "google"))
    setting = "google" if name == "google" else "microsoft+https://"
    with endpoint(content, database, clock, **CLIENTS, BOOKING_SMTP_URL=setting) as desk:
        store_of(desk.engine).connect(grant(name, clock(), *given), clock())
        health = desk.http.get("/health").json()
        assert [(one["uses"], one["why"]) for one in health["accounts"]] == [
            (["mail"], "scopes_missing"),
            (["calendar"], None),
        ]
        assert "what was consented to is not what BOOKING_SMTP_URL" in health["mail"]
        accounts = accounts_of(desk.settings, desk.engine, clock)
        with pytest.raises(TokenDead, match="scopes_missing"):
            accounts.token(name, "mail")
        sign_in(desk)
        assert "non basta per come va la posta adesso: collegalo di nuovo" in read(desk, "/agenda/").words


@pytest.mark.parametrize(
    ("name", "given", "by_api", "lacks"),
    [
        ("google", ("https://mail.google.com/",), True, False),
        ("google", ("https://www.googleapis.com/auth/gmail.send",), False, True),
        ("google", (), False, False),
        ("microsoft", ("https://graph.microsoft.com/Calendars.ReadWrite",), False, False),
        ("microsoft", ("smtp.send", "IMAP.AccessAsUser.All"), False, False),
        ("microsoft", ("SMTP.Send", "IMAP.AccessAsUser.All"), True, True),
        ("microsoft", ("Mail.Send",), True, False),
    ],
)
def test_only_known_scopes_are_said_to_lack(name: Provider, given: tuple[str, ...], by_api: bool, lacks: bool) -> None:
    client = ClientSettings("x", mail_by_api=by_api, has_mail=True)
    assert lacks_mail_scope(name, given, client) is lacks
    assert not lacks_mail_scope(name, given, replace(client, has_mail=False))


@pytest.mark.parametrize("setting", [{"BOOKING_GOOGLE_CLIENT_ID": "g"}, {"BOOKING_SMTP_URL": "microsoft"}])
def test_a_missing_secret_key_is_told_at_the_start(
    setting: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings.from_environment(setting)
    warn_of_missing_key(settings)
    (said,) = caplog.messages
    assert str(SecretKeyMissing()) in said
    assert [one.level for one in judge(settings) if "no account can be connected" in one.what] == ["fault"]
    warn_of_missing_key(Settings.from_environment({**setting, "BOOKING_SECRET_KEY": KEY}))
    warn_of_missing_key(Settings.from_environment({}))
    assert len(caplog.messages) == 1
