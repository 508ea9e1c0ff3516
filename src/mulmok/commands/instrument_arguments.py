"""What may be typed after the commands that deal with instruments: simulate, probe, discover."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from mulmok.commands.parser import Translate
from mulmok.commands.typed import instant, number, span, whole
from mulmok.model.text import Text, text

#: Disk an edge may take [MB]: seven days of forty channels a second have room in a third of it.
ROOM_MB = 500.0


def add_instrument_commands(
    command: Callable[[str, Text, str], argparse.ArgumentParser],
    site_argument: Callable[[argparse.ArgumentParser], None],
    say: Translate,
) -> None:
    """Add them to the command line that `arguments.parser` makes."""
    simulate = command(
        "simulate",
        text("writes readings of the simulated works, or is its instruments"),
        "mulmok simulate examples/miryang.toml --days 30 -o month.parquet\n"
        "  mulmok simulate modbus examples/modbus.toml",
    )
    simulate.add_argument(
        "what",
        nargs="+",
        metavar="SITE",
        help=say(
            text("the site file; after the name of a driver: its devices, until told to stop")
        ),
    )
    simulate.usage = "mulmok simulate [DRIVER] SITE [-o OUT]"
    simulate.add_argument(
        "--host",
        default="127.0.0.1",
        help=say(text("with a driver: address to listen on (127.0.0.1)")),
    )
    simulate.add_argument(
        "--days",
        type=number("--days", 0.001, 3660),
        default=30.0,
        help=say(text("how many days (30)")),
    )
    simulate.add_argument(
        "--start",
        type=instant("--start"),
        default="2026-01-05T00:00:00+09:00",
        help=say(text("first instant, ISO 8601")),
    )
    simulate.add_argument(
        "--seed",
        type=whole("--seed", 0, 2**63 - 1),
        default=1,
        help=say(text("seed: the same seed gives the same works (1)")),
    )
    simulate.add_argument(
        "--events", action="store_true", help=say(text("plant water events and instrument faults"))
    )
    simulate.add_argument(
        "-o",
        "--out",
        type=Path,
        help=say(text("file to write: .csv, .parquet or .xlsx")),
    )

    ask = command(
        "probe",
        text("asks each instrument once and shows what came"),
        "mulmok probe site.toml inlet.ph",
    )
    site_argument(ask)
    ask.add_argument(
        "channel", nargs="*", metavar="CHANNEL", help=say(text("ids of channels (all of them)"))
    )
    ask.add_argument(
        "--wait",
        type=number("--wait", 0, 3600),
        default=10.0,
        help=say(text("how many seconds to wait for an answer (10)")),
    )
    ask.add_argument("--json", action="store_true", help=say(text("print one JSON list")))

    look = command(
        "discover",
        text("looks for what a driver could read and proposes channels"),
        "mulmok discover modbus host=10.0.0.21 unit_ids=1-3 > found.toml",
    )
    look.add_argument(
        "driver", metavar="DRIVER", help=say(text("name of the driver, such as modbus or mqtt"))
    )
    look.add_argument(
        "where",
        nargs="*",
        metavar="NAME=VALUE",
        help=say(text("where to look: settings of the driver; without any they are listed")),
    )
    look.add_argument(
        "--wait",
        type=number("--wait", 0, 3600),
        default=10.0,
        help=say(text("how many seconds to look (10)")),
    )

    edge = command(
        "edge",
        text("takes readings at a far place and sends them on, through any gap in the line"),
        "mulmok edge pump3.toml --to https://mulmok.example:8420 --token env:MULMOK_TOKEN",
    )
    site_argument(edge)
    edge.add_argument(
        "--to", required=True, metavar="URL", help=say(text("address of the works' mulmok"))
    )
    edge.add_argument(
        "--token",
        metavar="REFERENCE",
        help=say(text("its token, by reference: env:NAME or file:PATH (the site file's)")),
    )
    edge.add_argument(
        "--data",
        type=Path,
        default=Path("mulmok-edge"),
        help=say(text("folder of what was not sent yet (mulmok-edge)")),
    )
    edge.add_argument(
        "--keep",
        type=span("--keep"),
        default="7 d",
        help=say(text('how long readings wait for the line (7 d), such as "30 d"')),
    )
    edge.add_argument(
        "--room",
        type=number("--room", 0.1, 1e9),
        default=ROOM_MB,
        metavar="MB",
        help=say(text("megabytes of disk they may take (500)")),
    )
