"""JSON Schema of the site file for editors, made from the table of keys the loader checks with.

It knows keys and the look of values; units, references between tables and bounds are the loader's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mulmok.config.drivers import all_settings, known_drivers
from mulmok.config.table import CONDITIONS, MANY, ONCE, TABLES, Key
from mulmok.config.values import ID
from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.event import Verdict
from mulmok.model.quantity import QUANTITIES
from mulmok.source.settings import SettingKey

Schema = dict[str, object]

_NUMBER = r"^\s*[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?"
#: A setting of a driver whose settings are not known.
_SETTING: Schema = {"type": ["string", "number", "integer", "boolean"]}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _duration() -> Schema:
    return _text(_NUMBER + r"\s*(s|min|h|d)\s*$")


def _amount() -> Schema:
    return _text(_NUMBER)


def _texts() -> Schema:
    items = {"type": "string", "minLength": 1}
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


def _dates() -> Schema:
    items = _text(r"^\d{4}-\d{2}-\d{2}$")
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


def _columns() -> Schema:
    word = {"type": "string", "minLength": 1}
    return {"type": "object", "additionalProperties": word, "minProperties": 1}


#: What a value of each kind of key or setting looks like.
_KINDS: Mapping[str, Callable[[], Schema]] = {
    "amount": _amount,
    "budget": lambda: _text(_NUMBER + r" per \d.*(s|min|h|d)\s*$"),
    "cause": lambda: {"enum": list(CAUSE_NAMES)},
    "channel": lambda: {"type": "string", "minLength": 1},
    "columns": _columns,
    "country": lambda: _text(r"^[A-Z]{2}(-.+)?$"),
    "dates": _dates,
    "design": _design,
    "driver": lambda: {"enum": list(known_drivers())},
    "duration": _duration,
    "folder": lambda: {"type": "string", "minLength": 1},
    "id": lambda: {**_text(f"^{ID}$"), "maxLength": 64},
    "interval": _duration,
    "language": lambda: {"enum": ["ko", "en"]},
    "names": _names,
    "number": lambda: {"type": "number", "exclusiveMinimum": 0},
    "numbers": lambda: {"type": "array", "items": {"type": "number"}, "minItems": 1},
    "plain": lambda: {"type": "number"},
    "port": lambda: {"type": "integer", "minimum": 1, "maximum": 65_535},
    "priority": lambda: {"type": "integer", "minimum": 1, "maximum": 4},
    "quantity": lambda: {"enum": list(QUANTITIES)},
    "range": lambda: {"type": "array", "items": _amount(), "minItems": 2, "maxItems": 2},
    "rate": lambda: _text(_NUMBER + r".*/\s*(s|min|h|d)\s*$"),
    "rate-or-off": lambda: _text(rf"^off$|{_NUMBER}.*/\s*(s|min|h|d)\s*$"),
    "secret": lambda: _text(r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$"),
    "source": lambda: _source("channel.source"),
    "span": lambda: {"type": "array", "items": _amount(), "minItems": 2, "maxItems": 2},
    "statuses": _columns,
    "switch": lambda: {"type": "boolean"},
    "text": lambda: {"type": "string", "minLength": 1},
    "texts": _texts,
    "unit": lambda: {"type": "string", "minLength": 1},
    "verdict": lambda: {"enum": [verdict.value for verdict in Verdict]},
    "whole": lambda: {"type": "integer", "minimum": 0},
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


def _source(kind: str) -> Schema:
    """Give the schema of a source's table: its own keys, and by driver the settings there are.

    A channel's own table may name a source instead of a driver.
    """
    made, standing = _table(kind), kind == "source"
    own: Schema = {"id": False}
    if standing:
        own = {key.name: {} for key in TABLES[kind]}
    made["additionalProperties"] = {}
    tables = {driver: keys for driver, keys in all_settings().items() if keys is not None}
    unknown = [driver for driver in known_drivers() if driver not in tables]
    described: list[Schema] = [
        _of_driver(driver, [key for key in keys if not (standing and key.each)], keys, own)
        for driver, keys in tables.items()
    ]
    described.append(
        {
            "properties": {**own, "driver": {"enum": unknown}},
            "required": ["driver"],
            "additionalProperties": _SETTING,
        }
    )
    if not standing:
        described.append({"properties": {"driver": False}, "required": ["id"]})
    made["oneOf"] = described
    return made


def _of_driver(
    driver: str, needed: Iterable[SettingKey], keys: Iterable[SettingKey], own: Mapping[str, object]
) -> Schema:
    settings = {key.name: {**_setting(key), "description": str(key.about)} for key in keys}
    return {
        "properties": {**own, "driver": {"const": driver}, **settings},
        "required": ["driver", *(key.name for key in needed if key.required)],
        "additionalProperties": False,
    }


def _setting(key: SettingKey) -> Schema:
    return {"enum": list(key.choices)} if key.kind == "choice" else _KINDS[key.kind]()


def _table(kind: str) -> Schema:
    """Give the schema of one table."""
    made: Schema = {
        "type": "object",
        "properties": {key.name: _value(key) for key in TABLES[kind]},
        "required": [key.name for key in TABLES[kind] if key.required],
        "additionalProperties": kind == "sampler",
    }
    if kind == "alarm":
        made["oneOf"] = [{"required": [condition]} for condition in CONDITIONS]
    return made


def _value(key: Key) -> Schema:
    if key.name in ONCE and key.kind == "table":
        made = _table(key.name)
    elif key.name in MANY and key.kind == "tables":
        entry = _source(key.name) if key.name == "source" else _table(key.name)
        made = {"type": "array", "items": entry, "minItems": 1}
    else:
        made = dict(_KINDS[key.kind.partition(":")[0]]())
    made["description"] = str(key.about)
    return made
