"""Answers packed though nobody asked: unpacked within the limit, or told."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered
from plugins.booking.calendars.client.decompression import Decompression
from plugins.booking.calendars.client.http_client import Question, ask
from tests.booking.calendars.server import answering, say

TEXT = b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) * 300 + b"END:VCALENDAR\r\n"


def raw(text: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(text) + packing.flush()


PACKED = [
    ("gzip", gzip.compress(TEXT)),
    ("x-gzip", gzip.compress(TEXT)),
    ("GZip", gzip.compress(TEXT)),
    ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(b"") + gzip.compress(TEXT[100:])),
    ("gzip", gzip.compress(TEXT) + b"\0" * 512),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", zlib.compress(TEXT, 0)),
    ("deflate", zlib.compress(TEXT, 9)),
    ("deflate", raw(TEXT)),
    ("gzip, gzip", gzip.compress(gzip.compress(TEXT))),
    ("deflate, gzip", gzip.compress(raw(TEXT))),
    ("identity", TEXT),
    ("", TEXT),
]


@pytest.mark.parametrize(("coding", "body"), PACKED)
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
def test_a_packed_answer_is_unpacked_however_it_is_cut(coding: str, body: bytes, size: int) -> None:
    decompression = Decompression(coding, len(TEXT))
    found = b"".join(decompression.feed(body[begin : begin + size]) for begin in range(0, len(body), size))
    decompression.end()
    assert found == TEXT


@pytest.mark.parametrize(("coding", "body"), PACKED)
def test_a_packed_answer_one_byte_too_long_is_refused(coding: str, body: bytes) -> None:
    with pytest.raises(Unanswered, match="longer"):
        Decompression(coding, len(TEXT) - 1).feed(body)


@pytest.mark.parametrize(("coding", "body"), [one for one in PACKED if one[0] not in {"", "identity"}])
def test_a_packed_answer_that_broke_off_is_told(coding: str, body: bytes) -> None:
    decompression = Decompression(coding, len(TEXT))
    decompression.feed(body[: len(body) // 3])
    with pytest.raises(Unanswered) as told:
        decompression.end()
    assert told.value.reason is Reason.CUT_SHORT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_compression_bomb_is_left_at_the_limit(coding: str) -> None:
    packing = zlib.compressobj(9, wbits=31 if "gzip" in coding else 15)
    bomb = b"".join(packing.compress(b"\0" * 1_000_000) for _ in range(300)) + packing.flush()
    body = gzip.compress(bomb) if "," in coding else bomb
    with answering(lambda handler: say(handler, 200, body, Content_Encoding=coding)) as address:
        tracemalloc.start()
        with pytest.raises(Unanswered, match="longer"):
            ask(Question("GET", address, limit=1_000_000))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000


def test_members_of_a_gzip_file_without_end_are_refused() -> None:
    with pytest.raises(Unanswered, match="longer"):
        Decompression("gzip", 1_000_000).feed(gzip.compress(b"") * 5000)


@pytest.mark.parametrize(("coding", "told"), [("br", "br"), ("zstd", "zstd"), ("x-secret", "?"), ("gzip," * 5, "?")])
def test_a_compression_that_nobody_asked_for_is_named(coding: str, told: str) -> None:
    with (
        answering(lambda handler: say(handler, 200, b"x", Content_Encoding=coding)) as address,
        pytest.raises(Unanswered, match="compression") as error,
    ):
        ask(Question("GET", address))
    assert error.value.values == {"coding": told}
    assert "secret" not in str(error.value)


def test_what_is_not_packed_as_it_says_is_told() -> None:
    for coding in ("gzip", "deflate"):
        with pytest.raises(Unanswered, match="broken"):
            Decompression(coding, 1000).feed(b"BEGIN:VCALENDAR")


def test_a_packed_file_is_unpacked_without_a_header() -> None:
    with answering(lambda handler: say(handler, 200, gzip.compress(TEXT))) as address:
        assert ask(Question("GET", address)).body == TEXT
        with pytest.raises(Unanswered, match="longer"):
            ask(Question("GET", address, limit=len(TEXT) - 1))


def test_gzip_is_asked_for_and_an_error_is_not_unpacked() -> None:
    seen: list[str] = []

    def answer(handler: object) -> None:
        seen.append(handler.headers["accept-encoding"])  # type: ignore[attr-defined]
        say(handler, 404, b"niente", Content_Encoding="br")  # type: ignore[arg-type]

    with answering(answer) as address:
        assert ask(Question("GET", address)).status == 404
    assert seen == ["gzip"]


def test_an_empty_answer_said_to_be_packed_is_empty() -> None:
    with answering(lambda handler: say(handler, 200, b"", Content_Encoding="gzip")) as address:
        assert ask(Question("GET", address)).body == b""
