"""The commands of the agenda in a terminal: `python -m plugins.booking agenda …`."""

from __future__ import annotations

import argparse


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Describe them; without one, the agenda is listed."""
    actions = parser.add_subparsers(dest="action", title="azioni")

    def action(name: str, words: str, *arguments: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=words, description=words)
        for argument in arguments:
            one.add_argument(argument)
        return one

    action("list", "richieste, appuntamenti, tempo bloccato, mail non consegnabili")
    action("show", "tutto di un appuntamento", "id")
    action("approve", "conferma una richiesta", "id").add_argument("--word", help="una parola, che va nella mail")
    action("decline", "rifiuta una richiesta", "id").add_argument("--word", help="una parola, che va nella mail")
    action("cancel", "annulla un appuntamento", "id").add_argument("--reason", help="il motivo, che va nella mail")
    moving = action("move", "sposta un appuntamento", "id", "start")
    moving.add_argument("--word", help="il motivo, che va nella mail")
    moving.add_argument("--any-notice", action="store_true", help="anche senza preavviso")
    action("no-show", "segna che non si è visto nessuno", "id")
    action("correct", "corregge un indirizzo e manda di nuovo la mail", "id", "email")
    blocking = action("block", "blocca del tempo: 2027-01-12, 2027-01-12T09:00", "from", "to")
    blocking.add_argument("--reason", help="il motivo, che leggi solo tu")
    action("unblock", "sblocca del tempo", "id")
    booking = action("book", "prenota per qualcuno", "meeting", "start", "name", "email")
    booking.add_argument("--phone")
    booking.add_argument("--any-notice", action="store_true", help="anche senza preavviso")
    action("resend", "rimette in coda le mail non consegnabili")
    action("link", "un collegamento per entrare nell’agenda dal browser, senza aspettare la mail")
