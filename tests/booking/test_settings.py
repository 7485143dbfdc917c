"""What the environment may say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from plugins.booking.server_urls import Relay
from plugins.booking.settings import RateLimit, Settings, SettingsError


def read(**environment: str) -> Settings:
    return Settings.from_environment({f"BOOKING_{name}": value for name, value in environment.items()})


def test_an_empty_environment_gives_what_the_contract_says() -> None:
    settings = read()
    assert str(settings.database_url) == "sqlite:///var/booking.db"
    assert settings.relay is None
    assert settings.site_url == "http://127.0.0.1:8000"
    assert settings.allowed_origins == {"http://127.0.0.1:8000"}
    assert settings.trusted_proxies == ()
    assert (settings.content, settings.site_dir) == (Path("content"), Path("output"))
    assert settings.rate_limit == RateLimit(20, timedelta(minutes=10))
    assert (settings.dev, settings.worker) == (False, True)


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.org:2525", Relay("mail.example.org", 2525, "none")),
        ("smtp://mail.example.org", Relay("mail.example.org", 25, "none")),
        ("smtps://mail.example.org", Relay("mail.example.org", 465, "tls")),
        ("smtp+starttls://a%40b:p%3Aw@mail.example.org", Relay("mail.example.org", 587, "starttls", "a@b", "p:w")),
        (
            "smtp+starttls://a%40gmail.com@smtp.gmail.com:587?token=google",
            Relay("smtp.gmail.com", 587, "starttls", "a@gmail.com", token="google"),
        ),
        ("smtps://smtp.example.org?token=microsoft", Relay("smtp.example.org", 465, "tls", token="microsoft")),
        ("smtp://a@127.0.0.1:25?token=google", Relay("127.0.0.1", 25, "none", "a", token="google")),
        ("google", Relay("smtp.gmail.com", 587, "starttls", token="google")),
        ("microsoft", Relay("smtp.office365.com", 587, "starttls", token="microsoft")),
        ("google+https://", Relay("gmail.googleapis.com", 443, "tls", token="google", kind="gmail")),
        ("microsoft+https", Relay("graph.microsoft.com", 443, "tls", token="microsoft", kind="graph")),
        (
            "https://to%40ken:x@relay.example/send/a@b?x=1",
            Relay("relay.example", 443, "tls", None, "to@ken:x", kind="post", path="/send/a@b?x=1"),
        ),
        ("http://word@[::1]:8025", Relay("::1", 8025, "none", None, "word", kind="post", path="/")),
    ],
)
def test_a_relay_is_read_from_its_address(url: str, relay: Relay) -> None:
    assert read(SMTP_URL=url).relay == relay


SIGNS = "p/a#s@s%w?o:r d[]&=+"


def test_url_password_may_hold_any_character_plain_or_percent_encoded() -> None:
    for written in (SIGNS.replace("%", "%25"), quote(SIGNS, safe="")):
        relay = read(SMTP_URL=f"smtps://a%40b:{written}@mail.example.org:465").relay
        assert relay is not None
        assert (relay.user, relay.password, relay.host) == ("a@b", SIGNS, "mail.example.org")
    url = read(
        DATABASE_URL=f"postgresql+psycopg://a%40b:{quote(SIGNS, safe='')}@db.example.org:5433/maglia"
    ).database_url
    assert (url.username, url.password, url.host, url.port) == ("a@b", SIGNS, "db.example.org", 5433)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("SMTP_URL", "smtps://bice:2026/segreto", "name a host"),
        ("SMTP_URL", "smtps://bice:segreto@mail.example.org/path", "name a host"),
        ("SMTP_URL", "smtps://bice:segreto@mail.example.org:65536", "port"),
        ("SMTP_URL", "smtps://bice:caff%C3@mail.example.org", "written %25"),
        ("SMTP_URL", "smtps://bice:caffè@mail.example.org", "outside ASCII"),
        ("SMTP_URL", "smtps://bice:a%0Ab@mail.example.org", "control character"),
        ("SMTP_URL", "smtps://bice@mail.example.org?token=gogle", "names google or microsoft"),
        ("SMTP_URL", "smtps://bice:segreto@mail.example.org?token=google", "both a password"),
        ("SMTP_URL", "smtp://bice@mail.example.org?token=google", "in the clear"),
        ("SMTP_URL", "smtps://bice@mail.example.org?token=google&segreto", "name a host"),
        ("SMTP_URL", "google+https://segreto@example.org", "google\\+https://"),
        ("SMTP_URL", "https://relay.example/send", "https://TOKEN@host/path"),
        ("SMTP_URL", "https://se/greto@relay.example/send", "written %40"),
        ("SMTP_URL", "https://se@greto@relay.example/send", "written %40"),
        ("SMTP_URL", "https://caff%C3@relay.example/send", "written %25"),
        ("SMTP_URL", "https://caff%C3%A8@relay.example/send", "no header carries"),
        ("SMTP_URL", "http://segreto@relay.example/send", "in the clear"),
        ("SMTP_URL", "https://segreto@relay.example:70000/send", "https://TOKEN@host/path"),
        ("DATABASE_URL", "postgresql+psycopg://bice:se@greto@db.example.org/maglia", "written %40"),
        ("DATABASE_URL", "postgresql+psycopg://bice:se@greto/x@db.example.org/maglia", "written %40"),
        ("DATABASE_URL", "postgresql+psycopg://bice:caff%C3@db.example.org/maglia", "written %25"),
        ("DATABASE_URL", "postgresql+psycopg://bice:segreto@db.example.org:99999/maglia", "no host and port"),
        ("DATABASE_URL", "sqlite://bice:segreto@db.example.org/maglia", "three strokes"),
    ],
)
def test_an_address_that_may_be_misread_is_refused(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError, match=f"BOOKING_{name} .*{why}") as raised:
        read(**{name: value})
    assert "greto" not in str(raised.value)


def test_every_wrong_variable_is_named_at_once() -> None:
    wrong = {
        "DATABASE_URL": "mysql://x/y",
        "SMTP_URL": "smtp://host:port",
        "OWNER_EMAIL": "nobody",
        "SITE_URL": "example.org",
        "ALLOWED_ORIGINS": "https://example.org/path",
        "TRUSTED_PROXIES": "*",
        "SECRET_KEY": "short",
        "RATE_LIMIT": "0/minute",
        "DEV": "perhaps",
        "WORKER": "perhaps",
    }
    with pytest.raises(SettingsError) as error:
        read(**wrong)
    assert sorted(line.split()[0] for line in error.value.faults) == sorted(f"BOOKING_{name}" for name in wrong)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?uri=true"])
def test_in_memory_database_url_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="BOOKING_DATABASE_URL must name a file"):
        read(DATABASE_URL=url)


def test_a_public_address_wants_a_key_of_its_own() -> None:
    with pytest.raises(SettingsError, match="BOOKING_SECRET_KEY is required"):
        read(SITE_URL="https://example.org")
    assert read(SITE_URL="https://example.org/", SECRET_KEY="k" * 32).site_url == "https://example.org"


def test_secrets_do_not_show() -> None:
    settings = read(SECRET_KEY="k" * 32, SMTP_URL="smtps://user:word@example.org")
    assert "kkkk" not in repr(settings)
    assert "word" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "limit"),
    [("off", None), ("5/second", RateLimit(5, timedelta(seconds=1))), ("9/2days", RateLimit(9, timedelta(days=2)))],
)
def test_a_rate_is_a_number_and_a_span(text: str, limit: RateLimit | None) -> None:
    assert read(RATE_LIMIT=text).rate_limit == limit


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://perché.it", "https://xn--perch-fsa.it"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://☕.example", "https://xn--53h.example"),
        ("https://Example.IT:443/", "https://example.it"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_is_kept_as_browsers_write_it(written: str, origin: str) -> None:
    secret = {"BOOKING_SECRET_KEY": "k" * 32}
    own = Settings.from_environment({"BOOKING_SITE_URL": written} | secret)
    assert (own.site_url, own.allowed_origins) == (origin, frozenset({origin}))
    other = Settings.from_environment({"BOOKING_ALLOWED_ORIGINS": written} | secret)
    assert other.allowed_origins == frozenset({origin})


def test_the_secret_of_the_example_is_refused() -> None:
    with pytest.raises(SettingsError, match="everybody knows"):
        Settings.from_environment({"BOOKING_SECRET_KEY": "change-me-change-me-change-me-change-me"})
