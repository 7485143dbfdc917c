"""Debian's own nginx and Caddy, run with the configurations that the project gives, on free ports of the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.building import ROOT

DEPLOY = ROOT / "deploy"
_PATIENCE_SECONDS = 60
_MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
include /etc/nginx/modules-enabled/*brotli-static.conf;
events {{ }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def free_port() -> int:
    """A port that nobody listens on at present."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return int(opened.getsockname()[1])


def certificate(folder: Path) -> Path:
    """Make a certificate for the loopback, with its key beside it, and return its file."""
    file = folder / "fullchain.pem"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(folder / "privkey.pem"), "-out", str(file)]
    subprocess.run([*words.split(), *more], check=True, capture_output=True)
    return file


@contextmanager
def nginx(folder: Path, site: Path, port: int, endpoint: str) -> Iterator[None]:
    """Run nginx, over TLS, with another's ports, files and certificate in the place of those that are written."""
    certificate(folder)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for written, here in [
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("/etc/letsencrypt/live/example.it", str(folder)),
        ("/srv/maglia/current-code/deploy", str(DEPLOY)),
        ("/srv/maglia/current", str(site)),
        ("127.0.0.1:8000", endpoint),
    ]:
        assert written in text, written
        text = text.replace(written, here)
    (folder / "site.conf").write_text(text, encoding="utf-8")
    # What root begins would serve as somebody who may not look into root's folders.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user), encoding="utf-8")
    with running(["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], port, {}):
        yield


@contextmanager
def caddy(folder: Path, site: Path, port: int, endpoint: str) -> Iterator[None]:
    """Run Caddy as the variables of its configuration say."""
    environment = {
        "MAGLIA_ADDRESS": f"http://127.0.0.1:{port}",
        "MAGLIA_CADDY_ADMIN": "off",
        "MAGLIA_SITE": str(site),
        "MAGLIA_ERRORS": str(DEPLOY / "errors"),
        "MAGLIA_ENDPOINT": endpoint,
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    command = ["caddy", "run", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    with running(command, port, environment):
        yield


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until it is left, from when it listens on."""
    # Debian keeps servers where not everybody looks for programs.
    own = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"} | environment
    process = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _wait(process, port)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=_PATIENCE_SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(process.communicate()[1].decode())
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(" ".join(process.args) if isinstance(process.args, list) else "")
