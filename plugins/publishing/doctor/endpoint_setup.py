"""Check of the endpoint's own setup: its command `check-setup`, run as its user, by its code, with its settings."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping

from plugins.content.findings import Finding
from plugins.content.system_users import user_name
from plugins.publishing.doctor.installation import Installation
from plugins.publishing.git.git_repository import private_environment

SECONDS = 100.0
_NAME = "endpoint's setup"
_USED_WRONGLY = 2


def setup_check(found: Installation) -> Iterator[Finding]:
    """Yield what the endpoint's own checks find, as they find it."""
    try:
        yield from _run(found)
    except OSError as error:
        what = f"{user_name(found.owner)} cannot run {found.python} in {found.code}: {error.strerror}"
        mend = f"let that user through all folders above {error.filename or found.code}, or install again elsewhere"
        yield Finding(_NAME, "fault", what, mend)


def _run(found: Installation) -> Iterator[Finding]:
    command = [found.python, "-m", "plugins.booking", "check-setup", "--json"]
    environment: Mapping[str, str] = {**private_environment(PYTHONDONTWRITEBYTECODE="1"), "HOME": "/", **found.settings}
    if (authority := os.environ.get("SSL_CERT_FILE")) and "SSL_CERT_FILE" not in environment:
        environment = {**environment, "SSL_CERT_FILE": authority}
    with subprocess.Popen(
        command,
        cwd=found.code,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **found.as_owner(),
    ) as process:
        assert process.stdout
        assert process.stderr
        watch = threading.Timer(SECONDS - 5, process.kill)
        watch.start()
        said: list[str] = []
        listening = threading.Thread(target=said.extend, args=[process.stderr], daemon=True)
        listening.start()
        number = 0
        try:
            for number, line in enumerate(process.stdout, 1):  # noqa: B007 - how many there were
                yield Finding(**json.loads(line))
            code = process.wait()
            listening.join(timeout=1)
        finally:
            watch.cancel()
            process.kill()
    if code == _USED_WRONGLY and not number:
        mend = f"upgrade {found.server.root if found.server else found.code}"
        yield Finding(_NAME, "fault", "the installed code knows no check-setup: it is older than this", mend)
    elif code not in (0, 1) or not number:
        last = said[-1].strip() if said else f"it ended with {code}"
        mend = f"as {user_name(found.owner)}: cd {found.code} && {found.python} -m pip install -r requirements.txt"
        yield Finding(_NAME, "fault", f"the endpoint's code does not run: {last}", mend)
