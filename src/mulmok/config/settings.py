"""A driver's settings by its table: unknown, missing and wrong ones are faults like all others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

from mulmok.config.amounts import interval
from mulmok.config.drivers import installed_drivers, settings_of
from mulmok.config.explain import UnfitError, nearest, unfit, unknown_key
from mulmok.config.reader import Table
from mulmok.config.values import number, reference, scalars, words
from mulmok.config.zone import load_zone
from mulmok.model.errors import PluginError
from mulmok.model.text import text
from mulmok.source.files.header import STATUS
from mulmok.source.settings import Given, SettingKey

#: What a column of a readings file may be besides a channel.
_COLUMNS = ("time", "channel", "value", "status")


def settings_in(
    table: Table,
    driver: str,
    own: Collection[str],
    channels: Collection[str],
    beside: Path,
) -> tuple[dict[str, Given], tuple[SettingKey, ...] | None]:
    """Give the settings that stand in a source's table, and the driver's table of settings.

    own       keys of the table that are no settings
    channels  ids of the channels of the works
    beside    folder of the site file
    """
    rest = {name: value for name, value in table.values.items() if name not in own}
    keys = _keys(table, driver)
    if keys is None:
        return _unchecked(table, rest), None
    known = {key.name: key for key in keys}
    for name in rest:
        if name not in known:
            table.fault(unknown_key(name, [*known, *own]), name)
    settings: dict[str, Given] = {}
    for key in keys:
        if key.name not in rest:
            if key.required:
                table.fault(text("missing; want {what}", what=key.about), key.name)
            continue
        given = table.read(key.name, _converter(key, channels), None)
        if given is None:
            continue
        settings[key.name] = given
        if key.kind == "folder" and not (beside / str(given)).is_dir():
            said = text(
                "there is no folder {folder}: a run waits for it, with the source's alarm raised",
                folder=str(beside / str(given)),
            )
            table.remark(said, key.name)
    return settings, keys


def _keys(table: Table, driver: str) -> tuple[SettingKey, ...] | None:
    """Table of the driver; None when there is none, which is worth a remark if it is installed."""
    if driver not in installed_drivers():
        return None
    try:
        keys = settings_of(driver)
    except PluginError as error:
        table.fault(error.text, "driver")
        return None
    if keys is None:
        said = text(
            'the driver "{driver}" does not say which settings it takes: they were not checked',
            driver=driver,
        )
        table.remark(said, "driver")
    return keys


def _unchecked(table: Table, values: Mapping[str, object]) -> dict[str, Given]:
    """Give settings nobody can check but for their secrets; each wrong one is a fault of its own."""
    settings: dict[str, Given] = {}
    for name, value in values.items():
        try:
            settings.update(scalars({name: value}))
        except UnfitError as error:
            table.fault(error.text, name)
    return settings


def _converter(key: SettingKey, channels: Collection[str]) -> Callable[[object], Given | None]:
    made: Mapping[str, Callable[[object], Given]] = {
        "text": partial(_text, name=key.name),
        "folder": words,
        "zone": _zone,
        "duration": interval,
        "whole": _whole,
        "number": number,
        "switch": _switch,
        "columns": partial(_columns, channels=channels),
        "secret": reference,
    }
    return made[key.kind]


def _text(value: object, *, name: str) -> Given:
    """Take a text; one that would hold a secret must be a reference."""
    return scalars({name: words(value)})[name]


def _zone(value: object) -> str:
    name = words(value)
    if name == "works":
        return name
    try:
        return load_zone(name).name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise unfit(name, text('"works", or a time zone such as "Asia/Seoul"')) from None


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise unfit(value, text("a whole number, 0 or more"))
    return value


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise unfit(value, text("true or false, without quotation marks"))
    return value


def _columns(value: object, *, channels: Collection[str]) -> dict[str, str]:
    """Take a table of what the columns of files are; each must be something a file may have."""
    if not isinstance(value, dict) or not value:
        example = '{ "PH_IN" = "inlet.ph" }'
        raise unfit(value, text("a table such as {example}", example=example))
    for meant in value.values():
        plain = meant.removesuffix(STATUS) if isinstance(meant, str) else ""
        if plain not in channels and meant not in _COLUMNS:
            raise unfit(meant, nearest(meant, channels, text("the id of a channel, or time")))
    return dict(value)
