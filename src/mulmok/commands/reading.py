"""Readings files as the commands take them: read, and say what was odd about them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable

from mulmok.config.site import Site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.header import UnknownChannelError
from mulmok.source.files.read import ReadResult, read_readings
from mulmok.source.files.times import NaiveTimeError


def read(options: argparse.Namespace, site: Site, say: Callable[[Text], str]) -> ReadResult:
    """Read the files named; warnings go to the error stream. Raises InputError."""
    try:
        result = read_readings(
            options.readings,
            site.channels,
            zone=options.zone,
            time_format=options.time_format,
            ignore_unknown=options.ignore_unknown,
            columns=_columns(options.column or ()),
        )
    except NaiveTimeError as fault:
        raise InputError(text("{fault}, or give --zone Asia/Seoul", fault=fault.text)) from None
    except UnknownChannelError as fault:
        raise InputError(
            text("{fault}, or leave it out with --ignore-unknown", fault=fault.text)
        ) from None
    for warning in result.warnings:
        print(say(warning), file=sys.stderr)
    return result


def _columns(pairs: Iterable[str]) -> dict[str, str]:
    """Take `--column NAME=CHANNEL`: a name may have an equals sign in it, a channel has none."""
    columns: dict[str, str] = {}
    for pair in pairs:
        name, _, channel = (part.strip() for part in pair.rpartition("="))
        if not name or not channel or columns.get(name, channel) != channel:
            raise InputError(
                text(
                    '--column: have "{have}", want NAME=CHANNEL, each name once, such as '
                    "PH_IN=inlet.ph",
                    have=pair,
                )
            )
        columns[name] = channel
    return columns
