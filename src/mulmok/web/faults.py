"""What goes wrong while answering, and how it is said: JSON to programs, a page to people."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from mulmok.model.errors import InputError, MulmokError, StoreError
from mulmok.model.text import Text, text
from mulmok.text.catalog import render
from mulmok.web.desk import Desk
from mulmok.web.language import language_of
from mulmok.web.page import page, path_and_query, quoted


class RequestError(MulmokError):
    """A request that is not answered, with its HTTP status."""

    def __init__(self, status: int, message: Text, field: str = "", wait: int = 0) -> None:
        super().__init__(message)
        self.status, self.field, self.wait = status, field, wait


@dataclass(frozen=True)
class _Said:
    status: int
    words: Text
    field: str = ""
    headers: tuple[tuple[str, str], ...] = ()


async def answer_fault(request: Request, error: Exception) -> Response:
    """Answer a MulmokError raised by a route."""
    said = _said(error)
    wants_json = request.url.path.startswith("/api/")
    if said.status == 401 and not wants_json:
        return await _to_sign_in(request)
    if wants_json:
        language = language_of(request, Desk.of(request).engine.site.works.language)
        body: dict[str, object] = {"message": render(said.words, language)}
        if said.field:
            body["field"] = said.field
        return JSONResponse({"error": body}, said.status, dict(said.headers))
    response = await page(request, "fault.html", status=said.status, fault=said.words)
    response.headers.update(dict(said.headers))
    return response


def _said(error: Exception) -> _Said:
    if isinstance(error, RequestError):
        headers: list[tuple[str, str]] = []
        if error.status == 401:
            headers.append(("WWW-Authenticate", "Bearer"))
        if error.wait:
            headers.append(("Retry-After", str(error.wait)))
        return _Said(error.status, error.text, error.field, tuple(headers))
    if isinstance(error, InputError):
        return _Said(400, error.text, str(error.text.values.get("path", "")))
    if isinstance(error, StoreError):
        return _Said(503, error.text, headers=(("Retry-After", "5"),))
    return _Said(500, text("something went wrong; it has been logged"))


async def _to_sign_in(request: Request) -> Response:
    """Send to the sign-in page, and back afterwards; a part of a page tells htmx to go there."""
    target = "/sign-in"
    if request.method == "GET" and not request.url.path.startswith("/part/"):
        target += "?next=" + quoted(path_and_query(request))
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": target})
    if request.url.path.startswith("/part/"):
        return Response(status_code=401)
    return RedirectResponse(target, 303)
