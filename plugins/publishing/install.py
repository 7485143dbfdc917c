"""Install: makes a server to push to, from the checkout that runs this."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from plugins.content.system_users import user_name
from plugins.publishing import code_versions, environments, systemd_units
from plugins.publishing.git.git_repository import private_environment
from plugins.publishing.install_instructions import instructions
from plugins.publishing.ownership import give, group_name
from plugins.publishing.release.release_build import Tell
from plugins.publishing.release.releases import lead_to_code, live
from plugins.publishing.release.server_folders import Server, point, turn

HOOK = """\
#!/bin/sh
# Made by the command `install`: a push of main is checked and built by the code that is installed here.
# No variable of git's goes with it, and the folder may be moved as a whole.
root=$(cd "$(dirname "$0")/../.." && pwd -P) && cd -P "$root/code" || exit 1
python=.venv/bin/python
[ -x "$python" ] || python=$(cat "$root/python")
exec env -i PATH="$PATH" HOME="${HOME:-/}" LANG=C.UTF-8 PYTHONUTF8=1 \\
  "$python" -m plugins.publishing.receive "$root"
"""
_SETTINGS = {
    "receive.procReceiveRefs": "refs/heads/main",
    "receive.fsckObjects": "true",
    "fetch.fsckObjects": "true",
    "receive.maxInputSize": "1g",
    # What main was, for whoever has to find out.
    "core.logAllRefUpdates": "true",
}


@dataclass(frozen=True)
class Wishes:
    """What may be asked of an installation: whose it is, its settings, where units go, an interpreter."""

    user: str | None = None
    settings: Path | None = None
    units: Path | None = None
    python: str | None = None


def run(root: Path, tell: Tell, wishes: Wishes | None = None) -> int:
    """Make a server in a folder, or mend the one that is there, and return the exit code.

    What was pushed, built and upgraded stays as it is.
    """
    wishes, server = wishes or Wishes(), Server(root.absolute())
    if taken := _taken(server):
        names = ", ".join(path.name for path in taken)
        tell(f"{root} has {names}, which no installation has put there: move that away, or name another folder.")
        return 1
    try:
        owner = _owner(wishes.user)
    except LookupError as error:
        tell(str(error))
        return 1
    server.root.mkdir(parents=True, exist_ok=True)
    with turn(server, lambda: tell("Waiting for a publication to end …")):
        try:
            _make(server, wishes, tell)
        except environments.RequirementsError as error:
            for line in error.lines:
                tell(line)
            tell(f"The installation in {root} is as it was: mend that and install again.")
            return 1
    if owner:
        give(server.root, owner)
        if not _can_run(owner, server.python):
            tell(
                f"{owner.pw_name} cannot run {server.python}: it, or the Python that it is made from, lies in a folder"
            )
            tell(f"of another user's. Remove {server.root}, and install again with the system's own, /usr/bin/python3.")
            return 1
    return _tell_of_the_rest(server, wishes.units, tell)


def _owner(user: str | None) -> pwd.struct_passwd | None:
    """The user to whom the folder is to be given; None where that is whoever runs this. Raises LookupError."""
    if user is None or user == user_name(os.geteuid()):
        return None
    try:
        owner = pwd.getpwnam(user)
    except KeyError:
        make = f"useradd --system --create-home --home-dir /var/lib/{user} --shell /usr/bin/git-shell {user}"
        raise LookupError(f"There is no user {user} on this machine. As root: {make}") from None
    if os.geteuid() != 0:
        raise LookupError(f"Only root can give the folder to {user}: run this as root, or as {user} without --user.")
    return owner


def _can_run(owner: pwd.struct_passwd, python: str) -> bool:
    """Whether a user can start an interpreter, as the units will."""
    run = [python, "-c", ""]
    try:
        done = subprocess.run(
            run, user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _make(server: Server, wishes: Wishes, tell: Tell) -> None:
    server.releases.mkdir(exist_ok=True)
    server.versions.mkdir(exist_ok=True)
    repository = server.repository.path
    _git("init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha1", "--template=", str(repository))
    kept = {environments.GIVEN: wishes.python, systemd_units.KEPT: wishes.settings and str(wishes.settings.absolute())}
    for name, value in (_SETTINGS | kept).items():
        if value:
            _git(f"--git-dir={repository}", "config", name, value)
    # An address to follow may have a password in it.
    (repository / "config").chmod(0o640)
    hook = repository / "hooks" / "proc-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK, encoding="utf-8")
    hook.chmod(0o755)
    new = not (server.code / "plugins").is_dir()
    version = code_versions.from_checkout(server, Path(__file__).parents[2]) if new else server.version
    environments.provide(server, version, tell)
    python = server.repository.setting(environments.GIVEN) or str(server.code / ".venv" / "bin" / "python")
    (server.root / "python").write_text(f"{python}\n", encoding="utf-8")
    if new:
        code_versions.use(server, version)
    if now := live(server):
        lead_to_code(server, now)
    point(server.current_code, "current/../code")


def _tell_of_the_rest(server: Server, folder: Path | None, tell: Tell) -> int:
    owner = server.root.stat()
    user, group = user_name(owner.st_uid), group_name(owner.st_gid)
    settings = Path(server.repository.setting(systemd_units.KEPT) or systemd_units.SETTINGS)
    given = server.repository.setting(environments.GIVEN)
    if settings.is_file() and settings.stat().st_mode & 0o007:
        tell(f"Everybody on this machine can read the secrets in {settings}: chmod 640 {settings}")
    for line in instructions(server, user, group, settings, with_units=folder is not None):
        tell(line)
    if folder:
        try:
            written = systemd_units.write(folder, systemd_units.units(server.root, user, group, settings, given))
        except systemd_units.NoUnitsError as error:
            tell(f"No units: {error}.")
            return 1
        tell("")
        tell(f"Written into {folder}: {', '.join(written) or 'nothing, all is there already'}.")
    return 0


def _taken(server: Server) -> list[Path]:
    """What lies in the place of something that an installation writes, in a folder where none has begun."""
    python = server.root / "python"
    # Many programs call a file so; ours has nothing in it.
    if server.lock.is_file() and server.lock.stat().st_size == 0:
        return [python] if python.is_symlink() else []
    ours = (
        server.repository.path,
        server.releases,
        server.versions,
        server.workshop,
        server.code,
        server.current,
        server.current_code,
        python,
    )
    return [path for path in ours if path.is_symlink() or path.exists()]


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], env=private_environment(), check=True)
