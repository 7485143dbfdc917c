"""One of several client processes that ask at the same moment; prints each answer's status and body.

Reads a line of JSON from its standard input: the requests. Sends them all at once after the next line.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.booking.processes import ROOT

CLIENTS = 4
_PATIENCE_SECONDS = 120


class Request(NamedTuple):
    """A post: the endpoint's address, the path, the body and what kind of body that is."""

    address: str
    path: str
    body: str
    kind: str = "application/json"


class Answer(NamedTuple):
    """What came of a post."""

    status: int
    body: str


def ask_at_once(requests: Sequence[Request]) -> list[Answer]:
    """Send the requests from four processes at the same moment; the answers come in their order."""
    answers: list[Answer] = [Answer(0, "")] * len(requests)
    with ExitStack() as stack:
        clients = [stack.enter_context(_client(requests[number::CLIENTS])) for number in range(CLIENTS)]
        for client in clients:
            assert client.stdout
            assert client.stdout.readline() == "ready\n"
        for client in clients:
            assert client.stdin
            client.stdin.write("now\n")
            client.stdin.flush()
        for number, client in enumerate(clients):
            assert client.stdout
            answers[number::CLIENTS] = [Answer(*one) for one in json.loads(client.stdout.readline())]
    return answers


@contextmanager
def _client(requests: Sequence[Request]) -> Iterator[subprocess.Popen[str]]:
    """A client process that holds its requests ready."""
    client = subprocess.Popen(
        [sys.executable, "-m", "tests.booking.crowd"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with client:
        assert client.stdin
        client.stdin.write(json.dumps(requests) + "\n")
        client.stdin.flush()
        yield client


def main() -> None:
    """Read, wait for the word, send, print."""
    requests = [Request(*one) for one in json.loads(sys.stdin.readline())]
    gate = threading.Barrier(len(requests) + 1)

    def send(request: Request) -> Answer:
        connection = http.client.HTTPConnection(urlsplit(request.address).netloc, timeout=_PATIENCE_SECONDS)
        connection.connect()
        gate.wait()
        connection.request("POST", request.path, request.body, {"Content-Type": request.kind})
        answer = connection.getresponse()
        # Where a form is answered with the way to the next page, that is what it says.
        said = Answer(answer.status, answer.headers.get("location") or answer.read().decode())
        connection.close()
        return said

    with ThreadPoolExecutor(len(requests)) as pool:
        sent = [pool.submit(send, request) for request in requests]
        print("ready", flush=True)
        sys.stdin.readline()
        gate.wait()
        print(json.dumps([one.result() for one in sent]), flush=True)


if __name__ == "__main__":
    main()
