"""MIME parser with bounds: anybody may write to the mailbox whose mails are read here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from typing import TypeAlias

MOST_BYTES = 262_144  # a mail is read this far: what a report says comes before the mail that it returns
_NESTING = re.compile(rb"(?:^|[\r\n])content-type:\s*(?:multipart|message)/", re.IGNORECASE)
_MOST_NESTED = 60  # the library descends by recursion, and reads each line once a level
_MOST_PARTS = 60
_LONGEST_HEADER = 2_000  # the library takes the square of a header's length to find its parameters
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

Parsed: TypeAlias = "Message[str, str]"


class _ShortHeaders(Compat32):
    """The older policy, for the newer one raises on headers that nobody should write; long headers are cut."""

    def header_source_parse(self, sourcelines: Sequence[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(list(sourcelines))
        return name, value[:_LONGEST_HEADER]


def parsed(raw: bytes) -> Parsed | None:
    """Parse a mail; None for one that is nested as no report and no reply is."""
    raw = raw[:MOST_BYTES]
    if len(_NESTING.findall(raw)) > _MOST_NESTED:
        return None
    try:
        return message_from_bytes(raw, policy=_ShortHeaders())
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def parts_of(mail: Parsed) -> Iterator[Parsed]:
    """Yield the parts that are the mail's own: not those of a mail that is enclosed in it."""
    waiting, seen = [mail], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = enclosed(part)
        else:
            yield part


def enclosed(part: Parsed) -> list[Parsed]:
    """Return what a part was taken apart into by the library; empty where it was not."""
    # Never asked of a part with a text: the library decodes it then, by whatever charset the mail names.
    inner = part.get_payload() if part.is_multipart() else []
    return [one for one in inner if isinstance(one, Message)]


def text_of(part: Parsed) -> str:
    """Return what a part says, decoded; of one that the library took for a mail, or for several, as it was written."""
    if part.is_multipart():
        said = "\n".join(_written(one) for one in enclosed(part))
        if header(part, "Content-Transfer-Encoding").lower() not in {"base64", "quoted-printable"}:
            return said
        encoded: Parsed = Message()
        encoded["Content-Transfer-Encoding"] = header(part, "Content-Transfer-Encoding")
        encoded.set_payload(said.strip())
        return text_of(encoded)
    try:
        return _text(part.get_payload(decode=True))
    except (ValueError, LookupError):
        return ""


def header(part: Parsed, name: str) -> str:
    """Return a header in one line, without what no line can hold; empty where there is none."""
    return one_line(str(part.get(name, "")))


def one_line(text: str) -> str:
    """Return a text in one line, without control characters."""
    return _CONTROLS.sub(" ", text).strip()


def _written(mail: Parsed) -> str:
    heads = "\n".join(f"{name}: {value}" for name, value in mail.items())
    as_written = copy(mail)
    del as_written["Content-Transfer-Encoding"]
    return f"{heads}\n\n{_text(as_written.get_payload(decode=True))}\n"


def _text(plain: object) -> str:
    # Codes and addresses are ASCII; a letter of an older encoding is lost, which nobody misses.
    return plain.decode("utf-8", "replace") if isinstance(plain, bytes) else ""
