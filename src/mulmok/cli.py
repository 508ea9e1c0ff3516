"""`mulmok`: parses what was typed and calls one function for each command.

Exit 0 done, 1 failed while running, 2 the input or the configuration is wrong.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from mulmok.commands.arguments import parser
from mulmok.commands.kernel_cache import find_room
from mulmok.model.errors import MulmokError
from mulmok.model.text import Text, text
from mulmok.text.catalog import LANGUAGES, pick_language, render


def _language(arguments: Sequence[str]) -> str:
    """Language asked for, read before anything else, so that errors and help are in it too."""
    asked = None
    for number, word in enumerate(arguments):
        if word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
        elif word == "--lang" and number + 1 < len(arguments):
            asked = arguments[number + 1]
    # A language we do not speak is refused in the one that holds without it.
    return pick_language(asked if asked in LANGUAGES else None, os.environ)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    typed = list(sys.argv[1:] if arguments is None else arguments)
    language = _language(typed)

    def say(words: Text) -> str:
        return render(words, language)

    try:
        options = parser(say).parse_args(typed)
        find_room(options)
        # Imported only now: `mulmok --help` need not wait for the kernels.
        command = importlib.import_module(f"mulmok.commands.{options.command}_")
        code: int = command.run(options, say)
        # Now, while a full disk or a reader gone can still be told from a job done.
        sys.stdout.flush()
        return code
    except MulmokError as error:
        print(render(error.text, language), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader went away (`| head`): nothing is wrong, and nothing more can be said.
        _say_no_more()
        return 0
    except OSError as error:
        # What no command foresaw of disk or network is still one sentence.
        where, why = error.filename or "mulmok", error.strerror or str(error)
        print(say(text("{file}: the system refused: {why}", file=where, why=why)), file=sys.stderr)
        _say_no_more()
        return 1


def _say_no_more() -> None:
    """Print what waits to be printed, or throw it away where nobody takes it."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
