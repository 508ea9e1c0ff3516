"""`mulmok probe`: asks each instrument once and shows what came, byte by byte."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from collections.abc import Callable

from mulmok.commands.typed import unfit
from mulmok.config.explain import nearest
from mulmok.config.load import load_site
from mulmok.model.status import STATUS_NAMES
from mulmok.model.text import Text, text
from mulmok.model.time import SECOND, format_instant
from mulmok.run.clock import SystemClock
from mulmok.run.probe import Probed, probe
from mulmok.text.logged import unlogged

Say = Callable[[Text], str]


def run(options: argparse.Namespace, say: Say) -> int:
    """Ask, show, and give 1 where something did not answer as it should."""
    site = load_site(options.site)
    known = {channel.id for channel in site.channels}
    for name in options.channel:
        if name not in known:
            raise unfit("CHANNEL", name, nearest(name, sorted(known), text("the id of a channel")))
    # What libraries log of a device is told below, in one line each.
    with unlogged():
        found = asyncio.run(
            probe(site, options.channel or sorted(known), SystemClock(), options.wait)
        )
    now = SystemClock().now()
    if options.json:
        print(json.dumps([_as_json(one, now, say) for one in found], ensure_ascii=False))
    else:
        for line in _lines(found, now, say):
            print(line)
    return int(not all(map(_is_well, found)))


def _is_well(one: Probed) -> bool:
    seen = one.seen
    return one.fault is None and seen is not None and not math.isnan(seen.value)


def _lines(found: list[Probed], now: int, say: Say) -> list[str]:
    heads = (text("channel"), text("value"), text("status"), text("age"), text("took"), text("number"), text("bytes or text"), text("place"))  # fmt: skip
    rows = [tuple(say(head) for head in heads), *(_row(one, now, say) for one in found)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for number, row in enumerate(rows):
        cells = (
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
        fault = found[number - 1].fault if number else None
        if fault is not None:
            lines.append(f"  ! {say(fault)}")
    return lines


def _width(words: str) -> int:
    """Columns on a terminal: a Korean letter has two."""
    return sum(2 if ord(letter) >= 0x1100 else 1 for letter in words)


def _row(one: Probed, now: int, say: Say) -> tuple[str, ...]:
    seen = one.seen
    if seen is None:
        return (one.channel.id, "-", "-", "-", "-", "-", "-", one.source or "-")
    unit = "" if one.channel.quantity.unit == "pH" else f" {one.channel.quantity.unit}"
    value = "-" if math.isnan(seen.value) else f"{seen.value:.6g}{unit}"
    return (
        one.channel.id,
        value,
        say(Text("{name}", {"name": STATUS_NAMES[seen.status]})),
        f"{(now - seen.at) / SECOND:.1f} s",
        f"{seen.took / 1e6:.0f} ms" if seen.took else "-",
        "-" if math.isnan(seen.number) else f"{seen.number:.8g}",
        seen.raw[:60] or "-",
        seen.place or one.source,
    )


def _as_json(one: Probed, now: int, say: Say) -> dict[str, object]:
    seen = one.seen
    told: dict[str, object] = {
        "channel": one.channel.id,
        "source": one.source,
        "driver": one.driver,
        "unit": one.channel.quantity.unit,
        "fault": None if one.fault is None else say(one.fault),
    }
    if seen is None:
        return told | {"value": None}
    return told | {
        "value": None if math.isnan(seen.value) else seen.value,
        "status": seen.status.name,
        "at": format_instant(seen.at),
        "age_s": round((now - seen.at) / SECOND, 3),
        "took_ms": round(seen.took / 1e6, 3),
        "number": None if math.isnan(seen.number) else seen.number,
        "raw": seen.raw,
        "place": seen.place,
    }
