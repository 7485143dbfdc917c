#!/usr/bin/env bash
# CPython 3.11.7, http.client: an interim answer other than 100 is given as the answer.
#
# Expected (RFC 9110, 15.2): "A client MUST be able to parse one or more 1xx responses received prior to a final
#   response, even if the client does not expect one."
# Seen: `getresponse` reads on after `100 Continue` alone. After `103 Early Hints` or `102 Processing` its status is 103
#   or 102, and the `200 OK` that follows is left as the body: whoever posts and waits for 2xx posts again.
#   `HTTPResponse._read_status` can be made to read on.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 - <<'PYTHON'
import http.client
import platform
import socket
import sys
import threading

INTERIM = ("100 Continue", "102 Processing", "103 Early Hints")
seen = {}
for interim in INTERIM:
    with socket.create_server(("127.0.0.1", 0)) as opened:

        def answer():
            line, _ = opened.accept()
            with line, line.makefile("rb") as words:
                while words.readline().strip():
                    pass
                line.sendall(f"HTTP/1.1 {interim}\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".encode())

        thread = threading.Thread(target=answer)
        thread.start()
        asked = http.client.HTTPConnection("127.0.0.1", opened.getsockname()[1], timeout=10)
        asked.request("GET", "/")
        seen[interim] = asked.getresponse().status
        asked.close()
        thread.join()
print(f"{platform.python_implementation()} {platform.python_version()}: {seen}")
sys.exit(seen != {"100 Continue": 200, "102 Processing": 102, "103 Early Hints": 103})
PYTHON
