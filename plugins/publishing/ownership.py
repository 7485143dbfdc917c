"""Ownership: whose an installation is, and what to run where somebody else tries to change it."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
from collections.abc import Sequence
from pathlib import Path

from plugins.content.system_users import user_name


def refusal(root: Path, command: Sequence[str]) -> str | None:
    """Say in a line why this user had better not change a folder, with what to run; None where it may.

    Root could, and would leave files behind that the owner cannot change any more.
    """
    try:
        owner = root.stat().st_uid
    except FileNotFoundError:
        return None
    except PermissionError as error:
        return denied(error)
    if owner == os.geteuid() or (os.geteuid() != 0 and os.access(root, os.W_OK)):
        return None
    # Where the user cannot look into the present folder, Python would not find the code there.
    here = f"cd {shlex.quote(str(root / 'code'))} && " if (root / "code").exists() else ""
    become = f"runuser -u {user_name(owner)} --" if os.geteuid() == 0 else f"sudo -u {user_name(owner)}"
    return (
        f"{root} belongs to {user_name(owner)}, and this runs as {user_name(os.geteuid())}. "
        f"Run: {here}{become} {shlex.join(command)}"
    )


def denied(error: PermissionError) -> str:
    """Say in a line what may not be read or written, whose it is, and how to mend it."""
    file = Path(os.fsdecode(error.filename or ".")).absolute()
    there = next(path for path in (file, *file.parents) if _is_seen(path))
    owner, me = user_name(there.lstat().st_uid), user_name(os.geteuid())
    mend = f"run it as {owner}" if owner not in (me, "root") else f"as root: chown -R {me}: {there}"
    return f"{file} cannot be read or written by {me}: {there} belongs to {owner}; {mend}"


def group_name(number: int) -> str:
    """The name of a group, or its number where it has none."""
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def give(root: Path, owner: pwd.struct_passwd) -> None:
    """Give a folder and all that is in it to a user and her group; links are given, not followed."""
    for folder, names, files in os.walk(root):
        for name in (".", *names, *files):
            os.chown(Path(folder, name), owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _is_seen(path: Path) -> bool:
    try:
        path.lstat()
    except OSError:
        return False
    return True
