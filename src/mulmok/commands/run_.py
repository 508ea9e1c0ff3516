"""`mulmok run`: live, until told to stop."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from mulmok.commands.serving import bound, serve
from mulmok.config.load import load_site
from mulmok.config.secret import read_secret
from mulmok.model.text import Text, text
from mulmok.run.clock import SystemClock
from mulmok.run.doors import PUSHED
from mulmok.run.engine import Engine
from mulmok.run.people import first_person
from mulmok.source.http.settings import TOKEN


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Open the works' data, go on from where it was left, and serve."""
    site = load_site(options.site)
    token = read_secret(site.http.token, site.path, os.environ) if site.http.token else None
    source_tokens = {
        spec.id: read_secret(str(spec.settings[TOKEN]), site.path, os.environ)
        for spec in site.sources
        if spec.driver == PUSHED and TOKEN in spec.settings
    }
    host = site.http.host if options.host is None else options.host
    port = site.http.port if options.port is None else options.port
    listener = bound(host, port)
    engine = Engine.open(site, options.data, SystemClock())
    made = first_person(engine.store)

    def ready() -> None:
        print(say(text("mulmok is on http://{host}:{port}", host=host, port=port)), flush=True)
        if made is not None:
            print(
                say(
                    text(
                        "first sign-in: {name} / {password} (shown once; change it with `mulmok user add`)",
                        name=made.name,
                        password=made.password,
                    )
                ),
                flush=True,
            )

    serve(engine, listener, token, ready, source_tokens=source_tokens)
    print(say(text("ended")))
    return 0
