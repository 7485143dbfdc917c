"""Client of the fork server, which imports next to nothing: `fork_client.py SOCKET MODULE WORD…`."""

import json
import os
import signal
import socket
import sys

line = socket.socket(socket.AF_UNIX)
line.connect(sys.argv[1])
asked = {
    "module": sys.argv[2],
    "words": sys.argv[3:],
    "folder": os.getcwd(),
    "environment": dict(os.environ),
}
message = json.dumps(asked).encode()
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, lambda number, _frame: line.sendall(bytes([number])))
socket.send_fds(line, [len(message).to_bytes(8, "big")], [0, 1, 2])
line.sendall(message)
# The command alone is to have these files: who reads from it reads to its end.
for file in (0, 1, 2):
    os.close(file)
code = int.from_bytes(line.recv(4), "big", signed=True)
if code < 0:
    signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
    os.kill(os.getpid(), -code)
os._exit(code)
