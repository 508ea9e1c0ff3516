"""Drivers that a site file may name, and the settings each of them takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mulmok import plugins
from mulmok.config.table import DRIVERS
from mulmok.model.errors import PluginError
from mulmok.model.text import Text
from mulmok.source.http import settings as http
from mulmok.source.settings import Given, SettingKey

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


def sampler_settings_of(driver: str) -> tuple[SettingKey, ...] | None:
    """Table of settings of a sampler on a driver's line; None where a driver tells none anything.

    Raises PluginError when the driver does not load.
    """
    if driver not in plugins.find(plugins.SOURCES):
        return None
    loaded = plugins.load(plugins.SOURCES, driver)
    table: tuple[SettingKey, ...] | None = getattr(loaded, "sampler_settings", None)
    return table


def faults_of(
    driver: str, settings: Mapping[str, Given], asked: str = "wrong"
) -> Iterable[tuple[str, Text]]:
    """Ask a driver what of its settings does not go together: keys and faults.

    asked   which of its methods: `wrong` of a source and its channels, `sampler_wrong` of a sampler
    """
    if driver not in plugins.find(plugins.SOURCES):
        return ()
    try:
        wrong = getattr(plugins.load(plugins.SOURCES, driver), asked, None)
    except PluginError:
        return ()  # `keys_of` has said so
    return () if wrong is None else tuple(wrong(settings))


def all_settings() -> dict[str, tuple[SettingKey, ...] | None]:
    """Tables of all installed drivers; None where there is none, or the driver does not load."""
    found: dict[str, tuple[SettingKey, ...] | None] = {}
    for driver in installed_drivers():
        try:
            found[driver] = settings_of(driver)
        except PluginError:
            found[driver] = None
    return found
