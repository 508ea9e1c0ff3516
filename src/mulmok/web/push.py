"""Pushed readings: taken whole or not at all, answered when they are on disk."""

from __future__ import annotations

import asyncio
import gzip
import io
import zlib
from functools import partial

import msgspec
import numpy as np
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from mulmok.config.site import Site
from mulmok.model.block import Block
from mulmok.model.text import text
from mulmok.source.http.decode import LIMIT
from mulmok.store.query import Query
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.gate import Pushing
from mulmok.web.reading import ask

router = APIRouter(tags=["readings"])

#: Bodies from this size on are decoded off the event loop [bytes].
_LARGE = 64 * 1024
#: How long a body may take to come [s]; who sends a byte now and then holds nothing up. Site choice:
#: the largest body over a slow mobile line.
_PATIENCE_S = 120.0

_EXAMPLE = {
    "readings": [
        {"channel": "inlet.ph", "at": "2026-01-01T00:00:00+09:00", "value": 7.1, "status": "NORMAL"}
    ]
}


@router.post(
    "/api/v1/readings",
    summary="Push readings",
    description="JSON (a list, or columns) or a readings file as CSV; `Content-Encoding: gzip` is "
    "taken. Answered once the readings are on disk; sending the same again is harmless.",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"type": "object"}, "example": _EXAMPLE},
                "text/csv": {"schema": {"type": "string"}},
            },
        }
    },
    responses={
        200: {
            "description": 'kept: {"accepted": rows, "seq": place in the journal, "duplicates": of '
            'the newest instant of their channel, "late": after a newer one, "conflicts": of these, '
            "with another value than the one kept: the first stands}"
        },
        400: {"description": "nothing was taken; the message names the field"},
        401: {"description": "no token, or a wrong one"},
        403: {"description": "a channel that is not of the source whose token this is"},
        408: {"description": "the body did not come to its end in time"},
        413: {"description": "too large"},
        429: {"description": "too many wrong tokens; Retry-After says how long to wait [s]"},
        503: {"description": "the store takes nothing now; push again after Retry-After [s]"},
    },
)
async def push(request: Request, pusher: Pushing) -> Response:
    """Take readings from a program that holds a token."""
    desk = Desk.of(request)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            body = await _body(request)
    except TimeoutError:
        raise RequestError(
            408,
            text(
                "the body did not end within {span:g} s: push in smaller batches", span=_PATIENCE_S
            ),
        ) from None
    kind = request.headers.get("content-type", "")
    now = desk.engine.now()
    if len(body) < _LARGE:
        arrival = desk.pushed.decode(body, kind, now)
    else:
        arrival = await asyncio.to_thread(desk.pushed.decode, body, kind, now)
    foreign = pusher.foreign(arrival.channel)
    if foreign is not None:
        raise RequestError(
            403,
            text(
                '"{channel}" is not of the source "{source}" whose token this is',
                channel=desk.engine.site.channels[foreign].id,
                source=pusher.source,
            ),
            field="channel",
        )
    taken = await desk.engine.push(arrival)
    conflicts = taken.conflicts
    if taken.late is not None:
        conflicts += await ask(desk.engine, partial(_contradicted, desk.engine.site, taken.late))
    told = {
        "accepted": len(arrival),
        "seq": taken.seq,
        "duplicates": taken.duplicates,
        "late": 0 if taken.late is None else len(taken.late),
        "conflicts": conflicts,
    }
    return Response(msgspec.json.encode(told), media_type="application/json")


def _contradicted(site: Site, late: Block, query: Query) -> int:
    """Count late rows of an instant for which another value is kept: the first stands."""
    count = 0
    for index, channel in enumerate(site.channels):
        rows = late.rows(index)
        at, value = late.at[rows], late.value[rows]
        if not len(at):
            continue
        kept = query.rows(channel.id, int(at[0]), int(at[-1]) + 1)
        place = np.minimum(np.searchsorted(kept.at, at), max(len(kept) - 1, 0))
        if not len(kept):
            continue
        other = kept.value[place]
        same = (value == other) | (np.isnan(value) & np.isnan(other))
        count += int(np.count_nonzero((kept.at[place] == at) & ~same))
    return count


async def _body(request: Request) -> bytes:
    """Read a body, never more than the limit. Raises RequestError."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LIMIT:
        raise _too_large()
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LIMIT:
            raise _too_large()
        parts.append(part)
    body = b"".join(parts)
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise RequestError(
            415, text('content encoding "{have}": want gzip or none', have=encoding[:40])
        )
    return await asyncio.to_thread(_unzipped, body)


def _unzipped(body: bytes) -> bytes:
    """Unpack a gzip body, of one member or several, as far as the limit. Raises RequestError."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
            plain = packed.read(LIMIT + 1)
    except EOFError:
        raise RequestError(400, text("the gzip body ends too early"), field="body") from None
    except (gzip.BadGzipFile, zlib.error):
        raise RequestError(400, text("the body is no gzip"), field="body") from None
    if len(plain) > LIMIT:
        raise _too_large()
    return plain


def _too_large() -> RequestError:
    return RequestError(
        413, text("at most {limit} bytes are taken: push in smaller batches", limit=LIMIT)
    )
