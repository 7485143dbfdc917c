"""One of several client processes that ask for the same slot at the same moment; prints the statuses it got.

Reads a line of JSON from its standard input: the requests as address and body. Sends them all at once after the
next line.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit


def main() -> None:
    """Read, wait for the word, send, print."""
    requests: list[tuple[str, str]] = json.loads(sys.stdin.readline())
    gate = threading.Barrier(len(requests) + 1)

    def send(request: tuple[str, str]) -> int:
        address, body = request
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        connection.connect()
        gate.wait()
        connection.request("POST", "/api/bookings", body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
        connection.close()
        return status

    with ThreadPoolExecutor(len(requests)) as pool:
        sent = [pool.submit(send, request) for request in requests]
        print("ready", flush=True)
        sys.stdin.readline()
        gate.wait()
        print(json.dumps([one.result() for one in sent]), flush=True)


if __name__ == "__main__":
    main()
