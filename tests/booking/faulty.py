"""A program whose disk fails: run with `faults.c` preloaded, it posts until a call fails, and looks what was kept.

Its arguments: the folder of its database, what fails (`writes`, `syncs`, `opening`), the error's name, how many
times. It prints a line of JSON: how many faults there were, and how each post that met one was answered.
"""

from __future__ import annotations

import ctypes
import errno
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from plugins.booking.storage.engine import outside_transactions, sqlite_library
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content
from tests.booking.page import Page

KINDS = {"writes": 1, "syncs": 2, "opening": 4}
LASTING = {"ENOSPC", "EROFS"}  # a full disk stays full until somebody makes room
# How many of the syncs before the one that fails are those of posts; the others are of smaller commits.
_BY_POSTS = 5
MESSAGES, BOOKINGS = "/messaggi/", "/appuntamenti/"


class Disk:
    """The faults of the preloaded library."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)

    @contextmanager
    def failing(self, what: str, kth: int, error: str) -> Iterator[None]:
        """Let the kth call fail while the block lasts, and all after it where the error is a lasting one."""
        self._library.faults_arm(KINDS[what], ctypes.c_long(kth), getattr(errno, error), error in LASTING)
        try:
            yield
        finally:
            self._library.faults_lift()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let what the block does neither fail nor count."""
        self._library.faults_pause(1)
        try:
            yield
        finally:
            self._library.faults_pause(0)

    def hits(self) -> int:
        """How many calls failed since it was armed."""
        return int(self._library.faults_hits())


@dataclass
class Visitors:
    """People who book and write, one after the other, and never give up."""

    desk: Endpoint
    disk: Disk
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    answers: Counter[str] = field(default_factory=Counter)

    def until_it_fails(self, what: str, kth: int, error: str) -> None:
        """Post until the kth call fails; then see that nothing was promised, and that asking again settles it."""
        with self.disk.failing(what, kth, error):
            if what == "syncs":
                self._sync(kth - _BY_POSTS)
            for number in self.numbers:
                by_form, booking = number % 2 == 0, number % 4 < 2
                post = self._post(number, by_form, booking)
                answer = post()
                self._never_without_a_row(number, booking, answer)
                if self.disk.hits():
                    break
            self.answers[str(answer.status_code)] += 1
            if answer.status_code == 503 and error in LASTING:
                answer = self._again(answer, number, by_form, booking, post)
                assert answer.status_code == 503, answer.status_code
        if answer.status_code == 503:
            answer = self._again(answer, number, by_form, booking, post)
            self._never_without_a_row(number, booking, answer)
        assert answer.status_code in {201, 303}, (answer.status_code, answer.text)
        # Once more, with the same key: the same answer and no other effect.
        repeated = post()
        said = [(one.status_code, one.headers.get("location"), one.text) for one in (answer, repeated)]
        assert said[0] == said[1], said
        assert self._rows(number, booking) == 1
        if booking:
            self._make_room(number)

    def _sync(self, times: int) -> None:
        """Let the database be synced so many times, by commits that cost little else."""
        with outside_transactions(self.desk.engine) as execute:
            for number in range(times):
                execute(f"PRAGMA user_version = {number % 2 + 1}")

    def _post(self, number: int, by_form: bool, booking: bool) -> Callable[[], httpx.Response]:
        key = f"k{number}"
        fields = self._fields(number, booking)
        if by_form:
            path = BOOKINGS if booking else MESSAGES
            return lambda: self.desk.http.post(path, data=fields | {"idempotency_key": key})
        path = "/api/bookings" if booking else "/api/messages"
        return lambda: self.desk.http.post(path, json=fields, headers={"Idempotency-Key": key})

    def _fields(self, number: int, booking: bool) -> dict[str, object]:
        email, words = f"ada{number}@example.com", f"Ciao da {number},\nè <urgente> & lungo. " * 20
        if booking:
            return asked(email=email, message=words)
        return {"name": "Ada", "email": email, "message": words.strip()}

    def _again(
        self,
        answer: httpx.Response,
        number: int,
        by_form: bool,
        booking: bool,
        post: Callable[[], httpx.Response],
    ) -> httpx.Response:
        assert answer.headers["retry-after"]
        if not by_form:
            assert answer.headers["content-type"] == "application/problem+json"
            return post()
        form = Page(answer).form(BOOKINGS if booking else MESSAGES)
        typed = self._fields(number, booking) | {"idempotency_key": f"k{number}"}
        shown = {name: value.replace("\r\n", "\n").strip() for name, value in form.fields.items()}
        for name, value in typed.items():
            if name != "start":
                assert shown[name] == str(value).strip(), (name, shown[name])
        return form.send(self.desk.http)

    def _never_without_a_row(self, number: int, booking: bool, answer: httpx.Response) -> None:
        assert answer.status_code in {201, 303, 503}, (answer.status_code, answer.text)
        if answer.status_code != 503:
            assert self._rows(number, booking) == 1
            if booking and not self.disk.hits():
                self._make_room(number)

    def _rows(self, number: int, booking: bool) -> int:
        """How many rows somebody who comes from outside finds of an attempt; each has all its mails."""
        library = sqlite_library().module
        other = library.connect(str(self.desk.engine.url.database))
        table, mails = ("bookings", 2) if booking else ("messages", 1)
        found = other.execute(f"SELECT id FROM {table} WHERE email = ?", (f"ada{number}@example.com",)).fetchall()
        for (name,) in found:
            (queued,) = other.execute("SELECT count(*) FROM outbox WHERE about = ?", (name,)).fetchone()
            assert queued == mails
        other.close()
        return len(found)

    def _make_room(self, number: int) -> None:
        """Free the one time that all of them want, as if it had never been taken."""
        with self.disk.paused(), self.desk.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM claims")
            connection.exec_driver_sql(
                "UPDATE bookings SET status = 'cancelled' WHERE email = ?", (f"ada{number}@example.com",)
            )


def main(folder: Path, what: str, error: str, times: int) -> None:
    """Let the first call fail, then the second of those after it, and so on."""
    content = write_content(folder / "office")
    disk = Disk()
    with endpoint(content, f"sqlite:///{folder}/booking.db") as desk:
        visitors = Visitors(desk, disk)
        for kth in range(1, times + 1):
            if what == "opening":
                desk.engine.dispose()
            visitors.until_it_fails(what, 1 if what == "opening" else kth, error)
        with desk.engine.begin() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        assert desk.http.get("/health").status_code == 200
    print(json.dumps({"faults": times, "posts": next(visitors.numbers) - 1, "answers": visitors.answers}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
