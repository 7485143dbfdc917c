"""Cyrus IMAP's calendar server, from Debian's packages, with a spool of its own."""

from __future__ import annotations

import imaplib
from contextlib import contextmanager
from pathlib import Path

from tests.booking.calendars.servers.account import PASSWORD, USER, Account, Running, Server
from tests.booking.calendars.servers.processes import NOBODY, answers, free_port, needs, process, run, unprivileged

_MASTER, _PASSWORDS = "/usr/sbin/cyrmaster", "/usr/sbin/saslpasswd2"
_IMAPD = f"""
cyrus_user: {NOBODY}
configdirectory: {{folder}}/lib
partition-default: {{folder}}/spool
defaultpartition: default
proc_path: {{folder}}/proc
mboxname_lockpath: {{folder}}/lock
sievedir: {{folder}}/sieve
idlesocket: {{folder}}/idle
notifysocket: {{folder}}/notify
sendmail: /bin/false
admins: cyrus
altnamespace: no
unixhierarchysep: no
allowanonymouslogin: no
allowplaintext: yes
autocreate_quota: 0
autocreate_post: yes
httpmodules: caldav
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {{folder}}/sasldb2
sasl_mech_list: PLAIN LOGIN
virtdomains: off
"""
_CYRUS = """
START {{
    recover cmd="/usr/sbin/cyrus ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
    imap cmd="imapd -C {folder}/imapd.conf" listen="127.0.0.1:{imap}" prefork=0
    http cmd="httpd -C {folder}/imapd.conf" listen="127.0.0.1:{http}" prefork=0
}}
"""


@contextmanager
def _running(folder: Path) -> Running:
    for name in ("db", "log", "msg", "ptclient", "quota", "socket", "user"):
        (folder / "lib" / name).mkdir(parents=True)
    for name in ("spool", "proc", "lock", "sieve"):
        (folder / name).mkdir()
    port, imap = free_port(), free_port()
    (folder / "imapd.conf").write_text(_IMAPD.format(folder=folder), encoding="utf-8")
    (folder / "cyrus.conf").write_text(_CYRUS.format(folder=folder, imap=imap, http=port), encoding="utf-8")
    unprivileged(folder)
    run(
        folder,
        ["/bin/sh", "-c", f'printf %s "$SECRET" | {_PASSWORDS} -p -c -f {folder}/sasldb2 {USER}'],
        SECRET=PASSWORD,
    )
    master = [_MASTER, "-C", folder / "imapd.conf", "-M", folder / "cyrus.conf", "-p", folder / "pid"]
    root = f"http://127.0.0.1:{port}/dav/calendars/user/{USER}/"
    with process(folder, master, answers(root)):
        account = Account(f"{root}Default/", root)
        _make_mailbox(imap)
        account.http.request("PROPFIND", root, headers={"Depth": "1"}).raise_for_status()
        yield account


def _make_mailbox(port: int) -> None:
    """Enter by IMAP once: the mailbox is made then, and the calendars are inside it."""
    with imaplib.IMAP4("127.0.0.1", port) as connection:
        connection.login(USER, PASSWORD)


CYRUS = Server("cyrus", lambda: needs(_MASTER, _PASSWORDS, "/usr/lib/cyrus/bin/httpd"), _running)
