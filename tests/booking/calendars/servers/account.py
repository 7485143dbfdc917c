"""A calendar on some CalDAV server, as another calendar program of its owner would use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import httpx

USER, PASSWORD = "bice", "segreto:con due punti"
_PROPFIND = (
    '<?xml version="1.0"?><D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>'
)


@dataclass
class Account:
    """The owner's account: her calendar, and the address one level above it, which is no calendar."""

    collection: str
    home: str
    user: str = USER
    password: str = PASSWORD
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        # A connection of its own each: some servers drop those that are kept, unasked.
        headers = {"Connection": "close"}
        self.http = httpx.Client(auth=(self.user, self.password), timeout=30, trust_env=False, headers=headers)

    def below(self, address: str) -> list[str]:
        """The addresses of all that is right below an address."""
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        reply = self.http.request("PROPFIND", address, content=_PROPFIND, headers=headers)
        if reply.status_code != 207:
            return []
        found = [one.text or "" for one in ElementTree.fromstring(reply.content).iter("{DAV:}href")]
        here = urlsplit(address).path.rstrip("/")
        return sorted({urljoin(address, one) for one in found if urlsplit(one).path.rstrip("/") != here})

    def entries(self) -> dict[str, str]:
        """The events of the calendar, by address."""
        replies = {address: self.http.get(address) for address in self.below(self.collection)}
        texts = {address: reply.text for address, reply in replies.items() if reply.status_code == 200}
        return {address: text for address, text in texts.items() if "BEGIN:VEVENT" in text}

    def put(self, address: str, text: str) -> None:
        """Write an event as another calendar program would."""
        body = text.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        self.http.put(address, content=body, headers=headers).raise_for_status()

    def delete(self, address: str) -> None:
        """Delete an event as another calendar program would."""
        self.http.delete(address).raise_for_status()

    def clear(self) -> None:
        """Delete all events."""
        for address in self.entries():
            self.delete(address)


@dataclass(frozen=True)
class Server:
    """A server that can be run: what it lacks on this machine, and how it runs while a block lasts."""

    name: str
    missing: Callable[[], str | None]
    running: Callable[[Path], AbstractContextManager[Account]]


Running = Iterator[Account]
