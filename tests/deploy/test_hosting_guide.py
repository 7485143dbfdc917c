"""Every command of the chapter on a machine of one's own in docs/hosting.md, run as it stands on such a machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.publishing.code_versions import CODE
from plugins.publishing.environments import environment_name
from tests.building import ROOT, copy_checkout
from tests.deploy.machine import Machine, python_for, running_machine
from tests.deploy.servers import certificate
from tests.publishing.place import ENVIRONMENT
from tests.soak import soak_count

GUIDE = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
CHAPTER = GUIDE.partition("\n## A machine of your own\n")[2].partition("\n## ")[0]
NOT_RUN = re.compile(r"<!-- not run: (.+?) -->\n(.+?)<!-- end -->\n", re.DOTALL)
MATRIX = [
    ("sqlite", "nginx", "push"),
    ("postgresql", "caddy", "follow"),
    ("postgresql", "nginx", "push"),
    ("sqlite", "caddy", "follow"),
    ("sqlite", "caddy", "push"),
    ("postgresql", "caddy", "push"),
    ("sqlite", "nginx", "follow"),
    ("postgresql", "nginx", "follow"),
]
# Stands for sshd: what `git push` asks of it is asked of the user's own shell.
SSH = '#!/bin/sh\nshift\nexec runuser -u maglia -- /usr/bin/git-shell -c "$*"\n'
NEW = '<body data-new="yes"'


def sections() -> dict[str, list[str]]:
    """The blocks that are run, by the headings that they stand below."""
    found: dict[str, list[str]] = {}
    for part in re.split(r"^### \d+\. ", NOT_RUN.sub("", CHAPTER), flags=re.MULTILINE)[1:]:
        heading, _, text = part.partition("\n")
        blocks = re.findall(r"(?:^    .*\n)+", text, re.MULTILINE)
        found[heading] = [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in blocks]
    return found


BLOCKS = sections()
SETUP, SETTINGS, POSTGRESQL, PUSH, RUNS, WEB, FOLLOW = list(BLOCKS)[:7]


def test_what_is_not_run_wants_the_network_and_is_counted() -> None:
    reasons = [reason for reason, _ in NOT_RUN.findall(CHAPTER)]
    assert all(reason.startswith("asks ") for reason in reasons)
    assert len(reasons) == 5
    assert sum(len(blocks) for blocks in BLOCKS.values()) == 16


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A bare machine, and the fork where the guide has it: beyond the network."""
    origin = copy_checkout(tmp_path / "origin", *CODE, "content", "Makefile", ".gitignore", "deploy/.env.example",
                           "deploy/nginx.conf", "deploy/Caddyfile")  # fmt: skip
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "Il mio sito"]):
        subprocess.run(["git", *words], cwd=origin, env=ENVIRONMENT, check=True)
    with running_machine(tmp_path / "machine") as made:
        shutil.copytree(origin, made.file("/opt/origin/sito.git"))
        made.run(
            "git config --global url./opt/origin/.insteadOf https://codeberg.org/bice/\n"
            "git config --system --add safe.directory '*'\n"
            "git config --system url./opt/origin/.insteadOf https://codeberg.org/bice/\n"
            "git config --global user.name Bice; git config --global user.email bice@example.org"
        )
        yield made


def run(machine: Machine, block: str, folder: str = "/root/sito") -> str:
    """Run a block in root's shell, with what its `.bashrc` has by then."""
    here = folder if machine.file(folder).is_dir() else "/root"
    return machine.run(f"[ ! -e /root/.bashrc.maglia ] || . /root/.bashrc.maglia\n{block}", here)


def environment(machine: Machine, folder: str) -> None:
    """Stand in for what pip would fetch: an environment with the packages of the tests."""
    machine.run(
        f"{python_for(machine)} -m venv --without-pip {folder}\n"
        f"echo /opt/packages > $(echo {folder}/lib/python3*/site-packages)/these.pth"
    )


def set_up(machine: Machine) -> None:
    useradd_and_clone, install, function = BLOCKS[SETUP]
    run(machine, useradd_and_clone)
    environment(machine, "/root/sito/.venv")
    name = environment_name(machine.file("/root/sito"))
    environment(machine, f"/srv/maglia/environments/{name}")
    machine.run(f"touch /srv/maglia/environments/{name}/.whole")
    told = run(machine, install)
    assert "It belongs to maglia." in told
    machine.file("/root/.bashrc.maglia").write_text(function.splitlines()[0] + "\n", encoding="utf-8")
    assert run(machine, function) == ""
    # As root without becoming the user, the guide's word holds.
    refused = machine.run("cd /root/sito && .venv/bin/python -m plugins.publishing due /srv/maglia || true")
    said, _, mend = refused.partition(" Run: ")
    assert said == "/srv/maglia belongs to maglia, and this runs as root."
    assert machine.run(mend) == ""


def configure(machine: Machine, database: str) -> None:
    write, encode, migrate = BLOCKS[SETTINGS]
    run(machine, write)
    assert machine.run("stat -c %U:%G:%a /etc/maglia/env") == "root:maglia:640\n"
    assert run(machine, f"export -f maglia 2>/dev/null; echo 'p/w' | {encode.strip()} 2>/dev/null").endswith("p%2Fw\n")
    # No relay outside is to be asked, nor found wanting.
    machine.run("sed -i 's|^BOOKING_SMTP_URL=.*|BOOKING_SMTP_URL=smtp://127.0.0.1:2525|' /etc/maglia/env")
    if database == "sqlite":
        run(machine, migrate)
        assert machine.file("/var/lib/maglia/booking.db").is_file()
        return
    (version,) = {path.name for path in Path("/usr/lib/postgresql").iterdir()}
    cluster = f"{version} main"
    machine.run(
        f"pg_lsclusters --no-header | grep -q '^{cluster}' || pg_createcluster {cluster}\n"
        f"systemctl start postgresql@{version}-main"
    )
    by_socket, by_password = BLOCKS[POSTGRESQL]
    run(machine, by_socket)
    run(machine, by_password)
    machine.run("! grep -r 'tre/quattro' /etc/maglia")


def go_live(machine: Machine, way: str) -> None:
    let_in, push = BLOCKS[PUSH]
    start, look = BLOCKS[RUNS]
    follow, by_timer = BLOCKS[FOLLOW]
    if way == "push":
        machine.run("ssh-keygen -q -t ed25519 -N '' -f key", "/root/sito")
        run(machine, let_in)
        machine.file("/usr/local/bin/ssh-here").write_text(SSH, encoding="utf-8")
        machine.run("chmod 755 /usr/local/bin/ssh-here && git config core.sshCommand ssh-here", "/root/sito")
        assert "PUBBLICATO" in run(machine, push)
    else:
        assert "Published" in run(machine, follow)
    run(machine, start)
    assert '"status":"ok"' in run(machine, look).replace(" ", "")
    if way == "follow":
        run(machine, by_timer)


def serve(machine: Machine, server: str) -> str:
    """Put a web server in front, and return the address of the site."""
    with_nginx, with_caddy = BLOCKS[WEB]
    if server == "nginx":
        folder = machine.file("/etc/letsencrypt/live/example.it")
        folder.mkdir(parents=True)
        certificate(folder)
        run(machine, with_nginx)
        return "https://example.it"
    # There is no authority here that would give it a certificate.
    drop_in = "/etc/systemd/system/caddy.service.d"
    machine.run(
        f"mkdir -p {drop_in}\n"
        f"printf '[Service]\\nEnvironment=MAGLIA_ADDRESS=http://example.it\\n' > {drop_in}/plain.conf\n"
        "systemctl daemon-reload"
    )
    run(machine, with_caddy)
    return "http://example.it"


def seen(machine: Machine, address: str) -> list[bool]:
    """Whether a file of the site and a page of the endpoint are of the new version, behind the web server."""
    return [
        NEW
        in machine.run(f"curl --insecure --fail --silent --retry 20 --retry-all-errors --retry-delay 1 {address}{path}")
        for path in ("/", "/appuntamenti/orari?meeting=conoscitiva")
    ]


def upgrade_and_back(machine: Machine, address: str, way: str) -> None:
    there = "/root/sito" if way == "push" else "/opt/origin/sito.git"
    machine.run(
        f"sed -i 's|<body|{NEW}|' theme/templates/base.html\n"
        "sed -i 's|^brand: .*|brand: Nuova Insegna|' content/identity.yaml && git commit -qam Tema",
        there,
    )
    # By the timer's service, hardened as it is: what a push that was cut off has left, or what is new elsewhere.
    if way == "push":
        machine.run("git push -q sito main:refs/heads/via", there)
        cut_off = "git --git-dir=/srv/maglia/site.git update-ref refs/heads/main refs/heads/via"
        machine.run(f"runuser -u maglia -- {cut_off} && systemctl start maglia-due.service")
    else:
        machine.run("systemctl start maglia-follow.service")
    assert "Nuova Insegna" in machine.run(f"curl --insecure --fail --silent {address}/")
    assert seen(machine, address) == [False, False]
    for command, new in (("upgrade /srv/maglia main", True), ("upgrade /srv/maglia --back", False)):
        run(machine, f"maglia publishing {command}")
        # The endpoint ends by itself, and systemd starts it anew.
        machine.run(
            "for try in $(seq 60); do\n"
            "  runs=$(readlink /proc/$(systemctl show -P MainPID maglia)/cwd || true)\n"
            '  [ "$runs" = $(realpath /srv/maglia/current-code) ] && exit 0\n'
            "  sleep 1\n"
            "done; exit 1"
        )
        assert seen(machine, address) == [new, new]


def told_of_failures(machine: Machine) -> None:
    """A service that fails writes to the owner by `OnFailure=`, and that once however often it fails."""
    sink = "python3 -u -m aiosmtpd --nosetuid --class aiosmtpd.handlers.Debugging stdout --listen 127.0.0.1:2525"
    machine.run(f"systemd-run --quiet --unit=sink --setenv=PYTHONPATH=/opt/packages {python_for(machine)} {sink[8:]}")
    setting = "git --git-dir=/srv/maglia/site.git config maglia.followed"
    machine.run(
        f"runuser -u maglia -- {setting} /nowhere\n"
        "for try in 1 2 3; do systemctl start maglia-follow.service || true; done\n"
        "for try in $(seq 60); do\n"
        "  journalctl -u sink | grep -q 'journalctl -u maglia-follow.service' && break\n"
        "  sleep 1\n"
        "done\n"
        "systemctl stop maglia-follow.timer\n"
        f"runuser -u maglia -- {setting} /opt/origin/sito.git && systemctl start maglia-follow.service"
    )
    mails = machine.run("journalctl --output=cat -u sink").count("journalctl -u maglia-follow.service -n 50")
    assert mails == 1
    # So many starts in a few seconds are this test's alone: they count no more.
    machine.run("systemctl reset-failed maglia-follow.service 'maglia-failed@*' && systemctl start maglia-follow.timer")


@pytest.mark.some_cases(0)
@pytest.mark.soak
@pytest.mark.parametrize(("database", "server", "way"), MATRIX[: soak_count(1, len(MATRIX))])
def test_the_guide_leads_to_a_site_that_books(machine: Machine, database: str, server: str, way: str) -> None:
    set_up(machine)
    configure(machine, database)
    go_live(machine, way)
    address = serve(machine, server)
    health = machine.run(f"curl --insecure --fail --silent {address}/health")
    assert ("postgresql" if database == "postgresql" else "sqlite") in health
    machine.run(f"curl --insecure --fail --silent --output /dev/null {address}/contatti/")
    upgrade_and_back(machine, address, way)
    if way == "follow":
        told_of_failures(machine)
    timer = "maglia-follow" if way == "follow" else "maglia-due"
    # Hardened as it is, the service of the timer does its work.
    machine.run(f"systemctl start {timer}.service && systemctl is-active {timer}.timer maglia maglia-worker")
    assert machine.run("systemctl list-units --failed --plain --no-legend 'maglia*'") == ""
