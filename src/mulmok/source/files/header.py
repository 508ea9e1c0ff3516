"""What the columns of a file are: wide or long, which channel, and what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mulmok.model.errors import InputError
from mulmok.model.nearest import nearest_channels
from mulmok.model.text import text
from mulmok.source.files.table import NoReadings, Table, in_file, plain, twice

STATUS = ":status"
FLAG = ":flag"
_LONG = {"time", "channel", "value"}
#: What an export of ours says besides; not read back, for a reading is judged anew.
_BESIDE = {"status", "flag", "reasons"}


@dataclass(frozen=True, slots=True)
class Header:
    """How to read a table.

    long      one reading a row (`time,channel,value[,status]`), else one column a channel
    channels  wide: column name and index of each channel present, by index
    ignored   columns left out because they were asked to be
    """

    long: bool
    channels: tuple[tuple[str, int], ...]
    ignored: tuple[str, ...]


def read_header(table: Table, index: Mapping[str, int], *, ignore_unknown: bool) -> Header:
    """Tell wide from long and match the columns with the channels of the site."""
    names = set(table.columns)
    if "time" not in names:
        raise in_file(
            table.file,
            text(
                'no column "time": the header has {have}; want time,inlet.ph,... '
                "or time,channel,value",
                have=", ".join(map(plain, list(table.columns)[:8])),
            ),
        )
    if not table.rows:
        raise in_file(table.file, text("there are no readings below the header"), NoReadings)
    long = names >= _LONG
    if long:
        meant = _LONG | _BESIDE
        unknown = sorted(names - meant)
        channels: tuple[tuple[str, int], ...] = ()
    else:
        channels = tuple(
            sorted(((name, index[name]) for name in names & set(index)), key=lambda pair: pair[1])
        )
        meant = {"time"} | {name + tail for name, _ in channels for tail in ("", STATUS, FLAG)}
        unknown = [name for name in table.columns if name not in meant]
    for name in unknown:
        if plain(name) in meant:
            raise twice(table.file, plain(name))
    if unknown and not ignore_unknown:
        # A channel's status stands beside it and is no second fault.
        apart = [name for name in unknown if name.removesuffix(STATUS).removesuffix(FLAG) == name]
        first, *more = apart or unknown
        raise unknown_channel(table.file, plain(first), index, more=len(more))
    if not long and not channels:
        raise in_file(
            table.file,
            text(
                "no column is a channel of this site: the header has {have}",
                have=", ".join(map(plain, list(table.columns)[:8])),
            ),
        )
    return Header(long, channels, tuple(dict.fromkeys(map(plain, unknown))))


class UnknownChannelError(InputError):
    """Readings of a channel the site does not have; a command may be asked to leave them out."""


def unknown_channel(
    file: str, name: str, index: Mapping[str, int], *, more: int = 0
) -> UnknownChannelError:
    """Make the error of a channel the site does not have."""
    counts: dict[str, object] = {
        "column": name,
        "near": nearest_channels(name, index),
        "more": more,
    }
    if more:
        message = text(
            'the site has no channel "{column}" (nearest: {near}); unknown besides: {more}: '
            "correct the names",
            **counts,
        )
    else:
        message = text(
            'the site has no channel "{column}" (nearest: {near}): correct the name',
            **counts,
        )
    return UnknownChannelError(in_file(file, message).text)
