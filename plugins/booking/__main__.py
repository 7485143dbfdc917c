"""The commands of the endpoint; the environment is read here and nowhere else."""

from __future__ import annotations

import argparse
import asyncio
import errno
import logging
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from plugins.booking.delivery import Worker
from plugins.booking.engine import Unavailable, open_engine
from plugins.booking.live_office import LiveOffice
from plugins.booking.migrate import migrate
from plugins.booking.serving import delivery_of, listen, serve
from plugins.booking.settings import Settings, SettingsError
from plugins.content.faults import ContentError


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run a command and return its exit code: 0 done, 1 it could not be, 2 it was asked wrongly."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        match asked.command:
            case "serve":
                return _serve(asked.host, asked.port, environment)
            case "deliver":
                return _deliver(asked.once, environment)
            case _:
                migrate(open_engine(Settings.from_environment(environment).database_url))
                return 0
    except SettingsError as error:
        return _sorry(str(error), 2)
    except ContentError as error:
        return _sorry(f"I contenuti hanno qualcosa da correggere:\n{error}")
    except Unavailable as error:
        return _sorry(f"Il database non risponde: {error}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _sorry(
                f"Non riesco a cominciare: la porta {asked.port} è già occupata da un altro programma. "
                "Chiudilo, o scegli un’altra porta: make serve PORT=8001"
            )
        return _sorry(f"Non riesco a cominciare: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m plugins.booking", description="L’endpoint degli appuntamenti.")
    commands = parser.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help="risponde alle richieste e spedisce la posta")
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=_port, default=8000, help="0 per una porta libera qualsiasi")
    delivering = commands.add_parser("deliver", help="spedisce la posta, senza rispondere a richieste")
    delivering.add_argument("--once", action="store_true", help="solo quella che è pronta adesso")
    commands.add_parser("migrate", help="porta il database allo schema di questa versione")
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > 65535:
        raise argparse.ArgumentTypeError("una porta è un numero da 0 a 65535")
    return int(text)


def _serve(host: str, port: int, environment: Mapping[str, str]) -> int:
    # A wrong variable is told before a port is opened; the port is then part of the site's default address.
    Settings.from_environment(environment)
    opened = listen(host, port)
    with opened:
        address = f"http://127.0.0.1:{opened.getsockname()[1]}"
        own = {} if environment.get("BOOKING_SITE_URL", "").strip() else {"BOOKING_SITE_URL": address}
        settings = Settings.from_environment({**environment, **own})

        def greet(mailbox: bool) -> None:
            posta = f", la posta su {address}/posta/" if mailbox else ""
            what = "Il sito è" if settings.dev else "L’endpoint è"
            print(f"{what} su {address}/{posta}, Ctrl-C per finire", flush=True)

        engine = open_engine(settings.database_url)
        asyncio.run(serve(settings, engine, LiveOffice(settings.content), _now, opened, greet))
    return 0


def _deliver(once: bool, environment: Mapping[str, str]) -> int:
    settings = Settings.from_environment(environment)
    engine = open_engine(settings.database_url)
    delivery = delivery_of(settings, engine, _now)
    if delivery is None:
        return _sorry("Manca BOOKING_SMTP_URL: per esempio smtp+starttls://utente:password@mail.example.it:587", 2)
    migrate(engine)
    if once:
        delivery.deliver_due()
        return 0
    worker = Worker(delivery)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.ask_to_stop())
    worker.run()
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _sorry(words: str, code: int = 1) -> int:
    print(words, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
