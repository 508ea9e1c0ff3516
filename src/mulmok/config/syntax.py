"""What a TOML parser complains of, in words for the person who wrote the file."""

from __future__ import annotations

import re
import tomllib

from mulmok.model.text import Text, text

#: How tomllib's complaints begin, and what has most likely happened.
_MEANINGS = (
    (
        ("Cannot overwrite", "Cannot declare", "Duplicate", "Cannot mutate", "Cannot redefine"),
        text("a key or a table stands here a second time"),
    ),
    (("Expected '='",), text('a key without "=" and a value')),
    (
        ("Expected ']", "Unclosed"),
        text("a bracket that is not closed, or a text in it without quotation marks"),
    ),
    (
        ("Unterminated", "Illegal character '\\n'", "Expected \"'", "Expected '\"", 'Expected "'),
        text("a quotation mark that is not closed"),
    ),
    (
        ("Expected newline", "Invalid value", "Invalid date"),
        text('a value that cannot be read; texts and amounts stand in quotation marks: "10 min"'),
    ),
    (("Invalid initial", "Invalid statement"), text("neither a table nor a key begins here")),
    (
        ("Unescaped", "Invalid hex", "Escaped"),
        text("a backslash in a text; write \\\\ or use single quotation marks"),
    ),
)
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def explain_syntax(error: tomllib.TOMLDecodeError, words: str) -> tuple[int, Text]:
    """Line (from 1) and meaning of a parser's complaint about `words`."""
    said = str(error)
    place = _PLACE.search(said)
    line = int(place[1]) if place and place[1] else words.rstrip().count("\n") + 1
    reason = said[: place.start()] if place else said
    for beginnings, meaning in _MEANINGS:
        if reason.startswith(beginnings):
            return line, text("this is not TOML: {why}", why=meaning)
    return line, text("this is not TOML: {why}", why=reason)
