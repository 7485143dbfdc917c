"""Connect command: `connect` and `disconnect` an account of Google or Microsoft from a terminal."""

from __future__ import annotations

import argparse
import sys

from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.calendars.sources import names_account
from plugins.booking.oauth.access_token import Provider, TokenUnavailable, Use
from plugins.booking.oauth.account_words import PROVIDER_NAMES
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.consent import ConsentFailed, Consents
from plugins.booking.oauth.operator_words import client_id_of, how_to_name_calendars, in_english, why_failed
from plugins.booking.oauth.providers import scopes_of_use, use_of_scope
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from plugins.booking.oauth.token_store import Grant, TokenStore
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import opened_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.terminal_consent import Clock, by_browser, by_code, redirect_at
from plugins.content.base.faults import ContentError
from plugins.domain.language import _

_BOTH: tuple[Use, ...] = ("calendar", "mail")
_NOTHING = "Nothing is connected."
_DEVICE_BY_GOOGLE = "Google's device flow allows neither calendar nor mail: on a server use --paste."


def add_connect_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe both commands."""
    connecting = commands.add_parser("connect", help=_("collega un account di Google o Microsoft"))
    _add_uses(connecting)
    how = connecting.add_mutually_exclusive_group()
    how.add_argument("--paste", action="store_true", help=_("su un server: incolli l’indirizzo a cui arrivi"))
    how.add_argument("--device", action="store_true", help=_("su un server, solo Microsoft: scrivi un codice altrove"))
    connecting.add_argument("--port", type=port_number, default=8737, help=_("la porta a cui torna il browser: 8737"))
    _add_uses(commands.add_parser("disconnect", help=_("scollega un account, e toglie il permesso")))


def port_number(text: str) -> int:
    """Read a port, of those that there are."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(_("una porta è un numero da 1 a 65535"))
    return int(text)


def _add_uses(command: argparse.ArgumentParser) -> None:
    command.add_argument("provider", choices=sorted(PROVIDER_NAMES))
    command.add_argument("--mail", action="store_true", help=_("solo la posta"))
    command.add_argument("--calendar", action="store_true", help=_("solo il calendario"))


def run_connect(asked: argparse.Namespace, settings: Settings, clock: Clock) -> int:
    """Run either command, and return the exit code."""
    provider: Provider = asked.provider
    client = settings.oauth.get(provider)
    if client is None and asked.command == "connect":
        return _sorry(f"{client_id_of(provider)} is not set: docs/{provider}.md says how to get a client id.", 2)
    if asked.command == "connect" and asked.device and provider == "google":
        return _sorry(_DEVICE_BY_GOOGLE, 2)
    with opened_engine(settings.database_url) as engine:
        migrate(engine)
        store = accounts_of(settings, engine, clock).store
        if client is None:
            # Without a client id nothing can be asked of the provider; what is kept here can go all the same.
            return _forget(store, provider, _uses(asked) or _BOTH)
        consents = Consents(store, provider, client, clock)
        code = _run(asked, provider, client, consents, clock)
        if asked.command == "connect":
            FailedWrites(engine).retry_unconnected(clock())
            if code == 0 and consents.connected(["calendar"]) and not _names_account(settings, provider):
                print(how_to_name_calendars(provider))
        return code


def _names_account(settings: Settings, provider: Provider) -> bool:
    """Say whether a calendar of the account is read or written; of broken content nothing is said here."""
    try:
        return names_account(ContentReloader(settings.content)().availability, provider)
    except (ContentError, OSError):
        return True


def _run(
    asked: argparse.Namespace, provider: Provider, client: ClientSettings, consents: Consents, clock: Clock
) -> int:
    uses = _uses(asked)
    connected: list[Use] = []
    try:
        if asked.command == "disconnect":
            return _disconnect(consents, uses or _BOTH)
        uses = uses or plain_uses(client, consents)
        for part in by_resource(provider, uses, client) if asked.device else [uses]:
            if asked.device:
                grant = by_code(consents, part, clock)
            else:
                grant = by_browser(consents, part, asked.port, paste=asked.paste)
            _tell(grant)
            connected += part
    except ConsentFailed as failed:
        left = f" for {in_english(part)} ({in_english(connected)} is)" if connected else ""
        print(f"Not connected{left}: {why_failed(provider, failed.why, bool(client.client_secret))}.", file=sys.stderr)
        if connected:
            only = " ".join(f"--{use}" for use in part)
            print(f"What is connected stays so: connect {provider} --device {only} asks for the rest.", file=sys.stderr)
        if failed.scopes:
            print(missing(provider, failed.scopes, client), file=sys.stderr)
        return 1
    except TokenUnavailable as error:
        return _sorry(f"{PROVIDER_NAMES[provider]}: {error}", 1)
    except OSError as error:
        other = 8738 if asked.port != 8738 else 8737
        return _sorry(
            f"port {asked.port}: {error.strerror}; end the program that has it, or use --port {other}: "
            f"{redirect_at(provider, other)} has to be registered at the provider too (docs/{provider}.md)",
            1,
        )
    except SecretKeyMissing as error:
        return _sorry(str(error), 2)
    except KeyboardInterrupt:
        return _sorry("nothing more was connected" if connected else "nothing was connected", 130)
    return 0


def plain_uses(client: ClientSettings, consents: Consents) -> tuple[Use, ...]:
    """What is connected where no use is named: mail only where the settings name this account, or it has it."""
    return _BOTH if client.has_mail or consents.connected(["mail"]) else ("calendar",)


def _tell(grant: Grant) -> None:
    print(f"Connected: {grant.account} ({in_english(grant.uses)}).", flush=True)
    if grant.ends_at:
        when = f"{grant.ends_at.astimezone():%Y-%m-%d %H:%M}"
        print(
            f"It ends at {when}: the project was left in Testing. Publish it, as docs/{grant.provider}.md says, and "
            "connect again.",
            flush=True,
        )


def missing(provider: Provider, scopes: tuple[str, ...], client: ClientSettings) -> str:
    """Name the scopes that were not allowed, after what each is for."""
    uses = {scope: use_of_scope(provider, scope, client) for scope in scopes}
    return "\n".join(f"{use}: {scope}" if use else scope for scope, use in uses.items())


def by_resource(provider: Provider, uses: tuple[Use, ...], client: ClientSettings) -> list[tuple[Use, ...]]:
    """Part uses so that each part is of one resource: a device code of Microsoft's is for no more than one."""
    parts: dict[str, list[Use]] = {}
    for use in uses:
        parts.setdefault(scopes_of_use(provider, use, client)[0].rpartition("/")[0], []).append(use)
    return [tuple(part) for part in parts.values()]


def _uses(asked: argparse.Namespace) -> tuple[Use, ...]:
    return tuple(use for use in _BOTH if getattr(asked, use))


def _disconnect(consents: Consents, uses: tuple[Use, ...]) -> int:
    if not consents.connected(uses):
        return _sorry(_NOTHING, 1)
    if consents.disconnect(uses):
        print("Disconnected, and the consent is taken back.")
        return 0
    return _take_back_there(consents.provider)


def _forget(store: TokenStore, provider: Provider, uses: tuple[Use, ...]) -> int:
    if not any(store.find(provider, use) for use in uses):
        return _sorry(_NOTHING, 1)
    store.disconnect(provider, uses)
    return _take_back_there(provider)


def _take_back_there(provider: Provider) -> int:
    where = {
        "google": "https://myaccount.google.com/connections",
        "microsoft": "https://account.microsoft.com/privacy/app-access",
    }
    print(f"Disconnected here. Take the consent back there too: {where[provider]}")
    return 0


def _sorry(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code
