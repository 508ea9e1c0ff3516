"""`mulmok demo`: a works that lives, for everyone to look at."""

from __future__ import annotations

import argparse
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from mulmok.commands.progress import progress_bar
from mulmok.commands.serving import bound, serve
from mulmok.config.load import load_site
from mulmok.model.text import Text, text
from mulmok.run.demo import open_demo
from mulmok.run.example import example_site

_HOST = "127.0.0.1"


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Judge a month of history, then live on at `--speed`, with an event soon to come."""
    site = load_site(example_site())
    listener = bound(_HOST, options.port)
    # Told to stop in whatever way, it takes its folder with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="mulmok-demo-") as temporary:
        folder = options.dir or Path(temporary)
        with progress_bar(say(text("a month of history")), 100) as progress:
            demo = open_demo(
                site, folder, options.speed, lambda share: progress(round(100 * share))
            )

        def ready() -> None:
            words = text(
                "{name} lives on http://{host}:{port}, {speed:g} times as fast as real time.\n"
                "Sign in as {person} with {password}\n"
                "In about a minute something happens at the inlet. Ctrl-C ends it.",
                name=site.works.name,
                host=_HOST,
                port=options.port,
                speed=options.speed,
                person=demo.person.name,
                password=demo.person.password,
            )
            print(say(words), flush=True)

        serve(demo.engine, listener, None, ready, (demo.instruments,))
    print(say(text("ended")))
    return 0
