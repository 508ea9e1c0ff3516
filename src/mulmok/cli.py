"""`mulmok`: parses what was typed and calls one function for each command.

Exit 0 done, 1 failed while running, 2 the input or the configuration is wrong.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from mulmok import __version__
from mulmok.model.errors import InputError, MulmokError
from mulmok.model.text import Text, text
from mulmok.text.catalog import pick_language, render

Translate = Callable[[Text], str]


class _Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are InputErrors, so that they read like all others."""

    def error(self, message: str) -> NoReturn:
        raise InputError(
            text('{message}; see "{program} --help"', message=message, program=self.prog)
        )


def _parser(say: Translate) -> argparse.ArgumentParser:
    main = _Parser(
        prog="mulmok",
        description=say(text("Guards the inlet of a sewage works.")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    main.add_argument("--version", action="version", version=f"mulmok {__version__}")
    _language_option(main, say)
    subparsers = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, about: Text, example: str) -> argparse.ArgumentParser:
        words = f"{say(text('example'))}:\n  {example}"
        made = subparsers.add_parser(
            name,
            help=say(about),
            description=say(about),
            epilog=words,
            formatter_class=argparse.RawDescriptionHelpFormatter,
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
            "--ignore-unknown",
            action="store_true",
            help=say(text("leave out columns that are no channel of the site file")),
        )

    demo = command("demo", text("a works that lives, to look at"), "mulmok demo --port 8420")
    demo.add_argument("--port", type=int, default=8420, help=say(text("port of the pages (8420)")))
    demo.add_argument("--dir", type=Path, help=say(text("keep the data in this folder")))
    demo.add_argument(
        "--speed", type=float, default=60.0, help=say(text("times as fast as real time (60)"))
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
        "--port", type=int, help=say(text("port of the pages (the site file's, or 8420)"))
    )

    replay = command(
        "replay",
        text("judges readings files as if they came in live"),
        "mulmok replay site.toml january.csv --zone Asia/Seoul --out january/",
    )
    site_argument(replay)
    replay.add_argument(
        "readings", type=Path, nargs="+", metavar="READINGS", help=say(text("CSV or Parquet files"))
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
    give.add_argument("--from", dest="start", help=say(text("first instant, ISO 8601")))
    give.add_argument("--to", dest="end", help=say(text("instant to stop before, ISO 8601")))
    give.add_argument(
        "--long",
        action="store_true",
        help=say(text("one reading a row, with status, flag and reasons")),
    )

    simulate = command(
        "simulate",
        text("writes readings of the simulated works"),
        "mulmok simulate examples/miryang.toml --days 30 -o month.parquet",
    )
    site_argument(simulate)
    simulate.add_argument("--days", type=float, default=30.0, help=say(text("how many days (30)")))
    simulate.add_argument(
        "--start", default="2026-01-05T00:00:00+09:00", help=say(text("first instant, ISO 8601"))
    )
    simulate.add_argument(
        "--seed",
        type=int,
        default=1,
        help=say(text("seed: the same seed gives the same works (1)")),
    )
    simulate.add_argument(
        "--events", action="store_true", help=say(text("plant water events and instrument faults"))
    )
    simulate.add_argument(
        "-o", "--out", type=Path, required=True, help=say(text("file to write: .csv or .parquet"))
    )

    user = command(
        "user",
        text("adds a person, or sets a new password"),
        "mulmok user add kim --role operator --data /var/lib/mulmok",
    )
    user.add_argument("act", choices=("add", "list", "remove"), help=say(text("what to do")))
    user.add_argument("name", nargs="?", help=say(text("sign-in name")))
    user.add_argument(
        "--role",
        choices=("viewer", "operator"),
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


def _language(arguments: Sequence[str]) -> str:
    """Language asked for, read before anything else, so that errors and help are in it too."""
    for number, word in enumerate(arguments):
        if word.startswith("--lang="):
            return pick_language(word.removeprefix("--lang="), os.environ)
        if word == "--lang" and number + 1 < len(arguments):
            return pick_language(arguments[number + 1], os.environ)
    return pick_language(None, os.environ)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(typed)

    def say(words: Text) -> str:
        return render(words, language)

    try:
        options = _parser(say).parse_args(typed)
        # Imported only now: `mulmok --help` need not wait for the kernels.
        command = importlib.import_module(f"mulmok.commands.{options.command}_")
        code: int = command.run(options, say)
        return code
    except MulmokError as error:
        print(render(error.text, language), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
