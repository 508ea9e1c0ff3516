"""Drivers that a site file may name, and the settings each of them takes."""

from __future__ import annotations

from mulmok import plugins
from mulmok.config.table import DRIVERS
from mulmok.model.errors import PluginError
from mulmok.source.http import settings as http
from mulmok.source.settings import SettingKey

#: Of the pages' own server there is no class to be found: nothing is started for it.
_SERVED = {"http": http.SETTINGS}


def known_drivers() -> tuple[str, ...]:
    """Drivers of the design and those that are installed, sorted."""
    return tuple(sorted({*DRIVERS, *plugins.find(plugins.SOURCES)}))


def installed_drivers() -> tuple[str, ...]:
    """Drivers that a run can start, sorted."""
    return tuple(sorted({*_SERVED, *plugins.find(plugins.SOURCES)}))


def settings_of(driver: str) -> tuple[SettingKey, ...] | None:
    """Table of settings of an installed driver; None where it has no table.

    Raises PluginError when the driver does not load.
    """
    if driver in _SERVED:
        return _SERVED[driver]
    table: tuple[SettingKey, ...] | None = getattr(
        plugins.load(plugins.SOURCES, driver), "settings", None
    )
    return table


def all_settings() -> dict[str, tuple[SettingKey, ...] | None]:
    """Tables of all installed drivers; None where there is none, or the driver does not load."""
    found: dict[str, tuple[SettingKey, ...] | None] = {}
    for driver in installed_drivers():
        try:
            found[driver] = settings_of(driver)
        except PluginError:
            found[driver] = None
    return found
