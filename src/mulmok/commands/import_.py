"""`mulmok import`: past readings into the history."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.commands.progress import progress_bar
from mulmok.commands.reading import read
from mulmok.config.load import load_site
from mulmok.model.message import Readings
from mulmok.model.text import Text, text
from mulmok.model.time import DAY
from mulmok.run.build import build_pipeline
from mulmok.run.clock import SystemClock
from mulmok.run.history import keep_history
from mulmok.source.files.read import chunks
from mulmok.store.sqlite import Store


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Judge the files' readings and keep them in the data folder."""
    site = load_site(options.site)
    result = read(options, site, say)
    store = Store.open(options.data)
    try:
        store.know_channels([channel.id for channel in site.channels])
        with progress_bar(say(text("importing")), len(result.rows)) as progress:
            done = 0

            def counted(message: Readings) -> Readings:
                nonlocal done
                done += len(message)
                progress(done)
                return message

            kept = keep_history(
                site,
                build_pipeline(site),
                store,
                map(counted, chunks(result.rows, DAY)),
                SystemClock().now(),
            )
    finally:
        store.close()
    print(
        say(
            text(
                "{readings} readings and {events} events are in {folder}",
                readings=kept.readings,
                events=kept.events,
                folder=str(options.data),
            )
        )
    )
    return 0
