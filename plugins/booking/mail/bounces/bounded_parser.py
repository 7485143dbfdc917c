"""MIME parser with bounds: anybody may write to the mailbox whose mails are read here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import TypeAlias

MOST_BYTES = 262_144  # a mail is read this far: what a report says comes before the mail that it returns
_NESTING = re.compile(rb"(?:^|[\r\n])content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_MOST_NESTED = 60  # the library descends by recursion, and reads each line once a level
_MOST_PARTS = 60
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

Parsed: TypeAlias = "Message[str, str]"


def parsed(raw: bytes) -> Parsed | None:
    """Parse a mail; None for one that is nested as no report and no reply is."""
    raw = raw[:MOST_BYTES]
    if len(_NESTING.findall(raw)) > _MOST_NESTED:
        return None
    try:
        # By the older policy: the newer one raises on headers that nobody should write.
        return message_from_bytes(raw)
    except (ValueError, LookupError, RecursionError):
        return None


def parts_of(mail: Parsed) -> Iterator[Parsed]:
    """Yield the parts that are the mail's own: not those of a mail that is enclosed in it."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting[:0] = [one for one in inner if isinstance(one, Message)]
        else:
            yield part


def text_of(part: Parsed) -> str:
    """Return what a part says, decoded; of one that the library took for a mail, or for several, as it was written."""
    inner = part.get_payload()
    if isinstance(inner, list):
        said = "\n".join(_written(one) for one in inner if isinstance(one, Message))
        if header(part, "Content-Transfer-Encoding").lower() not in {"base64", "quoted-printable"}:
            return said
        encoded: Parsed = Message()
        encoded["Content-Transfer-Encoding"] = header(part, "Content-Transfer-Encoding")
        encoded.set_payload(said.strip())
        return text_of(encoded)
    try:
        plain = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return ""
    # Codes and addresses are ASCII; a letter of an older encoding is lost, which nobody misses.
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else ""


def header(part: Parsed, name: str) -> str:
    """Return a header in one line, without what no line can hold; empty where there is none."""
    return one_line(str(part.get(name, "")))


def one_line(text: str) -> str:
    """Return a text in one line, without control characters."""
    return _CONTROLS.sub(" ", text).strip()


def _written(mail: Parsed) -> str:
    heads = "\n".join(f"{name}: {value}" for name, value in mail.items())
    body = mail.get_payload()
    return f"{heads}\n\n{body if isinstance(body, str) else ''}\n"
