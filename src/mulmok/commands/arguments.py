"""What may be typed after `mulmok`: every command with its arguments and options."""

from __future__ import annotations

import argparse
from pathlib import Path

from mulmok import __version__
from mulmok.commands.instrument_arguments import add_instrument_commands
from mulmok.commands.parser import Parser, Translate
from mulmok.commands.typed import instant, number, port, whole
from mulmok.model.text import Text, text


def parser(say: Translate) -> argparse.ArgumentParser:
    """Make the parser of the whole command line, its help in the language of `say`."""
    main = Parser(
        say=say, prog="mulmok", description=say(text("Guards the inlet of a sewage works."))
    )
    main.add_argument(
        "--version",
        action="version",
        version=f"mulmok {__version__}",
        help=say(text("show which mulmok this is and end")),
    )
    _language_option(main, say)
    subparsers = main.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title=say(text("commands"))
    )

    def command(name: str, about: Text, example: str) -> argparse.ArgumentParser:
        words = f"{say(text('example'))}:\n  {example}"
        made = subparsers.add_parser(
            name,
            help=say(about),
            description=say(about),
            epilog=words,
            say=say,
        )
        _language_option(made, say)
        return made

    def site_argument(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("site", type=Path, metavar="SITE", help=say(text("the site file")))

    def data_option(parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--data",
            type=Path,
            default=Path("mulmok-data"),
            help=say(text("folder of the journal and the history (mulmok-data)")),
        )

    def time_options(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--zone", help=say(text("zone of times without an offset")))
        parser.add_argument(
            "--time-format", help=say(text("form of the times, such as %%d-%%m-%%y %%H:%%M"))
        )
        parser.add_argument(
            "--column",
            action="append",
            metavar="NAME=CHANNEL",
            help=say(
                text("what a column of the files is, such as PH_IN=inlet.ph; may be repeated")
            ),
        )
        parser.add_argument(
            "--ignore-unknown",
            action="store_true",
            help=say(text("leave out columns that are no channel of the site file")),
        )

    demo = command("demo", text("a works that lives, to look at"), "mulmok demo --port 8420")
    demo.add_argument("--port", type=port, default=8420, help=say(text("port of the pages (8420)")))
    demo.add_argument("--dir", type=Path, help=say(text("keep the data in this folder")))
    demo.add_argument(
        "--speed",
        type=number("--speed", 0, 3600),
        default=60.0,
        help=say(text("times as fast as real time (60)")),
    )

    check = command(
        "check", text("checks a site file, offline"), "mulmok check examples/miryang.toml"
    )
    check.add_argument(
        "site", type=Path, nargs="?", metavar="SITE", help=say(text("the site file"))
    )
    check.add_argument(
        "--schema", action="store_true", help=say(text("print the JSON Schema of site files"))
    )

    run = command(
        "run",
        text("live: sources, judging, store and pages"),
        "mulmok run site.toml --data /var/lib/mulmok",
    )
    site_argument(run)
    data_option(run)
    run.add_argument(
        "--host", help=say(text("address to listen on (the site file's, or 127.0.0.1)"))
    )
    run.add_argument(
        "--port", type=port, help=say(text("port of the pages (the site file's, or 8420)"))
    )

    replay = command(
        "replay",
        text("judges readings files as if they came in live"),
        "mulmok replay site.toml january.csv --zone Asia/Seoul --out january/",
    )
    site_argument(replay)
    replay.add_argument(
        "readings",
        type=Path,
        nargs="+",
        metavar="READINGS",
        help=say(text("CSV, Parquet or XLSX files")),
    )
    replay.add_argument(
        "--out",
        type=Path,
        help=say(text("folder for events.jsonl, alarms.jsonl, flags.parquet (replay-out)")),
    )
    replay.add_argument("--json", action="store_true", help=say(text("print one summary object")))
    time_options(replay)

    take = command(
        "import",
        text("takes past readings into the history"),
        "mulmok import site.toml 2025.parquet --data /var/lib/mulmok",
    )
    site_argument(take)
    take.add_argument(
        "readings",
        type=Path,
        nargs="+",
        metavar="READINGS",
        help=say(text("CSV, Parquet or XLSX files")),
    )
    data_option(take)
    time_options(take)

    give = command(
        "export",
        text("writes the history to a file"),
        "mulmok export site.toml -o 2025.xlsx --from 2025-01-01T00:00+09:00",
    )
    site_argument(give)
    data_option(give)
    give.add_argument(
        "-o",
        "--out",
        type=Path,
        required=True,
        help=say(text("file to write: .csv, .parquet or .xlsx")),
    )
    give.add_argument(
        "--from", dest="start", type=instant("--from"), help=say(text("first instant, ISO 8601"))
    )
    give.add_argument(
        "--to", dest="end", type=instant("--to"), help=say(text("instant to stop before, ISO 8601"))
    )
    give.add_argument(
        "--long",
        action="store_true",
        help=say(text("one reading a row, with status, flag and reasons")),
    )

    calibrate = command(
        "calibrate",
        text("says how much foreign water can be seen here, and how soon"),
        "mulmok calibrate site.toml --data /var/lib/mulmok",
    )
    site_argument(calibrate)
    data_option(calibrate)
    calibrate.add_argument(
        "--times",
        type=whole("--times", 1, 1000),
        help=say(text("how often each share of each water is planted (10 to 20)")),
    )
    calibrate.add_argument(
        "--seed",
        type=whole("--seed", 0, 2**63 - 1),
        help=say(text("seed of what is planted (from the works' id)")),
    )
    calibrate.add_argument(
        "--json", action="store_true", help=say(text("print one summary object"))
    )

    add_instrument_commands(command, site_argument, say)

    user = command(
        "user",
        text("adds a person, or sets a new password"),
        "mulmok user add kim --role operator --data /var/lib/mulmok",
    )
    user.add_argument("act", choices=("add", "list", "remove"), help=say(text("what to do")))
    user.add_argument("name", nargs="?", help=say(text("sign-in name")))
    user.add_argument(
        "--role",
        choices=("viewer", "operator", "engineer"),
        default="operator",
        help=say(text("what the person may do (operator)")),
    )
    data_option(user)

    command(
        "warm", text("compiles the kernels once, so that the first start is quick"), "mulmok warm"
    )
    return main


def _language_option(parser: argparse.ArgumentParser, say: Translate) -> None:
    parser.add_argument(
        "--lang",
        choices=("ko", "en"),
        default=argparse.SUPPRESS,
        help=say(text("language of what is said (ko or en)")),
    )
