"""The server: ends the live streams first when told to stop, so that stopping does not wait for them."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from mulmok.web.desk import Desk


class PagesServer(uvicorn.Server):
    """uvicorn, with the application told of the stop before connections are waited for."""

    def __init__(self, app: FastAPI, *, grace_s: int = 3, log_level: str = "warning") -> None:
        self._desk: Desk = app.state.desk
        super().__init__(
            uvicorn.Config(
                app,
                log_level=log_level,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=grace_s,
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop the streams, then the rest."""
        self._desk.stop.set()
        await super().shutdown(sockets)
