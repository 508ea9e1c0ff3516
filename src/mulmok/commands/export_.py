"""`mulmok export`: the history to a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.config.load import load_site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.run.recover import stored_readings
from mulmok.source.files.rows import Rows
from mulmok.source.files.write import Piece, write_readings
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Write readings as they were measured, in time order; the works may go on running."""
    site = load_site(options.site)
    path = options.data / FILE
    if not path.exists():
        raise InputError(
            text("{folder} holds no history; give the folder with --data", folder=str(options.data))
        )
    with Query.open(path) as query:
        span = query.data_range()
        if span is None:
            raise InputError(text("the history in {folder} is empty", folder=str(options.data)))
        start = span[0] if options.start is None else options.start
        end = span[1] + 1 if options.end is None else options.end
        pieces = (
            Piece(Rows(message.channel, message.at, message.value, message.status))
            for message in stored_readings(site, query, start, end)
        )
        count = write_readings(
            options.out,
            pieces,
            [channel.id for channel in site.channels],
            shape="long" if options.long else "wide",
        )
    print(say(text("{count} readings are in {path}", count=count, path=str(options.out))))
    return 0
