"""An answer over HTTP: its bytes, unpacked and bounded, and what they are."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import httpx

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.address import shown_url
from mulmok.source.payload import PayloadError, decoded, plain

#: Largest answer [bytes]. Site choice: a year of one channel at 1 min has some 30 MB as JSON.
LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking `url`."""

    url: str
    payload: bytes
    kind: str = ""

    @property
    def place(self) -> str:
        """Where it came from, as it can be shown."""
        return shown_url(self.url)

    def words(self) -> str:
        """Give the answer as text. Raises SourceError when it is a page for people."""
        begin = self.payload[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        if begin.startswith(b"<") or self.kind == "text/html":
            raise SourceError(
                text(
                    "{place} sends a page for people instead of data: is the address right, and does it want a sign-in?",
                    place=self.place,
                )
            )
        return plain(self.payload)

    def document(self) -> object:
        """Give the JSON document. Raises SourceError when it is none."""
        self.words()
        try:
            return decoded(self.payload)
        except PayloadError as fault:
            raise SourceError(
                Text("{place}: {why}", {"place": self.place, "why": fault.text})
            ) from None


async def read_body(response: httpx.Response, place: str, limit: int, *, whole: bool) -> bytes:
    """Read a body, unpacked; of one that is too large raise SourceError, or give its beginning."""
    packed = response.headers.get("content-encoding", "identity").strip().lower()
    if packed not in ("identity", "gzip", "x-gzip", ""):
        raise SourceError(
            text(
                '{place} packs its answer as "{packing}": want gzip, or none',
                place=place,
                packing=packed,
            )
        )
    inflate = zlib.decompressobj(31) if "gzip" in packed else None
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            # Unpacked no further than is looked at: a few bytes may stand for gigabytes.
            body += inflate.decompress(chunk, limit + 1 - len(body)) if inflate else chunk
            if len(body) > limit:
                break
    except zlib.error as fault:
        raise SourceError(
            text("{place} sends a broken gzip: {why}", place=place, why=str(fault))
        ) from fault
    if not whole:
        return bytes(body[:limit])
    if len(body) > limit:
        raise SourceError(
            text(
                "{place} sends more than {limit} MB: ask for less at a time (backfill, or a page size in url)",
                place=place,
                limit=limit // 2**20,
            )
        )
    if inflate is not None and not inflate.eof:
        raise SourceError(text("{place} sends a gzip that is cut short", place=place))
    return bytes(body)
