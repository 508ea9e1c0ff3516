"""`mulmok simulate`: a file of what the simulated works' instruments show."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from mulmok.commands.progress import progress_bar
from mulmok.commands.typed import unfit
from mulmok.config.load import load_site
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, LATEST
from mulmok.run.simulation import simulator_of
from mulmok.source.simulator.driver import write_simulation
from mulmok.source.simulator.planted import schedule


def run(options: argparse.Namespace, say: Callable[[Text], str]) -> int:
    """Write the file; with --events, water events and faults are planted from the fifth day on."""
    site = load_site(options.site)
    start, end = options.start, options.start + round(options.days * DAY)
    if end > LATEST:
        want = text("days that end before the year 2100")
        raise unfit("--days", f"{options.days:g}", want)
    planted = schedule(options.seed, start + 4 * DAY, end, site.channels) if options.events else ()
    simulator = simulator_of(site, options.seed, planted)
    with progress_bar(say(text("simulating")), 100) as progress:
        count = write_simulation(
            options.out, simulator, start, end, progress=lambda share: progress(round(share * 100))
        )
    print(say(text("{count} readings are in {path}", count=count, path=str(options.out))))
    return 0
