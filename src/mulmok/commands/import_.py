"""`mulmok import`: past readings into the history."""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np

from mulmok.commands.progress import progress_bar
from mulmok.commands.reading import read
from mulmok.config.load import load_site
from mulmok.config.site import Site
from mulmok.model.message import Readings
from mulmok.model.text import Text, text
from mulmok.model.time import DAY
from mulmok.run.build import build_pipeline
from mulmok.run.clock import SystemClock
from mulmok.run.history import keep_history
from mulmok.source.files.read import chunks
from mulmok.store.query import Query
from mulmok.store.sqlite import Store


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Judge the files' readings and keep them in the data folder."""
    site = load_site(options.site)
    result = read(options, site, say)
    store = Store.open(options.data)
    try:
        store.know_channels([channel.id for channel in site.channels])
        first = store.is_empty()
        with (
            progress_bar(say(text("importing")), len(result.rows)) as progress,
            store.query() as query,
        ):
            done = known = 0

            def counted(message: Readings) -> Readings:
                nonlocal done, known
                known += 0 if first else _known(site, query, message)
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
    if first:
        said = text(
            "{readings} readings and {events} events are in {folder}",
            readings=kept.readings,
            events=kept.events,
            folder=str(options.data),
        )
    else:
        said = text(
            "{new} new readings are in {folder}; {known} were there already and stay as they were",
            new=done - known,
            known=known,
            folder=str(options.data),
        )
    print(say(said))
    return 0


def _known(site: Site, query: Query, message: Readings) -> int:
    """Count the readings of a message whose channel and instant are kept already."""
    known = 0
    for index in np.unique(message.channel):
        at = message.at[message.channel == index]
        stored = query.rows(site.channels[index].id, int(at.min()), int(at.max()) + 1)
        known += int(np.isin(at, stored.at).sum())
    return known
