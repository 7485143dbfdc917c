"""Checks of publication: the repository and its hook, the live release, and posts whose day has come."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from plugins.content.findings import Finding
from plugins.publishing.doctor.installation import Installation
from plugins.publishing.git.git_repository import MAIN, private_environment
from plugins.publishing.release.releases import live, report_of
from plugins.publishing.release.scheduled_posts import day_of, outstanding
from plugins.publishing.release.server_folders import Server

FSCK_SECONDS = 60
_RECEIVER = "plugins.publishing.receive"
_SYSTEMD = Path("/run/systemd/system")
_UNITS, _BACKUP = ("maglia-due.timer", "maglia-follow.timer"), "maglia-backup.timer"


def repository_check(found: Installation) -> Iterator[Finding]:
    """Yield whether the repository is whole and its hook the one that publishes."""
    assert found.server
    server, path = found.server, found.server.repository.path
    again = f"run: python -m plugins.publishing install {server.root}"
    hook = path / "hooks" / "proc-receive"
    if not path.is_dir():
        yield Finding("repository", "fault", f"{path} is not there", f"{again}; then push again")
        return
    if not hook.is_file():
        yield Finding("hook", "fault", f"{hook} is not there: every push is refused", again)
    elif not os.stat(hook).st_mode & 0o100:
        yield Finding("hook", "fault", f"{hook} is not executable: every push is refused", f"chmod +x {hook}")
    elif _RECEIVER not in hook.read_text(encoding="utf-8", errors="replace"):
        yield Finding("hook", "fault", f"{hook} is not the one that publishes", again)
    else:
        yield Finding("hook", "ok", str(hook))
    if server.repository.setting("receive.procReceiveRefs") != MAIN:
        yield Finding("repository", "fault", "pushes of main do not come to the hook (receive.procReceiveRefs)", again)
    yield _fsck(found, path)


def _fsck(found: Installation, path: Path) -> Finding:
    # Whoever's home this is: git wants to read the settings in it, and ours has none for it.
    try:
        done = subprocess.run(
            ["git", f"--git-dir={path}", "fsck", "--no-dangling", "--no-progress"],
            env=dict(private_environment()) | {"HOME": "/"},
            capture_output=True,
            text=True,
            timeout=FSCK_SECONDS - 5,
            check=False,
            **found.as_owner(),
        )
    except subprocess.TimeoutExpired:
        return Finding("repository", "skipped", f"too large to be read whole within {FSCK_SECONDS} seconds")
    if done.returncode:
        first = (done.stderr or done.stdout).strip().splitlines() or ["git fsck fails"]
        mend = f"move {path} away, install again and push from the writer's clone, which has all of it"
        return Finding("repository", "fault", f"it is damaged: {first[0]}", mend)
    return Finding("repository", "ok", "git finds it whole")


def release_check(found: Installation) -> Iterator[Finding]:
    """Yield whether what should be live is, and posts whose day has come with it."""
    assert found.server
    server = found.server
    now = live(server)
    if now is None:
        if server.repository.commit(MAIN) is None:
            mend = f"from the writer's clone: git push USER@HOST:{server.repository.path} main"
            yield Finding("site", "warning", "nothing was pushed yet", mend)
        else:
            mend = f"run: python -m plugins.publishing due {server.root}"
            yield Finding("site", "fault", f"{server.current} leads to no release: there is no site", mend)
        return
    report = report_of(server, now)
    order, today = outstanding(server), day_of(report)
    mend = f"run: python -m plugins.publishing due {server.root}, and see what it says; then the timer: {_UNITS[0]}"
    waiting = [post for post in report.waiting if report.today < post.day <= today]
    if order is None:
        yield Finding("site", "ok", f"release {now.name} is live, as it should be")
    elif waiting:
        what = f"“{waiting[0].title}” was to come out on {waiting[0].day}, and is not live"
        yield Finding("scheduled posts", "fault", what, mend)
    else:
        yield Finding("site", "fault", f"release {now.name} is live, and main or the code has gone on since", mend)


def timer_check(found: Installation) -> Iterator[Finding]:
    """Yield whether something publishes what is due, and makes copies."""
    systemctl = shutil.which("systemctl")
    if systemctl is None or not _SYSTEMD.is_dir():
        what = "no systemd here: whether `due` or `follow` runs by itself is not known"
        yield Finding("timer", "skipped", what, "see that a line of crontab runs it every ten minutes")
        return
    asked = [systemctl, "is-active", *_UNITS, _BACKUP]
    *publishing, copying = subprocess.run(
        asked, capture_output=True, text=True, timeout=10, check=False
    ).stdout.split() or ["unknown"]
    if "active" in publishing:
        yield Finding("timer", "ok", "what is due is published by itself")
    else:
        mend = f"systemctl enable --now {_UNITS[0]}, or {_UNITS[1]} where a repository is followed"
        yield Finding("timer", "fault", "no timer is active: posts do not come out on their day", mend)
    if copying != "active":
        mend = f"systemctl enable --now {_BACKUP}"
        yield Finding("timer", "warning", f"{_BACKUP} is not active: copies are made otherwise, or not at all", mend)


def code_check(server: Server) -> Iterator[Finding]:
    """Yield whether code and interpreter are there."""
    python = Path(server.python)
    if not os.access(python, os.X_OK):
        mend = f"from a checkout: make setup, then python -m plugins.publishing install {server.root}"
        yield Finding("code", "fault", f"the interpreter {python} is not there, or cannot be run", mend)
    else:
        yield Finding("code", "ok", f"{server.code.resolve()} by {python}")
