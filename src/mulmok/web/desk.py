"""The desk: what every route needs, made once when the app is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from starlette.requests import Request

from mulmok.source.http.decode import Pushed
from mulmok.web.port import Engine
from mulmok.web.roles import Visitor
from mulmok.web.sessions import Sessions
from mulmok.web.throttle import Throttle
from mulmok.web.tokens import Pusher, Tokens
from mulmok.web.watch import Watch

#: Name of the session cookie.
SESSION_COOKIE = "mulmok_session"


@dataclass
class Desk:
    """Held in `app.state.desk`.

    machine_now   the machine's clock [ns UTC]
    tokens        of those who may push readings
    refused       wrong tokens, kept apart from wrong passwords: they come from other doors
    stop          set when the server is told to stop: live streams end
    """

    engine: Engine
    machine_now: Callable[[], int]
    tokens: Tokens
    sessions: Sessions
    watch: Watch
    pushed: Pushed
    throttle: Throttle = field(default_factory=Throttle)
    refused: Throttle = field(default_factory=Throttle)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, request: Request) -> Desk:
        """Give the desk of the app that answers a request."""
        return cast("Desk", request.app.state.desk)

    async def visitor(self, request: Request) -> Visitor | None:
        """Who asks, by the session cookie. Raises StoreError."""
        return await self.sessions.visitor(request.cookies.get(SESSION_COOKIE))

    def pusher(self, request: Request) -> Pusher | None:
        """Give the program whose token for pushed readings a request carries."""
        return self.tokens.pusher(request.headers.get("authorization", ""))
