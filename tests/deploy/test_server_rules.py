"""The rules that an import gives for old addresses, held by real servers."""

from __future__ import annotations

import http.client
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from plugins.publishing.importing.server_rules import server_rules
from tests.deploy.servers import free_port, running

MOVED = {
    "/?p=12": "/blog/twelve/",
    "/wp-content/uploads/2019/05/desk.png": "/images/2019/05/desk.png",
    "/About-Us/": "/about-us/",
    "/città/?x=1": "/blog/city/",
    '/a";return 200;"': "/blog/quoted/",
}


def _nginx(folder: Path, port: int, rules: list[str]) -> list[str]:
    end = rules.index("# … and this within it")
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = (
        f"daemon off; {user} pid {folder}/pid; error_log {folder}/error.log; events {{ }}\n"
        f"http {{ access_log off; {temporary}\n"
        + "\n".join(rules[:end])
        + f"\nserver {{ listen 127.0.0.1:{port}; root {folder};\n"
        + "\n".join(rules[end : rules.index("")])
        + "\n} }\n"
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    return ["nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def _caddy(folder: Path, port: int, rules: list[str]) -> list[str]:
    inner = "\n".join(rules[rules.index("") + 1 :])
    text = f"{{\nadmin off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {folder}\n{inner}\nfile_server\n}}\n"
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.parametrize("command", [_nginx, _caddy])
def test_rules_for_old_addresses_work_in_a_server(
    tmp_path: Path, command: Callable[[Path, int, list[str]], list[str]]
) -> None:
    (tmp_path / "index.html").write_text("home", encoding="utf-8")
    port, rules = free_port(), server_rules(MOVED)
    with running(command(tmp_path, port, rules), port, {"XDG_DATA_HOME": str(tmp_path)}):
        answers = {address: _answer(port, address) for address in ("/", *MOVED, "/?p=13")}
    expected = {"/": (200, None), "/?p=13": (200, None)} | {old: (301, new) for old, new in MOVED.items()}
    assert answers == expected


def test_addresses_that_no_rule_can_hold_are_left_out() -> None:
    assert server_rules({"/a": '/b" "x', "/c": "https://elsewhere.example/"}) == []
    assert server_rules({}) == []


def _answer(port: int, address: str) -> tuple[int, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", quote(address, safe="/?=&"))
    answer = connection.getresponse()
    place = answer.getheader("Location")
    connection.close()
    return answer.status, place.removeprefix(f"http://127.0.0.1:{port}").replace(
        "http://127.0.0.1", ""
    ) if place else None
