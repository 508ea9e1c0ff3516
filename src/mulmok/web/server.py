"""The server: says when it answers, and ends the live streams first when told to stop.

Otherwise stopping would wait for the streams.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from mulmok.web.desk import Desk


class PagesServer(uvicorn.Server):
    """uvicorn, with the application told of the stop before connections are waited for.

    ready   called once pages are answered: who reads an address may open it at once
    """

    def __init__(
        self,
        app: FastAPI,
        *,
        ready: Callable[[], None] = lambda: None,
        grace_s: int = 3,
        log_level: str = "warning",
    ) -> None:
        self._desk: Desk = app.state.desk
        self._ready = ready
        super().__init__(
            uvicorn.Config(
                app,
                log_level=log_level,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=grace_s,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the streams, then the rest."""
        self._desk.stop.set()
        await super().shutdown(sockets)
