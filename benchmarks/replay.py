"""A year of eleven channels at one minute through the whole pipeline."""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from mulmok.config.load import load_site
from mulmok.model.time import DAY, MINUTE, parse_instant
from mulmok.run.build import build_pipeline
from mulmok.run.replay import judgements
from mulmok.run.simulation import simulator_of
from mulmok.source.files.read import chunks, read_readings
from mulmok.source.simulator.driver import write_simulation

SITE = Path(__file__).parents[1] / "examples/miryang.toml"


def measure(days: int = 365) -> list[tuple[str, str]]:
    # A process of its own: the memory is this replay's, not that of another part before it.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
        return apart.submit(_replayed, days).result()


def _replayed(days: int) -> list[tuple[str, str]]:
    site = load_site(SITE)
    inlet = tuple(
        replace(channel, every=MINUTE) for channel in site.channels if channel.place == "inlet"
    )
    site = replace(
        site,
        channels=inlet,
        alarms=tuple(rule for rule in site.alarms if rule.channel < len(inlet)),
    )
    start = parse_instant("2025-01-01T00:00:00+09:00")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "year.parquet"
        write_simulation(path, simulator_of(site, 1), start, start + days * DAY)
        size = path.stat().st_size
        begun = time.perf_counter()
        rows = read_readings([path], site.channels).rows
        reading = time.perf_counter() - begun
    pipeline = build_pipeline(site)
    for _ in judgements(pipeline, chunks(rows.take(slice(0, 50_000)), DAY), len(inlet)):
        pass  # kernels are compiled now
    begun = time.process_time(), time.perf_counter()
    events = transitions = 0
    for said in judgements(pipeline, chunks(rows, DAY), len(inlet)):
        events += len({event.id for event in said.events})
        transitions += len(said.transitions)
    cpu, wall = time.process_time() - begun[0], time.perf_counter() - begun[1]
    count, peak = len(rows), _peak()
    return [
        (
            "readings replayed",
            f"{count:,} ({days} d, {len(inlet)} channels, {size / 1e6:.0f} MB Parquet)",
        ),
        ("reading the file", f"{reading:.2f} s"),
        ("order to alarm, wall", f"{wall:.2f} s, {count / wall / 1e6:.2f} M readings/s"),
        ("order to alarm, one core", f"{count / cpu / 1e6:.2f} M readings/s"),
        ("peak memory of the process", f"{peak:.0f} MB"),
    ]


def _peak() -> float:
    """Most memory this process has held [MB]; what it was started from does not count (Linux)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024
