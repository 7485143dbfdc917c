"""Disk full: detects it, and tells it from one process to another."""

from __future__ import annotations

import errno

# Of <sysexits.h>, an error of input or output: an exit code takes no room.
EXIT_CODE = 74
_CAUSES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_full(error: BaseException | None) -> bool:
    """Whether what went wrong is that there was no room to write, or came of that."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _CAUSES:
            return True
        error = error.__cause__ or error.__context__
    return False
