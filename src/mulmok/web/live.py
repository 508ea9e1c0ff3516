"""The live stream's route."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from mulmok.model.text import text
from mulmok.web.desk import Desk
from mulmok.web.faults import RequestError
from mulmok.web.gate import signed_in
from mulmok.web.stream import MOST, stream

router = APIRouter(tags=["reading"])


@router.get(
    "/api/v1/stream",
    dependencies=[Depends(signed_in)],
    summary="Live values as server-sent events, one frame a second",
)
async def live(request: Request) -> Response:
    """Stream frames for as long as the visitor's session lasts."""
    desk = Desk.of(request)
    if len(desk.watch.viewers) >= MOST:
        raise RequestError(503, text("too many pages listen already"), wait=30)
    await desk.watch.current()

    async def may_look() -> bool:
        return await desk.visitor(request) is not None

    return stream(desk.watch, desk.stop, may_look)
