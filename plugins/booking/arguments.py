"""Argument parser of the endpoint's commands, and the options of each."""

from __future__ import annotations

import argparse
from pathlib import Path

from plugins import __version__
from plugins.booking.agenda.cli_arguments import add_commands
from plugins.booking.connect_command import add_connect_commands, port_number
from plugins.domain.language import _


def parser() -> argparse.ArgumentParser:
    """Describe them, in the language in force."""
    described = argparse.ArgumentParser("python -m plugins.booking", description=_("L’endpoint degli appuntamenti."))
    described.add_argument("--version", action="version", version=f"Maglia {__version__}")
    described.add_argument(
        "--env", metavar="FILE", help=_("un file con le variabili, scritto come per EnvironmentFile di systemd")
    )
    commands = described.add_subparsers(dest="command", required=True)
    serving = commands.add_parser("serve", help=_("risponde alle richieste e spedisce la posta"))
    serving.add_argument("--host", default="127.0.0.1")
    serving.add_argument("--port", type=_port, default=8000, help=_("0 per una porta libera qualsiasi"))
    delivering = commands.add_parser("deliver", help=_("spedisce la posta, senza rispondere a richieste"))
    how = delivering.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help=_("solo quella che è pronta adesso"))
    how.add_argument("--check", action="store_true", help=_("prova il server di posta senza spedire niente"))
    add_commands(commands.add_parser("agenda", help=_("gli appuntamenti, e che cosa farne")))
    finding = commands.add_parser("calendars", help=_("elenca i calendari di un account o di un server CalDAV"))
    finding.add_argument("address", help=_("google, microsoft, o un indirizzo: per esempio https://cloud.example/"))
    finding.add_argument("--login", metavar="NAME", help=_("la variabile che contiene utente:password"))
    add_connect_commands(commands)
    trying = commands.add_parser("try", help=_("prova un account: legge, scrive, sposta e toglie, e dice com’è andata"))
    trying.add_argument("provider", choices=("google", "microsoft"))
    trying.add_argument("--paste", action="store_true", help=_("su un server: incolli l’indirizzo a cui arrivi"))
    trying.add_argument("--port", type=port_number, default=8737, help=_("la porta a cui torna il browser: 8737"))
    explaining = commands.add_parser("explain", help=_("dice regola per regola perché un orario si può prenotare o no"))
    explaining.add_argument("meeting", help=_("lo slug di un incontro, per esempio conoscitiva"))
    explaining.add_argument("start", help=_("l’inizio con il fuso, per esempio 2027-01-11T10:30:00+01:00"))
    exporting = commands.add_parser("export", help=_("scrive tutto quello che si conserva di una persona, in JSON"))
    exporting.add_argument("email", help=_("il suo indirizzo"))
    erasing = commands.add_parser("erase", help=_("cancella tutto quello che si conserva di una persona"))
    erasing.add_argument("email", help=_("il suo indirizzo"))
    commands.add_parser("purge", help=_("cancella quello che è più vecchio di retention, come ogni giorno da sé"))
    saving = commands.add_parser("backup", help=_("copia il database in un file nuovo, anche mentre è in uso"))
    saving.add_argument("file", nargs="?", help=_("il file da creare"))
    saving.add_argument("--into", type=Path, metavar="DIR", help=_("la cartella delle copie, con nome e data da sé"))
    saving.add_argument("--keep", type=_number, default=14, metavar="N", help=_("di quanti giorni tenere la copia: 14"))
    saving.add_argument("--verify", action="store_true", help=_("prova la copia: la ripristina altrove e la legge"))
    putting = commands.add_parser("restore", help=_("rimette una copia al posto del database"))
    putting.add_argument("file", help=_("la copia"))
    putting.add_argument("--check", action="store_true", help=_("la prova soltanto, senza toccare il database"))
    putting.add_argument("--replace", action="store_true", help=_("mette da parte il database che c’è"))
    putting.add_argument("--hold-mail", action="store_true", help=_("la posta in attesa parte solo dall’agenda"))
    looking = commands.add_parser("check-setup", help=_("guarda se tutto quello che serve al server è a posto"))
    looking.add_argument("--json", action="store_true", help=_("una riga di JSON per ogni cosa trovata"))
    migrating = commands.add_parser("migrate", help=_("porta il database allo schema di questa versione"))
    migrating.add_argument("--rehearse", action="store_true", help=_("solo su una copia, per vedere se riesce"))
    commands.add_parser(
        "bounce", help=_("prende dal server di posta una mail tornata indietro, dall’ingresso standard")
    )
    failing = commands.add_parser("unit-failed", help=_("scrive alla titolare che un’unità di systemd si è fermata"))
    failing.add_argument("unit", help=_("per esempio maglia.service"))
    return described


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text[:9]):
        raise argparse.ArgumentTypeError(_("un numero da 1 in su"))
    return int(text[:9])


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > 65535:
        raise argparse.ArgumentTypeError(_("una porta è un numero da 0 a 65535"))
    return int(text)
