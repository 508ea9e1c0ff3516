"""A document in which given paths find given values: what the simulated service sends.

It understands the paths people write: `a.b`, `list[*].b`, `list[].b`, `list[?tag=='X'].b` and
`map(&b, list)`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import jmespath

from mulmok.model.errors import SourceError
from mulmok.model.text import text

Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path points.

    rows   names that lead to a list; None: there is none, and `names` begin at the top
    where  what distinguishes the rows that are meant: name and value; None: all are
    names  names that lead on from there
    """

    rows: Steps | None
    where: tuple[str, object] | None
    names: Steps

    @classmethod
    def of(cls, path: str) -> Place:
        """Read a path. Raises SourceError where no document could be made for it."""
        try:
            return _place(jmespath.compile(path).parsed)
        except (LookupError, TypeError, ValueError):
            raise SourceError(
                text(
                    'no document is simulated for the path "{path}": want {examples}',
                    path=path,
                    examples="a.b, list[*].b, list[?tag=='X'].b, map(&b, list)",
                )
            ) from None


def put(node: dict[str, Any], names: Steps, value: object) -> None:
    """Put a value where names lead to, making what is on the way."""
    for name in names[:-1]:
        node = node.setdefault(name, {})
    node[names[-1]] = value


def _place(node: dict[str, Any]) -> Place:
    kind, inside = node["type"], node["children"]
    if kind == "field":
        return Place(None, None, (node["value"],))
    if kind in ("identity", "current"):
        return Place(None, None, ())
    if kind == "subexpression":
        return reduce(_behind, map(_place, inside))
    if kind == "projection":
        base = inside[0]["children"][0] if inside[0]["type"] == "flatten" else inside[0]
        return Place(_names(_place(base)), None, _names(_place(inside[1])))
    if kind == "filter_projection":
        test = inside[2]
        name, literal = test["children"]
        if test["type"] != "comparator" or test["value"] != "eq" or name["type"] != "field":
            raise LookupError
        where = (name["value"], literal["value"])
        return Place(_names(_place(inside[0])), where, _names(_place(inside[1])))
    if kind == "function_expression" and node["value"] == "map":
        of, rows = inside
        return Place(_names(_place(rows)), None, _names(_place(of["children"][0])))
    raise LookupError(kind)


def _behind(first: Place, second: Place) -> Place:
    """Give the place to which one path leads on from another."""
    if first.rows is not None:
        return Place(first.rows, first.where, (*first.names, *_names(second)))
    if second.rows is not None:
        return Place((*first.names, *second.rows), second.where, second.names)
    return Place(None, None, (*first.names, *second.names))


def _names(place: Place) -> Steps:
    if place.rows is not None:
        raise LookupError
    return place.names
