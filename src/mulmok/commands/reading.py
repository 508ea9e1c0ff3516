"""Readings files as the commands take them: read, and say what was odd about them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from mulmok.config.site import Site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.source.files.header import UnknownChannelError
from mulmok.source.files.read import ReadResult, read_readings


def read(options: argparse.Namespace, site: Site, say: Callable[[Text], str]) -> ReadResult:
    """Read the files named; warnings go to the error stream. Raises InputError."""
    try:
        result = read_readings(
            options.readings,
            site.channels,
            zone=options.zone,
            time_format=options.time_format,
            ignore_unknown=options.ignore_unknown,
        )
    except UnknownChannelError as fault:
        raise InputError(
            text("{fault}, or leave it out with --ignore-unknown", fault=fault.text)
        ) from None
    for warning in result.warnings:
        print(say(warning), file=sys.stderr)
    return result
