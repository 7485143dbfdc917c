"""Installation: the server to push to that this code lies in, what it sets, and whether other code runs there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

_CODE = Path(__file__).resolve().parents[2]


def defaults(code: Path = _CODE) -> Mapping[str, str]:
    """The variables that an installation answers by where things lie; none for a checkout."""
    root = _root(code)
    if root is None:
        return {}
    return {"BOOKING_CONTENT": f"{root}/current/../content", "BOOKING_SITE_DIR": f"{root}/current"}


def revision(code: Path = _CODE) -> str | None:
    """Which version of an installation this is, and of which commit where `upgrade` brought it; None of a checkout."""
    if _root(code) is None:
        return None
    try:
        return f"{code.name}, {(code / 'revision').read_text(encoding='utf-8').strip()}"
    except OSError:
        return code.name


def replacement(environment: Mapping[str, str], code: Path = _CODE) -> Callable[[], bool]:
    """Return what says whether the installation runs another version by now, so that this process had better end.

    Never where systemd has not started it: whoever ends then may not be started again.
    """
    root = _root(code) if "INVOCATION_ID" in environment else None
    if root is None:
        return lambda: False
    # Installed before there was the first one, the second is what the units were told.
    links = [link for link in (root / "current-code", root / "code") if link.is_symlink()]

    def is_replaced() -> bool:
        now = links[0].resolve() if links else code
        return now != code and (now / "plugins").is_dir()

    return is_replaced


def _root(code: Path) -> Path | None:
    root = code.parent.parent
    return root if code.parent.name == "versions" and (root / "site.git").is_dir() else None
