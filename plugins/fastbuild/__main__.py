"""Build command: `python -m plugins.fastbuild`, with the same arguments as `pelican`.

What needs no Pelican is done without it: importing it takes longer than most edits.
"""

import gc
import sys

# There are few cycles, and the process ends with its build.
gc.disable()

from plugins.content.broken_pipe import run_command  # noqa: E402
from plugins.fastbuild.command import main  # noqa: E402 - what comes next is a good part of the time

if __name__ == "__main__":
    sys.exit(run_command(main))
