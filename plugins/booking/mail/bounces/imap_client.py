"""IMAP client that only looks: it marks nothing as read, moves nothing and deletes nothing (RFC 3501, EXAMINE)."""

from __future__ import annotations

import imaplib
import re
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

from plugins.booking.imap_url import ImapMailbox
from plugins.booking.mail.bounces.bounded_parser import MOST_BYTES
from plugins.booking.oauth.access_token import AccessTokens, TokenDead, TokenUnavailable
from plugins.booking.redaction import hold_back_token

_SECONDS = 30.0  # for one answer
_WHOLE_SECONDS = 240.0  # for all of them: the turn to read the mailbox lasts a minute longer
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

    def __init__(self, imap: imaplib.IMAP4, uidvalidity: int) -> None:
        self._imap = imap
        self.uidvalidity = uidvalidity

    def since(self, uid: int, day: date) -> list[int]:
        """Find the mails after one, in their order; where there is none before, those that came since a day."""
        # `n:*` has the last mail in any case, were it before n.
        which = f"UID {uid + 1}:*" if uid else f"SINCE {day.day:02}-{_MONTHS[day.month - 1]}-{day.year}"
        with _told():
            status, found = self._imap.uid("SEARCH", which)
        if status != "OK":
            raise MailboxError("it does not search")
        numbers = b" ".join(one for one in found if isinstance(one, bytes)).split()
        return sorted(number for one in numbers if one.isdigit() and (number := int(one)) > uid)

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
            if uid and int(uid[1]) in known and _INTERESTING.search(said):
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
    with _told():
        imap = _connected(mailbox, context)
    watch = threading.Timer(_WHOLE_SECONDS, imap.shutdown)
    watch.daemon = True
    watch.start()
    try:
        with _told():
            _log_in(imap, mailbox, tokens)
            status, _ = imap.select(_quoted(mailbox.folder), readonly=True)
            if status != "OK":
                raise MailboxError("there is no such folder", is_refused=True)
            _, validity = imap.response("UIDVALIDITY")
        number = validity[0] if validity and validity[0] else b"0"
        yield ImapFolder(imap, int(number))
    finally:
        watch.cancel()
        with suppress(imaplib.IMAP4.error, OSError):
            imap.logout()


def _connected(mailbox: ImapMailbox, context: ssl.SSLContext | None) -> imaplib.IMAP4:
    if not mailbox.tls:
        return imaplib.IMAP4(mailbox.host, mailbox.port, timeout=_SECONDS)
    context = context or ssl.create_default_context()
    return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=_SECONDS)


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
        raise MailboxError(f"not connected ({error.why})") from None
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
