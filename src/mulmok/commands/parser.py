"""The argument parser, speaking the reader's language in its help and in its complaints."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from mulmok.model.errors import InputError
from mulmok.model.text import Text, text

Translate = Callable[[Text], str]

#: What argparse complains of, and the same in words of ours that have a translation. A complaint
#: that a later Python words otherwise is passed on as it is.
_COMPLAINTS = (
    ("the following arguments are required: (?P<names>.+)", text("missing: {names}")),
    ("unrecognized arguments: (?P<words>.+)", text("not understood: {words}")),
    (
        r"argument (?P<name>.+?): invalid choice: (?P<have>.+) \(choose from (?P<choices>.+)\)",
        text('{name}: have "{have}", want one of {choices}'),
    ),
    ("argument (?P<name>.+?): expected .+", text("{name}: a value is missing after it")),
    (
        "argument (?P<name>.+?): ignored explicit argument (?P<have>.+)",
        text('{name} takes no value; have "{have}" with it'),
    ),
    (
        "ambiguous option: (?P<have>.+) could match (?P<choices>.+)",
        text('"{have}" is short for several: {choices}'),
    ),
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are InputErrors, so that they read like all others."""

    def __init__(self, *, say: Translate, **settings: Any) -> None:
        super().__init__(add_help=False, formatter_class=_help_in(say), **settings)
        self._positionals.title = say(text("arguments"))
        self._optionals.title = say(text("options"))
        self.add_argument("-h", "--help", action="help", help=say(text("show this help and end")))

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the words typed as an InputError."""
        raise InputError(
            text(
                '{message}; see "{program} --help"',
                message=_in_our_words(message),
                program=self.prog,
            )
        )


def _in_our_words(message: str) -> Text | str:
    for pattern, ours in _COMPLAINTS:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return Text(
                ours.template, {k: v.replace("'", "") for k, v in found.groupdict().items()}
            )
    return message


def _help_in(say: Translate) -> type[argparse.HelpFormatter]:
    class Help(argparse.RawDescriptionHelpFormatter):
        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[Any],
            prefix: str | None = None,
        ) -> None:
            ours = say(text("usage: ")) if prefix is None else prefix
            super().add_usage(usage, actions, groups, ours)

    return Help
