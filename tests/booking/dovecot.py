"""Dovecot on the loopback: a submission service that has access tokens judged by their provider, then relays."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plugins.booking.server_urls import Relay
from tests.booking.processes import eventually

_PROGRAM = "/usr/sbin/dovecot"
_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
auth_verbose = yes
protocols = submission
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
hostname = mail.example.org
submission_relay_host = 127.0.0.1
submission_relay_port = {relay_port}
submission_relay_ssl = no
submission_relay_trusted = no
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
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
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {port}
  }}
}}
service stats {{
  chroot =
}}
"""
# Each token is shown to the provider (RFC 7662), which answers whose it is, or that it is good no more.
_OAUTH = """
introspection_url = {introspection}
introspection_mode = post
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = sub
"""


@contextmanager
def submission(introspection: str, relay_port: int, mechanisms: str = "xoauth2 oauthbearer") -> Iterator[Relay]:
    """Run it while the block lasts: it takes mail from whom the provider knows, and hands it to a port here."""
    folder = Path(tempfile.mkdtemp(prefix="maglia-dovecot-"))
    user, group = _unprivileged(folder)
    port = _free_port()
    given = {"folder": folder, "user": user, "group": group, "mechanisms": mechanisms, "relay_port": relay_port}
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(**given, port=port), encoding="utf-8")
    (folder / "oauth2.conf").write_text(_OAUTH.format(introspection=introspection), encoding="utf-8")
    server = subprocess.Popen(
        [_PROGRAM, "-F", "-c", folder / "dovecot.conf"],
        user=user if os.getuid() == 0 else None,
        group=group if os.getuid() == 0 else None,
        extra_groups=[] if os.getuid() == 0 else None,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: _answers(port))
        yield Relay("127.0.0.1", port, "none", token="google")
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        return line.recv(3) == b"220"
    return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        port: int = opened.getsockname()[1]
    return port


def _unprivileged(folder: Path) -> tuple[str, str]:
    """Whom it runs as, with a folder of theirs: root is nobody that mail is read as."""
    if os.getuid() != 0:
        own = pwd.getpwuid(os.getuid())
        return own.pw_name, _group(own.pw_gid)
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name, _group(nobody.pw_gid)


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name
