"""IMAP client that only looks: it marks nothing as read, moves nothing and deletes nothing (RFC 3501, EXAMINE)."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.mail.bounces.bounded_parser import MOST_BYTES
from plugins.booking.mail.bounces.imap_connection import ImapConnection
from plugins.booking.oauth.access_token import AccessTokens, TokenDead, TokenUnavailable
from plugins.booking.oauth.operator_words import not_connected
from plugins.booking.redaction import hold_back_token

_SEARCHED_AT_ONCE = 10_000  # mails, whose numbers stand in one line
_HIGHEST = 2**32 - 1  # of all numbers of the protocol
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LOOK = "(UID BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM RETURN-PATH X-FAILED-RECIPIENTS)])"
_UID = re.compile(rb"\bUID (\d+)")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"')
_FIRST = re.compile(rb"\d+ \(")
# Reports and replies by their parts, and what servers of old send in words.
_INTERESTING = re.compile(
    rb'"(?:global-)?delivery-status"|"calendar"|"ics"|mailer-daemon|postmaster|mail[ -]?delivery|x-failed-recipients:'
    rb"|microsoftexchange|return-path:\s*<>",
    re.IGNORECASE,
)


class MailboxError(Exception):
    """The mailbox cannot be read; `why` is told to the operator and names nobody."""

    def __init__(self, why: str, is_refused: bool = False) -> None:
        super().__init__(why)
        self.why, self.is_refused = why, is_refused


class ImapFolder:
    """An open folder of a mailbox; every method raises MailboxError."""

    def __init__(self, imap: ImapConnection, uidvalidity: int, mails: int) -> None:
        self._imap = imap
        self.uidvalidity = uidvalidity
        self._mails = mails

    def since(self, uid: int, day: date) -> list[int]:
        """Find the mails after one, in their order; where there is none before, those that came since a day."""
        if uid:
            return self._after(uid) if self._mails else []
        which = f"SINCE {day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"
        # Down from the last: where a mail is deleted meanwhile, those behind it move to numbers still to come.
        lasts = range(self._mails, 0, -_SEARCHED_AT_ONCE)
        return sorted(
            {one for last in lasts for one in self._searched(max(1, last - _SEARCHED_AT_ONCE + 1), last, which)}
        )

    def _after(self, uid: int) -> list[int]:
        # Not by a search, which is answered in one line: here each mail has its own.
        with _told():
            status, told = self._imap.uid("FETCH", f"{uid + 1}:*", "(UID)")
        if status != "OK":
            raise MailboxError("it does not count its mails")
        said = [found[1] for one in told if isinstance(one, bytes) and (found := _UID.search(one))]
        # `n:*` has the last mail in any case, were it before n.
        return sorted({number for one in said if (number := _number(one)) > uid})

    def _searched(self, first: int, last: int, which: str) -> list[int]:
        with _told():
            status, found = self._imap.uid("SEARCH", f"{first}:{last} {which}")
        if status != "OK":
            raise MailboxError("it does not search")
        numbers = b" ".join(one for one in found if isinstance(one, bytes)).split()
        if len(numbers) > _SEARCHED_AT_ONCE:
            raise MailboxError("it finds more mails than it was asked about")
        return [_number(one) for one in numbers if one.isdigit()]

    def interesting(self, uids: Iterable[int]) -> list[int]:
        """Of some mails, those that may be reports or replies, by their structure and sender alone.

        Not by a search of headers, which a server that cannot do it may answer with nothing.
        """
        with _told():
            status, told = self._imap.uid("FETCH", ",".join(map(str, uids)), _LOOK)
        if status != "OK":
            raise MailboxError("it does not tell of what its mails are made")
        known, found = set(uids), []
        for said in _by_mail(told):
            uid = _UID.search(_QUOTED.sub(b"", said))
            if uid and len(uid[1]) <= len(str(_HIGHEST)) and int(uid[1]) in known and _INTERESTING.search(said):
                found.append(int(uid[1]))
        return sorted(found)

    def raw(self, uid: int) -> bytes:
        """Return the beginning of a mail, as far as it is read; empty where it is gone by now."""
        with _told():
            status, told = self._imap.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        if status != "OK":
            raise MailboxError("it does not show its mails")
        return next((one[1] for one in told if isinstance(one, tuple)), b"")


@contextmanager
def opened(
    mailbox: ImapMailbox, tokens: AccessTokens | None = None, context: ssl.SSLContext | None = None
) -> Iterator[ImapFolder]:
    """Open the folder, and close the connection at the end, or when it lasts too long; raises MailboxError."""
    if mailbox.tls:
        context = context or ssl.create_default_context()
    with _told():
        imap = ImapConnection(mailbox.host, mailbox.port, context if mailbox.tls else None)
    try:
        with _told():
            _log_in(imap, mailbox, tokens)
            status, mails = imap.select(_quoted(mailbox.folder), readonly=True)
            if status != "OK":
                raise MailboxError("there is no such folder", is_refused=True)
            _, validity = imap.response("UIDVALIDITY")
        number = validity[0] if validity and validity[0] else b"0"
        yield ImapFolder(imap, _number(number), _number(mails[-1]))
    finally:
        imap.leave()


def _number(text: object) -> int:
    """Read a number of the server's; one that the protocol does not have would fail where it is kept."""
    if isinstance(text, bytes) and text.isdigit() and len(text) <= len(str(_HIGHEST)) and int(text) <= _HIGHEST:
        return int(text)
    raise MailboxError("it counts with what are no numbers of IMAP")


def _log_in(imap: imaplib.IMAP4, mailbox: ImapMailbox, tokens: AccessTokens | None) -> None:
    if mailbox.token is None:
        user, password = mailbox.user or "", mailbox.password or ""
        if "AUTH=PLAIN" in imap.capabilities:
            _authenticate(imap, "PLAIN", f"\0{user}\0{password}")
        else:
            try:
                imap.login(_quoted(user), password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                raise MailboxError("login refused", is_refused=True) from None
        return
    assert tokens
    try:
        token = tokens.token(mailbox.token, "mail")
        user = mailbox.user or tokens.account(mailbox.token, "mail")
    except TokenDead as error:
        raise MailboxError(not_connected(error.provider, ["mail"], error.why)) from None
    except TokenUnavailable:
        raise MailboxError("no token for now") from None
    hold_back_token(token)
    try:
        _authenticate(imap, "XOAUTH2", f"user={user}\x01auth=Bearer {token}\x01\x01")
    except MailboxError:
        tokens.refused(mailbox.token, "mail", token)
        raise MailboxError("token refused") from None


def _authenticate(imap: imaplib.IMAP4, mechanism: str, words: str) -> None:
    # The server's second challenge says why not, and waits for a word that ends the exchange.
    answers = iter((words.encode(),))
    try:
        imap.authenticate(mechanism, _answering(answers))
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise MailboxError("login refused", is_refused=True) from None


def _answering(answers: Iterator[bytes]) -> Callable[[bytes], bytes]:
    return lambda _challenge: next(answers, b"")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _by_mail(told: Iterable[object]) -> Iterator[bytes]:
    """What was told of each mail: an answer comes in pieces, between which are its literals."""
    said = b""
    for one in told:
        piece = b"\n".join(one) if isinstance(one, tuple) else one if isinstance(one, bytes) else b""
        if _FIRST.match(piece) and said:
            yield said
            said = b""
        said += piece
    if said:
        yield said


@contextmanager
def _told() -> Iterator[None]:
    """Tell any failure of connection or protocol in words of ours: the library's own may quote the login."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise MailboxError("its certificate is not trusted") from None
    except TimeoutError:
        raise MailboxError("no answer in time") from None
    except (imaplib.IMAP4.error, OSError, EOFError, ValueError) as error:
        raise MailboxError(f"no conversation ({type(error).__name__})") from None
