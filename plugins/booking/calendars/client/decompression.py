"""Decompression of HTTP answers (RFC 9110, 8.4.1): gzip and deflate, bounded while it inflates."""

from __future__ import annotations

import zlib

from plugins.booking.calendars.client.calendar_error import Reason, Unanswered

GZIP_MAGIC = b"\x1f\x8b"
_MOST_CODINGS = 3
_MOST_MEMBERS = 1000  # of a gzip file (RFC 1952, 2.2), each of which may be empty
_NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate"}
_OTHERS = {"br", "zstd", "compress"}
_ZLIB, _RAW, _GZIP = zlib.MAX_WBITS, -zlib.MAX_WBITS, zlib.MAX_WBITS | 16


class Decompression:
    """Incremental decoder of a Content-Encoding; raises Unanswered where more than `limit` bytes come out."""

    def __init__(self, content_encoding: str, limit: int) -> None:
        named = [one.strip().lower() for one in content_encoding.split(",")]
        codings = [one for one in named if one not in {"", "identity"}]
        unknown = next((one for one in codings if one not in _NAMES), None)
        if unknown is not None or len(codings) > _MOST_CODINGS:
            coding = unknown if unknown in _OTHERS else "?"
            raise Unanswered(
                f"it answers in a compression that cannot be read: {coding}", Reason.COMPRESSION, coding=coding
            )
        # The last one named was applied last.
        self._stages = [_Inflation(_NAMES[one] == "gzip", limit) for one in reversed(codings)]
        self._limit = limit
        self._came_out = 0

    def feed(self, data: bytes) -> bytes:
        """Return what a piece of the body comes to."""
        for stage in self._stages:
            data = stage.feed(data)
        self._came_out += len(data)
        if self._came_out > self._limit:
            raise too_long(self._limit)
        return data

    def end(self) -> None:
        """Say that the body has ended; raises Unanswered where it was cut short."""
        if any(stage.is_unfinished for stage in self._stages):
            raise Unanswered("its answer is cut short", Reason.CUT_SHORT)


class _Inflation:
    """One coding; deflate means zlib (RFC 1950), but servers send the bare stream (RFC 1951) by that name too."""

    def __init__(self, is_gzip: bool, limit: int) -> None:
        self._is_gzip = is_gzip
        self._limit = limit
        self._began = b""
        self._members = 0
        self._inflate: zlib._Decompress | None = None
        self._came_out = 0

    @property
    def is_unfinished(self) -> bool:
        """Whether more has to come; an empty body is whole, as servers send it."""
        return bool(self._began) or (self._inflate is not None and not self._inflate.eof)

    def feed(self, data: bytes) -> bytes:
        data, self._began = self._began + data, b""
        found = bytearray()
        while data:
            if self._inflate is None or self._inflate.eof:
                if self._inflate is not None and not (self._is_gzip and data.startswith(GZIP_MAGIC[:1])):
                    break  # what is left behind the last member is filling
                if len(data) < 2:
                    self._began = data
                    break
                if self._inflate is not None and not data.startswith(GZIP_MAGIC):
                    break
                self._inflate = zlib.decompressobj(self._kind(data))
                self._members += 1
            if self._members > _MOST_MEMBERS:
                raise too_long(self._limit)
            found += _inflated(self._inflate, data, self._limit + 1 - self._came_out - len(found))
            if self._came_out + len(found) > self._limit:
                raise too_long(self._limit)
            data = self._inflate.unused_data
        self._came_out += len(found)
        return bytes(found)

    def _kind(self, data: bytes) -> int:
        if self._is_gzip:
            return _GZIP
        return _ZLIB if data[0] & 15 == zlib.DEFLATED and (data[0] << 8 | data[1]) % 31 == 0 else _RAW


def _inflated(inflate: zlib._Decompress, data: bytes, most: int) -> bytes:
    try:
        return inflate.decompress(data, most)
    except zlib.error:
        raise Unanswered("its compressed answer is broken", Reason.COMPRESSION, coding="gzip") from None


def too_long(limit: int) -> Unanswered:
    """Say that an answer is longer than the limit."""
    return Unanswered(f"its answer is longer than {limit} bytes", Reason.TOO_LONG, bytes=limit)
