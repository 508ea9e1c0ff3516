"""Forms: read within limits, believed only with the token of the session they were given to."""

from __future__ import annotations

from starlette.requests import Request

from mulmok.model.text import text
from mulmok.web.csrf import is_token
from mulmok.web.faults import RequestError
from mulmok.web.page import VISIT_COOKIE
from mulmok.web.roles import Visitor

#: Largest form, and longest field [bytes, characters].
_LARGEST = 64 * 1024
_LONGEST = 500


class Form:
    """Fields of a form whose token has been checked."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def get(self, name: str) -> str:
        """Give a field without spaces around it; absent is empty."""
        return self._fields.get(name, "").strip()

    def secret(self, name: str) -> str:
        """Give a field as typed."""
        return self._fields.get(name, "")


async def read_form(request: Request, visitor: Visitor | None) -> Form:
    """Read a form. Raises RequestError when it is too large or does not carry its session's token."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise RequestError(415, text("a form is wanted"))
    if int(request.headers.get("content-length") or _LARGEST + 1) > _LARGEST:
        raise RequestError(413, text("the form is too large"))
    async with request.form(max_fields=20) as given:
        fields = {name: value for name, value in given.items() if isinstance(value, str)}
    secret = visitor.csrf if visitor is not None else request.cookies.get(VISIT_COOKIE, "")
    if not secret or not is_token(secret, fields.get("csrf", "")):
        raise RequestError(403, text("this form has grown old; load the page again and repeat"))
    for name, value in fields.items():
        if len(value) > _LONGEST:
            raise RequestError(
                400, text("at most {most} characters, please", most=_LONGEST), field=name
            )
    return Form(fields)
