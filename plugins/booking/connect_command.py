"""Connect command: `connect` and `disconnect` an account of Google or Microsoft from a terminal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import datetime

from plugins.booking.calendars.entries.failed_writes import FailedWrites
from plugins.booking.oauth.access_token import Provider, TokenUnavailable, Use
from plugins.booking.oauth.account_words import PROVIDER_NAMES, how_long, uses_in_words, why_not_connected
from plugins.booking.oauth.client_settings import ClientSettings
from plugins.booking.oauth.consent import ConsentFailed, Consents, PendingConsent
from plugins.booking.oauth.device_code import connect_by_code
from plugins.booking.oauth.loopback import listen_on_loopback, query_of, wait_for_return
from plugins.booking.oauth.providers import scopes_of_use
from plugins.booking.oauth.token_cipher import SecretKeyMissing
from plugins.booking.oauth.token_store import Grant
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import opened_engine
from plugins.booking.storage.migrate import migrate
from plugins.domain.language import _

_WAIT_SECONDS = 600.0
_MOST_PASTES = 3
_BOTH: tuple[Use, ...] = ("calendar", "mail")
_DEVICE_BY_GOOGLE = "Google's device flow allows neither calendar nor mail: on a server use --paste."

Clock = Callable[[], datetime]


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
    if client is None:
        name = f"BOOKING_{provider.upper()}_CLIENT_ID"
        return _sorry(f"{name} is not set: docs/{provider}.md says how to get a client id.", 2)
    if asked.command == "connect" and asked.device and provider == "google":
        return _sorry(_DEVICE_BY_GOOGLE, 2)
    with opened_engine(settings.database_url) as engine:
        migrate(engine)
        consents = Consents(accounts_of(settings, engine, clock).store, provider, client, clock)
        code = _run(asked, provider, client, consents, clock)
        if asked.command == "connect":
            FailedWrites(engine).retry_unconnected(clock())
        return code


def _run(
    asked: argparse.Namespace, provider: Provider, client: ClientSettings, consents: Consents, clock: Clock
) -> int:
    uses = tuple(use for use in _BOTH if getattr(asked, use)) or _BOTH
    try:
        if asked.command == "disconnect":
            return _disconnect(consents, uses)
        if asked.device:
            grants = [_by_code(consents, part, clock) for part in by_resource(provider, uses, client)]
        else:
            grants = [_by_browser(consents, uses, asked.port, paste=asked.paste)]
    except ConsentFailed as failed:
        print(_("Non è collegato: %(why)s.", why=why_not_connected(failed.why)), file=sys.stderr)
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
        return _sorry("nothing was connected", 130)
    for grant in grants:
        print(_("Collegato: %(account)s (%(uses)s).", account=grant.account, uses=uses_in_words(grant.uses)))
        if grant.ends_at:
            print(_("Attenzione: %(why)s.", why=how_long(f"{grant.ends_at.astimezone():%Y-%m-%d %H:%M}")))
    return 0


def missing(provider: Provider, scopes: tuple[str, ...], client: ClientSettings) -> str:
    """Name the scopes that were not allowed, after what each is for."""
    uses = {scope: use for use in _BOTH for scope in scopes_of_use(provider, use, client)}
    return "\n".join(f"{uses_in_words([uses[one]])}: {one}" if one in uses else one for one in scopes)


def by_resource(provider: Provider, uses: tuple[Use, ...], client: ClientSettings) -> list[tuple[Use, ...]]:
    """Part uses so that each part is of one resource: a device code of Microsoft's is for no more than one."""
    parts: dict[str, list[Use]] = {}
    for use in uses:
        parts.setdefault(scopes_of_use(provider, use, client)[0].rpartition("/")[0], []).append(use)
    return [tuple(part) for part in parts.values()]


def _by_code(consents: Consents, uses: tuple[Use, ...], clock: Clock) -> Grant:
    def show(address: str, code: str) -> None:
        words = _("Apri %(address)s e scrivi il codice %(code)s (%(uses)s). Aspetto.", address=address, code=code,
                  uses=uses_in_words(uses))  # fmt: skip
        print(words, flush=True)

    return connect_by_code(consents, uses, show, clock)


def _by_browser(consents: Consents, uses: tuple[Use, ...], port: int, *, paste: bool) -> Grant:
    host = "127.0.0.1" if consents.provider == "google" else "localhost"
    if paste:
        pending = consents.begin(uses, redirect_at(consents.provider, port))
        print(_("Apri questo indirizzo in un browser, dove vuoi, e dai il consenso:"))
        print(f"\n{pending.address}\n")
        words = _(
            "Alla fine il browser va su http://%(host)s:%(port)s e dice che non lo trova: va bene così. "
            "Copia tutto l’indirizzo che mostra, e incollalo qui:", host=host, port=port,
        )  # fmt: skip
        print(words, flush=True)
        return consents.finish(pending, _pasted())
    with listen_on_loopback(port) as listener:
        pending = consents.begin(uses, redirect_at(consents.provider, listener.getsockname()[1]))
        print(_("Apri questo indirizzo nel browser di questo computer, e dai il consenso:"))
        print(f"\n{pending.address}\n", flush=True)
        return _when_back(
            consents, pending, wait=lambda show: wait_for_return(listener, _WAIT_SECONDS, pending.state, show)
        )


def redirect_at(provider: Provider, port: int) -> str:
    """The address that the browser comes back to, as it has to be registered: for Microsoft by name, without a path."""
    return f"http://127.0.0.1:{port}/" if provider == "google" else f"http://localhost:{port}"


def _when_back(
    consents: Consents,
    pending: PendingConsent,
    wait: Callable[[Callable[[Mapping[str, str]], str]], Mapping[str, str] | None],
) -> Grant:
    """Finish while the browser waits, so that it shows how it ended."""
    ended: list[Grant | ConsentFailed | TokenUnavailable] = []

    def show(query: Mapping[str, str]) -> str:
        try:
            ended.append(consents.finish(pending, query))
        except (ConsentFailed, TokenUnavailable) as error:
            ended.append(error)
            return _("Non è collegato: il terminale dice perché.")
        return _("Collegato. Puoi chiudere questa pagina.")

    if wait(show) is None or not ended:
        raise ConsentFailed("expired_token")
    if isinstance(ended[0], Exception):
        raise ended[0]
    return ended[0]


def _pasted() -> Mapping[str, str]:
    for _time in range(_MOST_PASTES):
        line = sys.stdin.readline()
        if not line:
            break
        if query := query_of(line):
            return query
        print(_("Non è quello: comincia con http:// e contiene code= e state=. Incollalo di nuovo:"), flush=True)
    raise ConsentFailed("not_pasted")


def _disconnect(consents: Consents, uses: tuple[Use, ...]) -> int:
    if not consents.connected(uses):
        return _sorry(_("Non è collegato niente."), 1)
    if consents.disconnect(uses):
        print(_("Scollegato."))
        return 0
    where = {
        "google": "https://myaccount.google.com/connections",
        "microsoft": "https://account.microsoft.com/privacy/app-access",
    }
    print(_("Scollegato qui. Il permesso toglilo anche lì: %(address)s", address=where[consents.provider]))
    return 0


def _sorry(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code
