"""JSON Schema of the site file for editors, made from the table of keys the loader checks with.

It knows keys and the look of values; units, references between tables and bounds are the loader's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mulmok.config.build_sources import known_drivers
from mulmok.config.table import CONDITIONS, MANY, ONCE, TABLES, Key
from mulmok.config.values import ID
from mulmok.model.event import Verdict
from mulmok.model.quantity import QUANTITIES

Schema = dict[str, object]

_NUMBER = r"^\s*[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?"
_SCALAR: Schema = {"type": ["string", "number", "integer", "boolean"]}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _duration() -> Schema:
    return _text(_NUMBER + r"\s*(s|min|h|d)\s*$")


def _amount() -> Schema:
    return _text(_NUMBER)


def _texts() -> Schema:
    items = {"type": "string", "minLength": 1}
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


def _names() -> Schema:
    word = {"type": "string", "minLength": 1}
    both: Schema = {
        "type": "object",
        "properties": {"ko": word, "en": word},
        "required": ["ko", "en"],
        "additionalProperties": False,
    }
    return {"anyOf": [word, both]}


def _design() -> Schema:
    properties = {name: _amount() for name in QUANTITIES}
    return {"type": "object", "properties": properties, "additionalProperties": False}


#: What a value of each kind of key looks like.
_KINDS: Mapping[str, Callable[[], Schema]] = {
    "amount": _amount,
    "channel": lambda: {"type": "string", "minLength": 1},
    "design": _design,
    "driver": lambda: {"enum": list(known_drivers())},
    "duration": _duration,
    "id": lambda: {**_text(f"^{ID}$"), "maxLength": 64},
    "interval": _duration,
    "language": lambda: {"enum": ["ko", "en"]},
    "names": _names,
    "number": lambda: {"type": "number", "exclusiveMinimum": 0},
    "port": lambda: {"type": "integer", "minimum": 1, "maximum": 65_535},
    "priority": lambda: {"type": "integer", "minimum": 1, "maximum": 4},
    "quantity": lambda: {"enum": list(QUANTITIES)},
    "range": lambda: {"type": "array", "items": _amount(), "minItems": 2, "maxItems": 2},
    "rate": lambda: _text(_NUMBER + r".*/\s*(s|min|h|d)\s*$"),
    "rate-or-off": lambda: _text(rf"^off$|{_NUMBER}.*/\s*(s|min|h|d)\s*$"),
    "secret": lambda: _text(r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"),
    "source": lambda: _table("channel.source", rest=_SCALAR),
    "text": lambda: {"type": "string", "minLength": 1},
    "texts": _texts,
    "verdict": lambda: {"enum": [verdict.value for verdict in Verdict]},
    "zone": lambda: {"type": "string", "minLength": 1},
}


def json_schema() -> Schema:
    """Give the schema of a site file; its fragments have the same keys, none of them required."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mulmok site file",
        **_table(""),
        "required": ["works", "channel"],
    }


def _table(kind: str, rest: Schema | None = None) -> Schema:
    """Give the schema of one table; `rest` is what its other keys may hold, if there may be any."""
    made: Schema = {
        "type": "object",
        "properties": {key.name: _value(key) for key in TABLES[kind]},
        "required": [key.name for key in TABLES[kind] if key.required],
        "additionalProperties": False if rest is None else rest,
    }
    if kind == "alarm":
        made["oneOf"] = [{"required": [condition]} for condition in CONDITIONS]
    return made


def _value(key: Key) -> Schema:
    if key.name in ONCE and key.kind == "table":
        made = _table(key.name)
    elif key.name in MANY and key.kind == "tables":
        rest = _SCALAR if key.name == "source" else None
        made = {"type": "array", "items": _table(key.name, rest), "minItems": 1}
    else:
        made = dict(_KINDS[key.kind.partition(":")[0]]())
    made["description"] = str(key.about)
    return made
