#!/usr/bin/env bash
# httpx 0.28.1: with `auth=`, a streamed answer of 401 is read and unpacked whole before the request is sent again.
#
# Expected (`client.stream`): whoever asked reads as much of a body as she wants.
# Seen: `DigestAuth` answers a challenge only after the body of the 401 was read to its end, and what it was packed by
#   was undone without a limit. 300 kB of gzip from a server that knows nobody fill 300 MB. Driving `auth_flow` by hand
#   (`send` its answer, close it, send what is yielded) reads nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check httpx==0.28.1 2>/dev/null
cat >try.py <<'PYTHON'
import gzip
import resource
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx

BOMB = gzip.compress(b"\0" * 300_000_000)


class Refusing(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Digest realm="x", nonce="y", qop="auth"')
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BOMB)))
        self.end_headers()
        self.wfile.write(BOMB)

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Refusing)
threading.Thread(target=server.serve_forever, daemon=True).start()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
address = f"http://127.0.0.1:{server.server_port}/"
auth = httpx.DigestAuth("a", "b")
with httpx.Client(trust_env=False) as client:
    if sys.argv[1] == "auth":
        with client.stream("GET", address, auth=auth):
            pass
    else:
        flow = auth.auth_flow(client.build_request("GET", address))
        refused = client.send(next(flow), stream=True)
        again = flow.send(refused)
        refused.close()
        client.send(again, stream=True).close()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000)
PYTHON
with=$(env/bin/python try.py auth)
without=$(env/bin/python try.py by-hand)
echo "megabytes more, with auth=: $with; by hand: $without"
test "$with" -gt 250
test "$without" -lt 50
