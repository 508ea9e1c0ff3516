"""The API's description for people, made of the OpenAPI one; nothing is loaded from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse

from mulmok.web.desk import Desk
from mulmok.web.page import page

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
async def describe(request: Request) -> HTMLResponse:
    """List every route with what it takes and answers."""
    described = request.app.openapi()
    visitor = await Desk.of(request).visitor(request)
    routes = [
        (method.upper(), path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    ]
    return await page(
        request, "api.html", visitor=visitor, title=described["info"]["title"], routes=routes
    )
