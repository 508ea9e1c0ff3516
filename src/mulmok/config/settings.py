"""A driver's settings by its table: unknown, missing and wrong ones are faults like all others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from mulmok.config.drivers import installed_drivers, settings_of
from mulmok.config.explain import UnfitError, unknown_key
from mulmok.config.reader import Table
from mulmok.config.setting_kinds import Around, converter
from mulmok.config.values import scalars
from mulmok.model.errors import PluginError
from mulmok.model.text import text
from mulmok.source.settings import Given, SettingKey


def settings_in(
    table: Table,
    own: Collection[str],
    around: Around,
    keys: tuple[SettingKey, ...] | None,
) -> dict[str, Given]:
    """Give the settings that stand in a source's table, those of `keys`; what is missing is not asked.

    own   keys of the table that are no settings
    keys  the driver's table of settings, or part of it; None: it has none, and nothing is checked
    """
    rest = {name: value for name, value in table.values.items() if name not in own}
    if keys is None:
        return _unchecked(table, rest)
    known = {key.name: key for key in keys}
    for name in rest:
        if name not in known:
            table.fault(unknown_key(name, [*known, *own]), name)
    settings: dict[str, Given] = {}
    for key in keys:
        if key.name not in rest:
            continue
        given = table.read(key.name, converter(key, around), None)
        if given is None:
            continue
        settings[key.name] = given
        if key.kind == "folder" and not (around.beside / str(given)).is_dir():
            said = text(
                "there is no folder {folder}: a run waits for it, with the source's alarm raised",
                folder=str(around.beside / str(given)),
            )
            table.remark(said, key.name)
    return settings


def need(table: Table, keys: Iterable[SettingKey], given: Collection[str], *where: str) -> None:
    """Note what is missing in a table that was `given` the rest; `where` it is said, if not there."""
    for key in keys:
        if key.required and key.name not in given and key.name not in table.values:
            table.fault(text("missing; want {what}", what=key.about), *(where or (key.name,)))


def keys_of(table: Table, driver: str) -> tuple[SettingKey, ...] | None:
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
