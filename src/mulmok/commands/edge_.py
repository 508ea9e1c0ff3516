"""`mulmok edge`: instruments of a place without a server, kept here until the works has them."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

from mulmok.commands.typed import unfit
from mulmok.config.explain import UnfitError
from mulmok.config.load import load_site
from mulmok.config.secret import read_secret
from mulmok.config.values import reference
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.run.clock import SystemClock
from mulmok.run.edge import run_edge
from mulmok.run.forward import Forwarder
from mulmok.store.parcels import Parcels
from mulmok.text.logged import log_in
from mulmok.text.sparing import Sparing

_URL = re.compile(r"https?://[^/\s?#@]+(/[^\s?#]*)?")
_MEGABYTE = 1_000_000


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Take readings and send them on until SIGINT or SIGTERM."""
    site = load_site(options.site)
    if not site.sources:
        raise InputError(
            text("{path} has no source: there is nothing to send", path=site.path.name)
        )
    if not _URL.fullmatch(options.to):
        raise unfit("--to", options.to, text("an address such as https://mulmok.example:8420"))
    token = _token(options.token, site.http.token, site.path)
    log_in(getattr(options, "lang", site.works.language))
    for handler in logging.getLogger().handlers:
        handler.addFilter(Sparing())
    logging.getLogger("httpx").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    clock = SystemClock()
    parcels = Parcels.open(options.data, [channel.id for channel in site.channels])
    try:
        forwarder = Forwarder(parcels, clock, options.to.rstrip("/"), token)
        words = text("the edge of {name} sends to {url}", name=site.works.name, url=options.to)
        print(say(words), flush=True)
        asyncio.run(
            run_edge(
                site,
                parcels,
                forwarder,
                options.data,
                options.keep,
                round(options.room * _MEGABYTE),
            )
        )
    except KeyboardInterrupt:
        pass  # the wish was to end, and it has ended
    finally:
        parcels.close()
    print(say(text("ended")))
    return 0


def _token(given: str | None, own: str | None, path: Path) -> str:
    """Read the token where the option, else the site file says it is. Raises InputError."""
    where = given or own
    if where is None:
        raise InputError(
            text("missing: --token env:NAME or file:PATH, the works' token for pushed readings")
        )
    try:
        return read_secret(reference(where), path, os.environ)
    except UnfitError as fault:
        raise InputError(text("{field}: {problem}", field="--token", problem=fault.text)) from None
