"""Install: makes a server to push to, from the checkout that runs this."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from plugins.publishing import code_versions
from plugins.publishing.git.git_repository import private_environment
from plugins.publishing.install_instructions import instructions
from plugins.publishing.release.release_build import Tell
from plugins.publishing.release.server_folders import Server, turn

HOOK = """\
#!/bin/sh
# Made by the command `install`: a push of main is checked and built by the code that is installed here.
# No variable of git's goes with it, and the folder may be moved as a whole.
root=$(cd "$(dirname "$0")/../.." && pwd -P) && cd -P "$root/code" || exit 1
exec env -i PATH="$PATH" HOME="${HOME:-/}" LANG=C.UTF-8 PYTHONUTF8=1 \\
  "$(cat "$root/python")" -m plugins.publishing.receive "$root"
"""
_SETTINGS = {
    "receive.procReceiveRefs": "refs/heads/main",
    "receive.fsckObjects": "true",
    "fetch.fsckObjects": "true",
    "receive.maxInputSize": "1g",
    # What main was, for whoever has to find out.
    "core.logAllRefUpdates": "true",
}


def run(root: Path, tell: Tell) -> int:
    """Make a server in a folder, or mend the one that is there, and return the exit code.

    What was pushed, built and upgraded stays as it is.
    """
    server = Server(root.absolute())
    if taken := _taken(server):
        names = ", ".join(path.name for path in taken)
        tell(f"{root} has {names}, which no installation has put there: move that away, or name another folder.")
        return 1
    server.root.mkdir(parents=True, exist_ok=True)
    with turn(server, lambda: tell("Waiting for a publication to end …")):
        server.releases.mkdir(exist_ok=True)
        server.versions.mkdir(exist_ok=True)
        (server.root / "python").write_text(f"{sys.executable}\n", encoding="utf-8")
        repository = server.repository.path
        _git(
            "init", "--quiet", "--bare", "--initial-branch=main", "--object-format=sha1", "--template=", str(repository)
        )
        for name, value in _SETTINGS.items():
            _git(f"--git-dir={repository}", "config", name, value)
        hook = repository / "hooks" / "proc-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK, encoding="utf-8")
        hook.chmod(0o755)
        if not (server.code / "plugins").is_dir():
            code_versions.use(server, code_versions.from_checkout(server, Path(__file__).parents[2]))
    for line in instructions(server):
        tell(line)
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
        server.code,
        server.current,
        python,
    )
    return [path for path in ours if path.is_symlink() or path.exists()]


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], env=private_environment(), check=True)
