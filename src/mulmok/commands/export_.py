"""`mulmok export`: the history to a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.config.load import load_site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.model.time import format_instant
from mulmok.run.stored import stored_pieces
from mulmok.source.files.write import write_readings
from mulmok.store.query import Query
from mulmok.store.sqlite import FILE


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Write readings as they were measured, in time order; the works may go on running.

    Long files say besides what was judged of each.
    """
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
        if start >= end:
            raise InputError(
                text(
                    "nothing lies between --from {start} and --to {end}; the history goes from "
                    "{first} to {last}",
                    start=format_instant(start),
                    end=format_instant(end),
                    first=format_instant(span[0]),
                    last=format_instant(span[1]),
                )
            )
        count = write_readings(
            options.out,
            stored_pieces(site, query, start, end),
            [channel.id for channel in site.channels],
            shape="long" if options.long else "wide",
            flags=options.long,
        )
    print(say(text("{count} readings are in {path}", count=count, path=str(options.out))))
    return 0
