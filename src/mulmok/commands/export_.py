"""`mulmok export`: the history to a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.config.load import load_site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.model.time import parse_instant
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
        start = _instant("--from", options.start, span[0])
        end = _instant("--to", options.end, span[1] + 1)
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


def _instant(option: str, words: str | None, default: int) -> int:
    if words is None:
        return default
    try:
        return parse_instant(words)
    except ValueError as error:
        raise InputError(
            text('{option}: have "{have}", want ISO 8601 with an offset', option=option, have=words)
        ) from error
