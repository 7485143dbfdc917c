"""Screen in memory, for a browser that needs one: nobody looks at it, but its window has the keyboard."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 60
_REVERT_TO_PARENT, _CURRENT_TIME = 2, 0


@contextmanager
def screen() -> Iterator[str]:
    """The name of a new screen, for as long as it is needed."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"]
    process = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def give_focus(name: str) -> None:
    """Give the keyboard to the windows of a screen, as a window manager would: without, no focus is drawn in them."""
    library = ctypes.CDLL("libX11.so.6")
    library.XOpenDisplay.restype = ctypes.c_void_p
    library.XDefaultRootWindow.restype = ctypes.c_ulong
    opened = ctypes.c_void_p(library.XOpenDisplay(name.encode()))
    root = ctypes.c_ulong(library.XDefaultRootWindow(opened))
    found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    unused = ctypes.byref(ctypes.c_ulong())
    library.XQueryTree(opened, root, unused, unused, ctypes.byref(found), ctypes.byref(count))
    # What cannot take it says so by an error, which would end this process.
    library.XSetErrorHandler(_IGNORE)
    for number in range(count.value):
        library.XSetInputFocus(opened, ctypes.c_ulong(found[number]), _REVERT_TO_PARENT, _CURRENT_TIME)
        library.XSync(opened, 0)
    library.XCloseDisplay(opened)


_IGNORE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _event: 0)
