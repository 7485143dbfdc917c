"""Command line of the endpoint, `python -m plugins.booking …`; only here the environment is read."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from plugins.booking.agenda.account_calendars import run_calendars
from plugins.booking.agenda.cli import AgendaCommands
from plugins.booking.arguments import parser
from plugins.booking.backup_command import run_backup, run_restore
from plugins.booking.backups.backup import BackupFailed, BackupRefused
from plugins.booking.backups.database_lock import serving_from
from plugins.booking.backups.migration_rehearsal import rehearse
from plugins.booking.backups.postgres_programs import ProgramMissing
from plugins.booking.bounce_command import TRY_AGAIN, take_bounce
from plugins.booking.connect_command import run_connect
from plugins.booking.delivery_command import deliver
from plugins.booking.environment_file import read_environment_file
from plugins.booking.explain_command import explain
from plugins.booking.installation import defaults, replacement
from plugins.booking.logs import READABLE, write_json_lines
from plugins.booking.mail.mail_health import mail_state
from plugins.booking.personal_data_command import run_personal_data
from plugins.booking.redaction import redacted
from plugins.booking.server import listen, serve
from plugins.booking.service.content_reload import ContentReloader
from plugins.booking.service.services import services_of
from plugins.booking.settings import Settings, SettingsError, in_development
from plugins.booking.setup_checks.command import check_setup
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.engine import Unavailable, open_engine
from plugins.booking.storage.migrate import migrate
from plugins.booking.storage.outbox import Outbox
from plugins.booking.trial_command import try_account
from plugins.booking.unit_failure import tell_owner
from plugins.content.active_locale import activate_locale
from plugins.content.base.faults import ContentError
from plugins.content.broken_pipe import run_command
from plugins.content.timezone_data import use_newest
from plugins.domain.language import _


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run a command and return its exit code: 0 done, 1 it could not be, 2 it was asked wrongly."""
    use_newest()
    environment = {**defaults(), **environment}
    activate_locale(Path(environment.get("BOOKING_CONTENT") or "content"))
    asked = parser().parse_args(arguments)
    if asked.env:
        try:
            environment |= read_environment_file(Path(asked.env))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not UTF-8; write it anew in that encoding"
            return _sorry(f"{asked.env}: {why}", TRY_AGAIN if asked.command == "bounce" else 2)
        sys.stderr = redacted(sys.stderr, environment)
        activate_locale(Path(environment.get("BOOKING_CONTENT") or "content"))
    if asked.command in {"serve", "deliver"} and not in_development(environment):
        write_json_lines(sys.stderr)
    else:
        logging.basicConfig(format=READABLE, level=logging.WARNING)
    try:
        match asked.command:
            case "serve":
                return _serve(asked.host, asked.port, environment)
            case "agenda":
                return _agenda(asked, environment)
            case "calendars":
                return run_calendars(asked, environment, _now)
            case "explain":
                return explain(asked.meeting, asked.start, Settings.from_environment(environment), _now)
            case "export" | "erase" | "purge":
                return run_personal_data(asked, Settings.from_environment(environment), _now)
            case "backup":
                return run_backup(asked, Settings.from_environment(environment), _now)
            case "restore":
                return run_restore(asked, Settings.from_environment(environment), _now)
            case "check-setup":
                return check_setup(environment, asked.json, _now, lambda line: print(line, flush=True))
            case "try":
                return try_account(asked, Settings.from_environment(environment), _now)
            case "connect" | "disconnect":
                return run_connect(asked, Settings.from_environment(environment), _now)
            case "bounce":
                return take_bounce(lambda: Settings.from_environment(environment), sys.stdin.buffer, _now)
            case "deliver":
                return deliver(asked, Settings.from_environment(environment), _now, replacement(environment))
            case "unit-failed":
                return tell_owner(asked.unit, Settings.from_environment(environment), _now())
            case _:
                url = Settings.from_environment(environment).database_url
                if asked.rehearse:
                    return rehearse(url, print)
                migrate(open_engine(url))
                return 0
    except (SettingsError, BackupRefused, ProgramMissing) as error:
        return _sorry(str(error), 2)
    except BackupFailed as error:
        return _sorry(str(error))
    except ContentError as error:
        return _sorry(f"{_('I contenuti hanno qualcosa da correggere:')}\n{error}")
    except Unavailable as error:
        return _sorry(_("Il database non risponde: %(why)s", why=error))
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _sorry(
                _(
                    "Non riesco a cominciare: la porta %(port)s è già occupata da un altro programma. "
                    "Chiudilo, o scegli un’altra porta: make serve PORT=8001",
                    port=asked.port,
                )
            )
        return _sorry(_("Non riesco a cominciare: %(why)s", why=error))


def _serve(host: str, port: int, environment: Mapping[str, str]) -> int:
    # A wrong variable is told before a port is opened; the port is then part of the site's default address.
    Settings.from_environment(environment)
    opened = listen(host, port)
    with opened:
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        own = {} if environment.get("BOOKING_SITE_URL", "").strip() else {"BOOKING_SITE_URL": address}
        settings = Settings.from_environment({**environment, **own})

        def greet(mailbox: bool) -> None:
            site, posta = f"{address}/", f"{address}/posta/"
            if mailbox:
                words = _("Il sito è su %(site)s, la posta su %(mailbox)s, Ctrl-C per finire", site=site, mailbox=posta)
            elif settings.dev:
                words = _("Il sito è su %(site)s, Ctrl-C per finire", site=site)
            else:
                words = _("L’endpoint è su %(site)s, Ctrl-C per finire", site=site)
            print(words, flush=True)

        engine = open_engine(settings.database_url)
        reload, replaced = ContentReloader(settings.content), replacement(environment)
        with serving_from(settings.database_url):
            asyncio.run(serve(settings, engine, reload, _now, opened, greet, replaced))
    return 0


def _agenda(asked: argparse.Namespace, environment: Mapping[str, str]) -> int:
    settings = Settings.from_environment(environment)
    engine = open_engine(settings.database_url)
    migrate(engine)
    office, store = ContentReloader(settings.content), Store(engine)
    services, mail = services_of(settings, store, _now, office), mail_state(settings.relay, Outbox(engine))
    return AgendaCommands(store, services, office, _now, mail=mail).run(asked)


def _now() -> datetime:
    return datetime.now(UTC)


def _sorry(words: str, code: int = 1) -> int:
    print(words, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.stderr = redacted(sys.stderr, os.environ)
    sys.exit(run_command(lambda: main(sys.argv[1:], os.environ)))
