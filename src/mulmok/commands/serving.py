"""An engine and its pages, served until somebody says stop."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Callable, Mapping

from mulmok.model.errors import InputError
from mulmok.model.text import text
from mulmok.run.clock import SystemClock
from mulmok.run.engine import Engine
from mulmok.run.live import live
from mulmok.run.supervise import Supervised
from mulmok.text.logged import log_in
from mulmok.text.sparing import Sparing
from mulmok.web.app import create_app
from mulmok.web.server import PagesServer


def bound(host: str, port: int) -> socket.socket:
    """Take the address before anything else is begun. Raises InputError when it cannot be had."""
    if not host:
        raise InputError(text("--host: the address is empty; want one such as 127.0.0.1"))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because event loops switch Nagle's delay off only where it is; without
    # that each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise InputError(
                text(
                    "port {port} on {host} is in use; stop what uses it, or give another --port",
                    port=port,
                    host=host,
                )
            ) from error
        raise InputError(
            text(
                "cannot listen on {host} port {port}: {why}",
                host=host,
                port=port,
                why=error.strerror or str(error),
            )
        ) from error
    except UnicodeError as error:
        # A name too long, or with letters no name may have, fails before anybody is asked.
        listener.close()
        raise InputError(
            text(
                "cannot listen on {host} port {port}: {why}",
                host=host,
                port=port,
                why=str(error),
            )
        ) from error
    return listener


def serve(
    engine: Engine,
    listener: socket.socket,
    token: str | None,
    ready: Callable[[], None],
    extra: tuple[Supervised, ...] = (),
    *,
    source_tokens: Mapping[str, str] | None = None,
) -> None:
    """Run sources, judging and pages until SIGINT or SIGTERM; then close the engine."""
    log_in(engine.site.works.language)
    # After the words are in the reader's language, lest two sentences be told apart by theirs.
    for handler in logging.getLogger().handlers:
        handler.addFilter(Sparing())
    # A service manager's stop is a wish like Ctrl-C: by itself it would end the process before the
    # engine is closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = create_app(
        engine, machine_now=SystemClock().now, token=token, source_tokens=source_tokens
    )
    server = PagesServer(app, ready=ready)

    async def serving() -> None:
        await server.serve(sockets=[listener])

    try:
        asyncio.run(live(engine, serving, extra))
    except KeyboardInterrupt:
        pass  # the wish was to end, and it has ended
    finally:
        engine.close()
        sys.stdout.flush()
