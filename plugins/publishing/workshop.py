"""Entry point of the sandboxed build, under the stable name that installations call.

The code of one version builds with that of another when a server is upgraded or goes back: this name stays.
"""

from __future__ import annotations

import os
import sys

from plugins.publishing.release.sandboxed_build import main

if __name__ == "__main__":
    # Not `sys.exit`: on a full disk the last words cannot be written, and Python would tell that by the exit code.
    os._exit(main(sys.argv[1:]))
