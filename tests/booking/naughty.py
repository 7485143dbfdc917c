"""Texts that have broken forms, mails, calendars and pages somewhere: written down, and put together from pieces."""

from __future__ import annotations

import random
from collections.abc import Iterator

# What no answer may carry as it was sent, and no mail may have as a header.
MARK = "zqx7"
_CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
_SEPARATORS = [
    "\u2028",
    "\u2029",
    "\x0b",
    "\x0c",
    "\x85",
    "\r",
    "\n",
    "\r\n",
    "\n\r",
    "%0d%0a",
    "%0a",
    "\\r\\n",
    "\ud83d",
]
_INVISIBLE = [
    "\u200b",
    "\u200d",
    "\u200e",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\ufff9",
    "\ufffe",
    "\uffff",
]
_HEADERS = [
    f"Bcc: {MARK}@evil.example",
    f"To: {MARK}@evil.example",
    f"Cc: {MARK}@evil.example",
    f"X-{MARK}: si",
    f"Subject: {MARK}",
    f"Content-Type: text/html\r\n\r\n<b>{MARK}</b>",
    f"Set-Cookie: {MARK}=1",
    f"Location: https://{MARK}.example/",
    f".\r\nMAIL FROM:<{MARK}@evil.example>",
    f"\r\n.\r\nRCPT TO:<{MARK}@evil.example>",
]
_MARKUP = [
    f"<script>{MARK}()</script>",
    f"<img src=x onerror={MARK}()>",
    f'"><svg/onload={MARK}()>',
    f"'><iframe srcdoc='<b>{MARK}'>",
    f"</textarea><h1>{MARK}</h1>",
    f"</title><style>{MARK}{{}}</style>",
    f"<!--{MARK}-->",
    f"]]><{MARK}>",
    f"javascript:{MARK}()",
    f"data:text/html,<b>{MARK}</b>",
    f"&lt;b&gt;<b>{MARK}</b>",
    f"<a href='https://{MARK}.example'>qui</a>",
    f"<{MARK}",
    f"</form><form action=https://{MARK}.example>",
]
_TEMPLATES = [
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "#{7*7}",
    "<%= 7 %>",
    "{0.__class__}",
    "%s%n%x",
    "%(name)s",
    "$(id)",
    "`id`",
]
_STATEMENTS = [
    "' OR 1=1 --",
    '"; DROP TABLE bookings; --',
    "\\'; --",
    "1;SELECT pg_sleep(9)",
    "%' AND 1=1",
    "\\",
    "NULL",
]
_PATHS = ["../../../etc/passwd", "..\\..\\boot.ini", "/dev/zero", "file:///etc/passwd", "C:\\", "//evil.example/%2e%2e"]
_CALENDARS = [
    f"x\r\nATTENDEE:mailto:{MARK}@evil.example",
    "END:VEVENT\r\nBEGIN:VALARM",
    "x;y,z:w\\n",
    f"DTSTART:1\nX-{MARK}:1",
]
_NUMBERS = [
    "0",
    "-1",
    "1e999",
    "NaN",
    "Infinity",
    "0x10",
    "９９",
    "१२",
    "1_000",
    "2147483648",
    "1.7976931348623157e309",
    "٣",
]
_LANGUAGES = [
    "D'Angelo",
    "Nicolò",
    "Zoë 李",
    "Ștefan",
    "O’Brien",
    "Łukasz",
    "Ñandú",
    "Σίσυφος",
    "محمد",
    "דוד",
    "ไทย",
    "👩‍👩‍👧",
    "ﷺ",
]
_ADDRESSES = [
    "a@b",
    "a@b..it",
    "@b.it",
    "a@@b.it",
    "a b@c.it",
    '"a b"@c.it',
    "a@[127.0.0.1]",
    "a@127.0.0.1",
    "<a@b.it>",
    "a@b.it,c@d.it",
    "a@b.it;c@d.it",
    "a@b.it\ncc:c@d.it",
    "a@b.it>\r\nRCPT TO:<c@d.it",
    "=?utf-8?q?a?=@b.it",
    "è@b.it",
    "a@è.it",
    "a@xn--e.it",
    "a+b@c.it",
    "a@b.it ",
    " a@b.it",
    "a@b.it.",
    f"{'a' * 65}@b.it",
    f"a@{'b' * 64}.it",
    f"a@{'b.' * 130}it",
    "Ada <a@b.it>",
    "a(c)@b.it",
]
_INSTANTS = [
    "2027-02-30T10:00:00+01:00",
    "2027-01-12T25:00:00Z",
    "2027-01-12T10:00:00",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2027-01-12T10:00:00+99:99",
    "2027-W02-2T10:00:00Z",
    "2027-01-12 10:00:00z",
    "20270112T100000Z",
    "10:30",
    "domani",
    "1768212000",
]


def _encoded() -> Iterator[str]:
    for charset in ("utf-8", "iso-8859-1", "x", "utf-7"):
        for coding, text in (
            ("q", f"a=0D=0ABcc:_{MARK}@evil.example"),
            ("B", "YQ0KQmNjOiB6cXg3QGV2aWwuZXhhbXBsZQ=="),
            ("Q", "=00"),
        ):
            yield f"=?{charset}?{coding}?{text}?="


def written() -> list[str]:
    """Every text that is written down, and each kind of character within a word."""
    plain = [
        *_MARKUP,
        *_TEMPLATES,
        *_STATEMENTS,
        *_PATHS,
        *_CALENDARS,
        *_NUMBERS,
        *_LANGUAGES,
        *_ADDRESSES,
        *_INSTANTS,
        *_encoded(),
        "",
        " ",
        "\t",
        "\u3164",
        "\u2800",
        "a" * 201,
        "a" * 5001,
        "è" * 100,
        "\u0301" * 50,
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L",
        "true",
        "null",
        "undefined",
    ]
    inside = [f"Ada{char}Rossi" for char in (*_CONTROLS, *_SEPARATORS, *_INVISIBLE)]
    headers = [f"Ada{separator}{header}" for separator in _SEPARATORS for header in _HEADERS]
    return [*plain, *inside, *headers]


def made(rng: random.Random) -> str:
    """A text put together from pieces of the others."""
    pieces = [
        _CONTROLS,
        _SEPARATORS,
        _INVISIBLE,
        _HEADERS,
        _MARKUP,
        _TEMPLATES,
        _STATEMENTS,
        _CALENDARS,
        _LANGUAGES,
        ["Ada", " ", "1"],
    ]
    return "".join(rng.choice(rng.choice(pieces)) for _ in range(rng.randint(1, 6)))[:6000]
