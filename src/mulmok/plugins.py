"""Entry points to classes: the one way in which built-in and foreign parts are found."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from mulmok.model.errors import PluginError
from mulmok.model.text import text

SOURCES = "mulmok.sources"
PEERS = "mulmok.peers"
DISCOVERERS = "mulmok.discoverers"
CHECKS = "mulmok.checks"
DETECTORS = "mulmok.detectors"


def find(group: str) -> dict[str, EntryPoint]:
    """Everything installed in a group, by name, sorted; nothing is imported yet.

    Raises PluginError when two packages claim one name.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        other = found.get(point.name)
        if other is not None and other.value != point.value:
            raise PluginError(
                text(
                    'two plugins are called "{name}" in {group}: {one} and {other}; remove one',
                    name=point.name,
                    group=group,
                    one=other.value,
                    other=point.value,
                )
            )
        found[point.name] = point
    return found


def load(group: str, name: str) -> Any:
    """Class of one plugin. Raises PluginError when it is not installed or does not import."""
    point = find(group).get(name)
    if point is None:
        installed = ", ".join(find(group)) or "-"
        raise PluginError(
            text(
                'there is no "{name}" in {group}; installed: {installed}',
                name=name,
                group=group,
                installed=installed,
            )
        )
    try:
        loaded = point.load()
    except Exception as error:
        raise PluginError(
            text(
                'plugin "{name}" ({where}) does not load: {error}',
                name=name,
                where=point.value,
                error=f"{type(error).__name__}: {error}",
            )
        ) from error
    return loaded
