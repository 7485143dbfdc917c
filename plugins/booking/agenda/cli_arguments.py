"""Argument parser of the agenda's terminal commands: `python -m plugins.booking agenda …`."""

from __future__ import annotations

import argparse

from plugins.domain.language import _


def add_commands(parser: argparse.ArgumentParser) -> None:
    """Describe them; without one, the agenda is listed."""
    actions = parser.add_subparsers(dest="action", title=_("azioni"))

    def action(name: str, words: str, *arguments: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=words, description=words)
        for argument in arguments:
            one.add_argument(argument)
        return one

    action("list", _("richieste, appuntamenti, tempo bloccato, mail non consegnabili"))
    action("show", _("tutto di un appuntamento"), "id")
    action("approve", _("conferma una richiesta"), "id").add_argument("--word", help=_("una parola, che va nella mail"))
    action("decline", _("rifiuta una richiesta"), "id").add_argument("--word", help=_("una parola, che va nella mail"))
    action("cancel", _("annulla un appuntamento"), "id").add_argument(
        "--reason", help=_("il motivo, che va nella mail")
    )
    moving = action("move", _("sposta un appuntamento"), "id", "start")
    moving.add_argument("--word", help=_("il motivo, che va nella mail"))
    moving.add_argument("--any-notice", action="store_true", help=_("anche senza preavviso"))
    action("no-show", _("segna che non si è visto nessuno"), "id")
    action("correct", _("corregge un indirizzo e manda di nuovo la mail"), "id", "email")
    blocking = action("block", _("blocca del tempo: 2027-01-12, 2027-01-12T09:00"), "from", "to")
    blocking.add_argument("--reason", help=_("il motivo, che leggi solo tu"))
    action("unblock", _("sblocca del tempo"), "id")
    booking = action("book", _("prenota per qualcuno"), "meeting", "start", "name", "email")
    booking.add_argument("--phone")
    booking.add_argument("--any-notice", action="store_true", help=_("anche senza preavviso"))
    action("resend", _("rimette in coda le mail non consegnabili"))
    action("link", _("un collegamento per entrare nell’agenda dal browser, senza aspettare la mail"))
