"""`mulmok simulate`: a file of what the simulated works' instruments show, or the instruments themselves."""

from __future__ import annotations

import argparse
import asyncio
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

from mulmok import plugins
from mulmok.commands.progress import progress_bar
from mulmok.commands.typed import unfit
from mulmok.config.explain import nearest
from mulmok.config.load import load_site
from mulmok.model.errors import InputError
from mulmok.model.text import Text, text
from mulmok.model.time import DAY, LATEST
from mulmok.run.clock import SystemClock
from mulmok.run.peers import build_peers, serve_peers
from mulmok.run.simulation import simulator_of
from mulmok.source.simulator.driver import write_simulation
from mulmok.source.simulator.planted import schedule

Say = Callable[[Text], str]


def run(options: argparse.Namespace, say: Say) -> int:
    """Write the file, or be the devices of one driver until told to stop."""
    match options.what:
        case [site]:
            return _write(options, Path(site), say)
        case [driver, site]:
            return _serve(options, driver, Path(site), say)
        case more:
            raise InputError(
                text("not understood: {words}; want SITE, or DRIVER SITE", words=" ".join(more[2:]))
            )


def _write(options: argparse.Namespace, path: Path, say: Say) -> int:
    """Write a file; with --events, water events and faults are planted from the fifth day on."""
    if options.out is None:
        raise InputError(
            text("missing: -o FILE to write to, or the driver whose devices are to be simulated")
        )
    site = load_site(path)
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


def _serve(options: argparse.Namespace, driver: str, path: Path, say: Say) -> int:
    """Be the devices that a site file's sources of a driver ask."""
    known = plugins.find(plugins.PEERS)
    if driver not in known:
        raise unfit("DRIVER", driver, nearest(driver, sorted(known)))
    site = load_site(path)

    def ready(places: list[str]) -> None:
        for place in places:
            words = text("{driver} is simulated: {place}", driver=driver, place=place)
            print(say(words), flush=True)
        print(say(text("it ends with Ctrl-C")), flush=True)

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        peers = build_peers(site, driver, options.host, options.seed, SystemClock(), Path(folder))
        asyncio.run(serve_peers(peers, ready))
    return 0
