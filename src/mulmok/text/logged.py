"""The log in one language: texts, and errors that carry one, are put into words where it is written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from mulmok.model.errors import MulmokError
from mulmok.model.text import Names, Text
from mulmok.text.catalog import render


class InLanguage(logging.Filter):
    """Renders the texts in a record; to be added to a handler, so that it sees every logger's."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, its texts in words."""
        if isinstance(record.msg, Text):
            record.msg, record.args = render(record.msg, self._language), ()
        elif isinstance(record.args, tuple):
            record.args = tuple(self._words(value) for value in record.args)
        return True

    def _words(self, value: object) -> object:
        said = value.text if isinstance(value, MulmokError) else value
        return render(said, self._language) if isinstance(said, Text | Names) else said


@contextmanager
def unlogged() -> Iterator[None]:
    """Log nothing meanwhile: what libraries say is told in other words."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def log_in(language: str) -> None:
    """Have all that is logged from now on, warnings and worse, said in a language."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(InLanguage(language))
