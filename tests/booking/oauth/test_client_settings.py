"""The client ids of Google and Microsoft are read from the environment, and what is wrong is told."""

from __future__ import annotations

import pytest

from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.providers import addresses_of, scopes_to_ask
from plugins.booking.settings import Settings, SettingsError

SECRET = "GOCSPX-una-parola-segreta"


def read(**environment: str) -> Settings:
    return Settings.from_environment({f"BOOKING_{name}": value for name, value in environment.items()})


def test_client_ids_are_read_and_secrets_not_shown() -> None:
    settings = read(GOOGLE_CLIENT_ID="g1", GOOGLE_CLIENT_SECRET=SECRET, MICROSOFT_CLIENT_ID="m1")
    assert settings.oauth == {"google": ClientSettings("g1", SECRET), "microsoft": ClientSettings("m1")}
    assert SECRET not in repr(settings)
    assert read().oauth == {}


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("GOOGLE_CLIENT_SECRET", SECRET, "BOOKING_GOOGLE_CLIENT_ID"),
        ("GOOGLE_URL", "http://127.0.0.1:1", "BOOKING_GOOGLE_CLIENT_ID"),
        ("GOOGLE_URL", "http://provider.example", "https"),
        ("GOOGLE_URL", "https://a:b@provider.example", "https"),
        ("GOOGLE_URL", "https://[provider", "https"),
        ("MICROSOFT_CLIENT_ID", "m 1", "copy it again"),
        ("MICROSOFT_CLIENT_ID", "m1  # hers", "a comment on a line of its own"),
        ("MICROSOFT_TENANT", "common/../x", "BOOKING_MICROSOFT_TENANT=common"),
    ],
)
def test_a_wrong_registration_is_told_without_its_secret(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(**{name: value})
    assert f"BOOKING_{name}" in str(error.value)
    assert why in str(error.value)
    assert SECRET not in str(error.value)


@pytest.mark.parametrize("secret", [f"{SECRET}    # only with Web", "…", "due parole"])
def test_a_comment_behind_a_client_secret_is_told(secret: str) -> None:
    with pytest.raises(SettingsError, match="BOOKING_MICROSOFT_CLIENT_SECRET has a space") as error:
        read(MICROSOFT_CLIENT_ID="m1", MICROSOFT_CLIENT_SECRET=secret)
    assert secret not in str(error.value)


def test_another_base_address_holds_all_of_a_provider() -> None:
    client = read(GOOGLE_CLIENT_ID="g1", GOOGLE_URL="http://127.0.0.1:8021/g/").oauth["google"]
    there = addresses_of("google", client)
    assert {there.authorize, there.token, there.revoke, there.caldav, there.gmail} == {
        f"http://127.0.0.1:8021/g/{path}"
        for path in ("oauth/authorize", "oauth/token", "oauth/revoke", "caldav/v2/", "gmail/v1/")
    }
    tenant = read(MICROSOFT_CLIENT_ID="m1", MICROSOFT_TENANT="studio.example").oauth["microsoft"]
    assert addresses_of("microsoft", tenant).token == (
        "https://login.microsoftonline.com/studio.example/oauth2/v2.0/token"
    )


def test_only_what_the_uses_need_is_asked_for() -> None:
    by_smtp, by_api = ClientSettings("x"), ClientSettings("x", mail_by_api=True)
    assert "https://mail.google.com/" in scopes_to_ask("google", ["mail"], by_smtp)
    assert set(scopes_to_ask("google", ["mail"], by_api)) == {
        "openid",
        "email",
        "https://www.googleapis.com/auth/gmail.send",
    }
    assert not [scope for scope in scopes_to_ask("microsoft", ["calendar"], by_smtp) if "office.com" in scope]
    assert "offline_access" in scopes_to_ask("microsoft", ["calendar"], by_smtp)
    assert read(MICROSOFT_CLIENT_ID="m", SMTP_URL="").oauth["microsoft"].mail_by_api is False


@pytest.mark.parametrize(
    ("mail", "by_api"),
    [
        ({"SMTP_URL": "google+https://"}, True),
        ({"SMTP_URL": "google+https"}, True),
        ({"SMTP_URL": "google+https://", "ALARM_SMTP_URL": "google"}, False),
        ({"SMTP_URL": "microsoft+https://", "ALARM_SMTP_URL": "google"}, False),
        ({"SMTP_URL": "google+https://", "ALARM_SMTP_URL": "microsoft"}, True),
        ({"SMTP_URL": "google"}, False),
    ],
)
def test_scope_of_the_api_is_enough_where_used_alone(mail: dict[str, str], by_api: bool) -> None:
    assert read(GOOGLE_CLIENT_ID="g", **mail).oauth["google"].mail_by_api is by_api
