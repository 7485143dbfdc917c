"""SMTP authentication (RFC 4954) by one mechanism.

Each one that is tried counts as one try with the password.
"""

from __future__ import annotations

import hmac
import smtplib
from base64 import b64decode, b64encode
from collections.abc import Callable

from plugins.booking.mail.delivery_failure import LoginRefused
from plugins.booking.smtp_replies import brief

Reply = tuple[int, bytes]
# The line is what keeps a password from others: only where nothing else does is a digest of it better.
_SECURED, _PLAIN = ("PLAIN", "LOGIN", "CRAM-MD5"), ("CRAM-MD5", "PLAIN", "LOGIN")
_GO_ON, _UNKNOWN_MECHANISM, _ALREADY = 334, 504, 503


def log_in(smtp: smtplib.SMTP, user: str, password: str, secured: bool) -> None:
    """Log in by the best mechanism that is offered; raises LoginRefused, SMTPNotSupportedError.

    Another one is tried only where the relay does not know the one that it has offered.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    known = [one for one in (_SECURED if secured else _PLAIN) if one in offered]
    if not known:
        raise smtplib.SMTPNotSupportedError("no login is offered that is known here")
    code, words = -1, b""
    for mechanism in known:
        try:
            code, words = _BY[mechanism](smtp, user.encode(), password.encode())
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # Some relays hang up on who has the wrong password.
            raise LoginRefused(type(error).__name__) from None
        if code != _UNKNOWN_MECHANISM:
            break
    if not (200 <= code < 300 or code == _ALREADY):
        raise LoginRefused(brief(code, words))


def _plain(smtp: smtplib.SMTP, user: bytes, password: bytes) -> Reply:
    return smtp.docmd("AUTH", "PLAIN " + _coded(b"\0".join((b"", user, password))))


def _login(smtp: smtplib.SMTP, user: bytes, password: bytes) -> Reply:
    code, words = smtp.docmd("AUTH", "LOGIN")
    for one in (user, password):
        if code == _GO_ON:
            code, words = smtp.docmd(_coded(one))
    return code, words


def _cram_md5(smtp: smtplib.SMTP, user: bytes, password: bytes) -> Reply:
    code, words = smtp.docmd("AUTH", "CRAM-MD5")
    if code == _GO_ON:
        digest = hmac.new(password, b64decode(words), "md5").hexdigest().encode()
        code, words = smtp.docmd(_coded(user + b" " + digest))
    return code, words


def _coded(words: bytes) -> str:
    return b64encode(words).decode()


_BY: dict[str, Callable[[smtplib.SMTP, bytes, bytes], Reply]] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
}
