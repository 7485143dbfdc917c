"""Dovecot on the loopback: an IMAP server with one mailbox, opened by a password or by an access token."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from plugins.booking.imap_url import ImapMailbox
from tests.booking.processes import eventually

_PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "bice@example.org", "una parola/segreta"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {folder}/passwords
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service anvil {{
  chroot =
  # Whoever fails waits ever longer, all of this machine together: that is nobody here.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""
_OAUTH = """
tokeninfo_url = http://127.0.0.1:{port}/?token=
introspection_mode = auth
force_introspection = yes
username_attribute = email
"""


@dataclass
class ImapServer:
    """A running server: its mailbox as we are told of it, and the tokens that are good there."""

    mailbox: ImapMailbox
    tls_port: int
    folder: Path
    tokens: set[str] = field(default_factory=set)

    def client(self) -> imaplib.IMAP4:
        """Log in as whoever reads the mailbox does."""
        client = imaplib.IMAP4("127.0.0.1", self.mailbox.port, timeout=20)
        client.login(f'"{USER}"', PASSWORD)
        return client

    def append(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Let mails arrive."""
        client = self.client()
        for raw in mails:
            status, said = client.append(folder, "", "", raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
            assert status == "OK", said
        client.logout()

    def flags(self) -> list[bytes]:
        """The flags of all its mails."""
        client = self.client()
        client.select("INBOX", readonly=True)
        told = client.fetch("1:*", "(FLAGS)")[1]
        client.logout()
        return [bytes(one) for one in told if isinstance(one, bytes)]

    def count_anew(self) -> None:
        """Let the server number its mails anew (another UIDVALIDITY), as after a restored mailbox."""
        mail = self.folder / "mail" / USER
        names = mail / "dovecot-uidlist"
        text = names.read_text(encoding="utf-8")
        names.write_text(re.sub(r" V\d+ ", " V7 ", text, count=1), encoding="utf-8")
        for file in mail.glob("dovecot.index*"):
            file.unlink()


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[ImapServer]:
    """Run it while the block lasts; with a certificate it answers by TLS too."""
    folder = Path(tempfile.mkdtemp(prefix="maglia-imap-"))
    user, group = _unprivileged(folder)
    port, tls_port = _free_port(), _free_port()
    running = ImapServer(ImapMailbox("127.0.0.1", port, False, USER, PASSWORD), tls_port, folder)
    with _judging(running.tokens) as judge:
        given = {"folder": folder, "user": user, "group": group, "port": port, "tls_port": tls_port}
        # Copies of its own, which whoever it runs as may read.
        pair = {"certificate": folder / "cert.pem", "key": folder / "key.pem"}
        for file in pair.values() if certificate else ():
            file.write_bytes((certificate or file).with_name(file.name).read_bytes())
        text = _CONFIGURATION.format(**given, **pair, ssl="yes" if certificate else "no")
        if not certificate:
            text = "".join(line for line in text.splitlines(True) if not line.startswith(("ssl_cert", "ssl_key")))
        (folder / "dovecot.conf").write_text(text, encoding="utf-8")
        (folder / "oauth2.conf").write_text(_OAUTH.format(port=judge), encoding="utf-8")
        (folder / "passwords").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        root = os.getuid() == 0
        server = subprocess.Popen(
            [_PROGRAM, "-F", "-c", folder / "dovecot.conf"],
            user=user if root else None,
            group=group if root else None,
            extra_groups=[] if root else None,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            eventually(lambda: _answers(port))
            yield running
        finally:
            server.terminate()
            server.wait(timeout=20)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _judging(tokens: set[str]) -> Iterator[int]:
    """Answer Dovecot whose a token is, as a provider does."""

    class Judge(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.path.rpartition("token=")[2] in tokens
            body = b'{"email": "%s"}' % USER.encode() if known else b'{"error": "invalid_token"}'
            self.send_response(200 if known else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Judge) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        return line.recv(4) == b"* OK"
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        port: int = opened.getsockname()[1]
    return port


def _unprivileged(folder: Path) -> tuple[str, str]:
    """Whom it runs as, with a folder of theirs: root is nobody that mail is read as."""
    if os.getuid() != 0:
        own = pwd.getpwuid(os.getuid())
        return own.pw_name, grp.getgrgid(own.pw_gid).gr_name
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name, grp.getgrgid(nobody.pw_gid).gr_name
