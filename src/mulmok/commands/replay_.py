"""`mulmok replay`: the pipeline over readings files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from mulmok.commands.progress import progress_bar
from mulmok.commands.reading import read
from mulmok.config.load import load_site
from mulmok.model.text import Text, text
from mulmok.model.time import DAY
from mulmok.run.replay_files import replay_files
from mulmok.source.files.read import chunks


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Judge the files and write the outputs; with --json print one summary object."""
    site = load_site(options.site)
    result = read(options, site, say)
    out = options.out or (None if options.json else Path("replay-out"))
    with progress_bar(say(text("judging")), len(result.rows)) as progress:
        summary = replay_files(site, chunks(result.rows, DAY), out, progress=progress)
    if options.json:
        print(json.dumps({**summary.as_json(), "out": str(out) if out else None}))
        return 0
    print(
        say(
            text(
                "{readings} readings: {good} good, {suspect} suspect, {failed} bad, "
                "{missing} missing, {late} late; events: {events} (warned of: {warnings}), "
                "{transitions} alarm transitions; written to {out}",
                **summary.as_json(),
                out=str(out),
            )
        ),
        file=sys.stdout,
    )
    return 0
