"""What is given for running the endpoint elsewhere fits the code it runs."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from plugins.booking.arguments import parser
from plugins.booking.settings import Settings, SettingsError
from plugins.booking.web.middleware.body_limit import LIMIT_BYTES
from plugins.content.templates.security_policy import HEADERS, PAGES_HEADER, site_policy
from tests.building import ROOT
from tests.deploy.servers import DEPLOY

EXAMPLE = (DEPLOY / ".env.example").read_text(encoding="utf-8")
SECRET = {"BOOKING_SECRET_KEY": "k" * 32}


def variables(text: str) -> dict[str, str]:
    """The variables of a file for the environment, those in comments included."""
    return dict(re.findall(r"^#?(BOOKING_[A-Z_]+)=(.*)$", text, re.MULTILINE))


def test_example_environment_names_exactly_the_variables_the_endpoint_reads() -> None:
    booking = ROOT / "plugins" / "booking"
    source = "".join((booking / name).read_text("utf-8") for name in ("settings.py", "oauth/client_settings.py"))
    read = {f"BOOKING_{name}" for name in re.findall(r'"(?:BOOKING_)?([A-Z]+(?:_[A-Z]+)*)"', source)}
    assert set(variables(EXAMPLE)) == read


def test_example_environment_has_no_secret_key_and_asks_for_one() -> None:
    with pytest.raises(SettingsError, match="BOOKING_SECRET_KEY"):
        Settings.from_environment(variables(EXAMPLE))


def test_example_environment_is_valid_once_a_secret_is_added() -> None:
    everything = Settings.from_environment(variables(EXAMPLE) | SECRET)
    in_force = "\n".join(line for line in EXAMPLE.splitlines() if not line.startswith("#"))
    as_it_stands = Settings.from_environment(variables(in_force) | SECRET)
    for settings in (everything, as_it_stands):
        assert settings.relay
        assert settings.trusted_proxies == ("127.0.0.1/32",)
        assert not settings.dev


def test_what_is_commented_out_is_what_holds_anyway() -> None:
    commented = variables("\n".join(line for line in EXAMPLE.splitlines() if line.startswith("#")))
    in_force = {name: value for name, value in variables(EXAMPLE).items() if name not in commented} | SECRET
    # Where nothing is said, the identity says it; and a server to push to has its content elsewhere.
    spoken = {
        name: value
        for name, value in commented.items()
        if name not in {"BOOKING_OWNER_EMAIL", "BOOKING_SENDER", "BOOKING_CONTENT"}
    }
    assert Settings.from_environment(in_force | spoken) == Settings.from_environment(in_force)


def test_a_nightly_copy_goes_into_a_folder_of_the_unit() -> None:
    text = (DEPLOY / "systemd" / "maglia-backup.service").read_text(encoding="utf-8")
    folder = re.search(r"^Environment=BOOKING_BACKUP_DIR=/var/lib/(\S+)", text, re.MULTILINE)
    states = re.search(r"^StateDirectory=(.*)$", text, re.MULTILINE)
    assert folder
    assert states
    assert folder[1] in states[1].split()
    # The environment file may name another one: systemd reads it after what the unit says.
    assert "EnvironmentFile=/etc/maglia/env" in text


def test_the_commands_for_copies_in_the_documents_exist() -> None:
    text = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
    chapters = "".join(re.findall(r"^## (?:In containers|Keeping copies).*?(?=^## )", text, re.MULTILINE | re.DOTALL))
    commands = [found.split() for found in re.findall(r"-m plugins\.booking (.+)", chapters)]
    assert [parser().parse_args(words).command for words in commands] == ["backup", "restore"] * 2
    services = re.findall(
        r"^    podman compose -f deploy/compose.yaml (?:exec|run --rm) (\w+) ", chapters, re.MULTILINE
    )
    assert services
    assert set(services) <= set(SERVICES)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_web_server_sends_what_the_code_says(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    for value in (*HEADERS.values(), PAGES_HEADER, site_policy(()), site_policy((), searches=True)):
        assert f'"{value}"' in text, value
    assert "sha256" not in text
    # The endpoint's own limit is the one that visitors meet.
    assert LIMIT_BYTES < 128 * 1024
    assert re.search(r"client_max_body_size 128k;|max_size 128KB", text)


CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
COMPOSED = yaml.safe_load(COMPOSE)
SERVICES = COMPOSED["services"]


def test_containerfile_copies_existing_files_and_runs_an_existing_command() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE):
        assert all((ROOT / source).exists() for source in sources.split()), sources
        assert not set(sources.split()) & set(ignored)
    command = re.search(r'^CMD \["python", "-m", "plugins.booking", (.+)\]$', CONTAINERFILE, re.MULTILINE)
    assert command
    asked = parser().parse_args(re.findall(r'"([^"]+)"', command[1]))
    assert asked.command == "serve"
    assert f"EXPOSE {asked.port}" in CONTAINERFILE
    assert "deploy/.env" in ignored


def test_an_image_says_its_health_check_again_for_oci() -> None:
    check = re.search(r"^HEALTHCHECK --interval=(\S+) --timeout=(\S+) CMD (.+)$", CONTAINERFILE, re.MULTILINE)
    assert check
    said = SERVICES["endpoint"]["healthcheck"]
    assert (said["interval"], said["timeout"], said["test"]) == (check[1], check[2], ["CMD", *json.loads(check[3])])
    # Whatever else runs from that image has another, or says that it has none.
    assert all("healthcheck" in service for name, service in SERVICES.items() if name != "web")


def test_the_services_run_together_with_settings_that_can_be_read() -> None:
    targets = set(re.findall(r" AS (\w+)$", CONTAINERFILE, re.MULTILINE))
    arguments = dict(re.findall(r"^ARG (\w+)=(.+)$", CONTAINERFILE, re.MULTILINE))
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSED["networks"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(COMPOSED["volumes"])
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        if "image" not in service:
            assert service["build"]["target"] in targets
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
            assert {
                name: value.partition(":-")[2][:-1] for name, value in service["build"]["args"].items()
            } == arguments
    settings = Settings.from_environment(variables(EXAMPLE) | SECRET | SERVICES["endpoint"]["environment"])
    assert not settings.worker
    assert settings.trusted_proxies == (COMPOSED["networks"]["inside"]["ipam"]["config"][0]["subnet"],)
    assert parser().parse_args(SERVICES["worker"]["command"][3:]).command == "deliver"


def test_what_compose_asks_for_is_in_the_example_environment() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    asked = {name for name in re.findall(r"\$\{(\w+)", COMPOSE) if not name.endswith("_IMAGE")}
    profiles = {profile for service in SERVICES.values() for profile in service.get("profiles", ())}
    listed = re.search(r"^#COMPOSE_PROFILES=(.+)$", EXAMPLE, re.MULTILINE)
    assert asked <= named
    assert listed
    assert set(listed[1].split(",")) == profiles
    # What follows a repository finds its script, and in it only what the service sets.
    script = (DEPLOY / SERVICES["follow"]["command"][1]).read_text(encoding="utf-8")
    assert set(re.findall(r"\bMAGLIA_\w+", script)) - {"MAGLIA_EVERY"} <= set(SERVICES["follow"]["environment"])
    assert subprocess.run(["sh", "-n", str(DEPLOY / "follow.sh")], check=False).returncode == 0
