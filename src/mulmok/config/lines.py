"""Where each key of a TOML file stands, so that an error can name its line.

tomllib gives values without places. This finds the line of every table header and key by reading the
file once more, tolerantly: where it cannot tell, the line of the table is given.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_INNER = re.compile(r"""(?:^|[{,])\s*([A-Za-z0-9_-]+|"[^"]*")\s*=""")

Path = tuple[str | int, ...]


def line_numbers(words: str) -> dict[Path, int]:
    """Line (from 1) of each table and key; arrays of tables are numbered from 0."""
    lines: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    for number, line in enumerate(words.splitlines(), start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            names = _split(header[2])
            table = _placed(names[:-1], counts)
            if header[1] == "[[":
                here = (*table, names[-1])
                counts[here] = counts.get(here, -1) + 1
                table = (*here, counts[here])
            else:
                table = (*table, names[-1])
            lines.setdefault(table, number)
            continue
        if depth == 0 and (key := _KEY.match(line)):
            here = (*table, *_split(key[1]))
            lines.setdefault(here, number)
            for inner in _INNER.findall(line[key.end() :]):
                lines.setdefault((*here, inner.strip('"')), number)
        bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|#.*$', "", line)
        depth = max(depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"), 0)
    return lines


def _split(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r"""[^."']+|"[^"]*"|'[^']*'""", name)]


def _placed(names: list[str], counts: dict[Path, int]) -> Path:
    """Path of a parent table, inside the last entry of the arrays it passes through."""
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path
