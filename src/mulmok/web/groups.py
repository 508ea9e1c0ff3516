"""Channels by the place they stand at."""

from __future__ import annotations

from mulmok.web.rows import Row


def grouped(rows: tuple[Row, ...]) -> tuple[tuple[str, tuple[Row, ...]], ...]:
    """Give (place, its rows), places and rows in the order of the site file."""
    places: dict[str, list[Row]] = {}
    for row in rows:
        places.setdefault(row.channel.place, []).append(row)
    return tuple((place, tuple(members)) for place, members in places.items())
