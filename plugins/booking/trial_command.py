"""Trial command: `try google` connects an account where none is, and goes through its trial."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime

from plugins.booking.account_trial import AccountTrial
from plugins.booking.connect_command import run_connect
from plugins.booking.oauth.access_token import Provider, TokenDead, TokenUnavailable
from plugins.booking.service.content_reload import readable
from plugins.booking.service.services import accounts_of
from plugins.booking.settings import Settings
from plugins.booking.storage.engine import opened_engine
from plugins.booking.storage.migrate import migrate


def try_account(asked: argparse.Namespace, settings: Settings, clock: Callable[[], datetime]) -> int:
    """Run the command, and return its exit code: 1 where a step went wrong."""
    provider: Provider = asked.provider
    office = readable(settings.content)
    if office is None:
        print("The content cannot be read: set BOOKING_CONTENT to its folder.", file=sys.stderr)
        return 2
    with opened_engine(settings.database_url) as engine:
        migrate(engine)
        tokens = accounts_of(settings, engine, clock)
        try:
            tokens.token(provider, "calendar")
        except TokenDead:
            by_mail = settings.relay is not None and settings.relay.token == provider
            wanted = argparse.Namespace(
                command="connect", provider=provider, calendar=True, mail=by_mail, paste=asked.paste, device=False,
                port=asked.port,
            )  # fmt: skip
            if code := run_connect(wanted, settings, clock):
                return code
        except TokenUnavailable as error:
            print(f"No access token for now: {error}", file=sys.stderr)
            return 1
        trial = AccountTrial(provider, settings, tokens, office, clock, lambda line: print(line, flush=True))
        return 1 if trial.run() else 0
