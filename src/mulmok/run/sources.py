"""From the site file's source tables to running drivers."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mulmok import plugins
from mulmok.config.secret import read_secret
from mulmok.config.site import Setting, Site, SourceSpec
from mulmok.model.errors import PluginError
from mulmok.model.text import Text, text
from mulmok.run.clock import Clock
from mulmok.run.doors import PUSHED
from mulmok.run.supervise import Supervised
from mulmok.source.port import Setup

_log = logging.getLogger(__name__)


def build_sources(site: Site, folder: Path, clock: Clock) -> list[Supervised]:
    """Make the drivers of a works. Raises PluginError or InputError before anything has begun."""
    supervised = []
    for spec in site.sources:
        if spec.driver == PUSHED:
            continue  # they come through the pages' server; nothing is to be started for them
        setup = setup_of(site, spec, folder, clock)
        source = driver_of(spec).build(setup)
        every = {index: channel.every for index, channel in setup.feeding()}
        momentary = every if getattr(source, "momentary", False) else {}
        told = getattr(source, "told", False)
        supervised.append(Supervised(spec.id, source, min(every.values()), momentary, told=told))
    return supervised


def driver_of(spec: SourceSpec) -> Any:
    """Class of a source's driver. Raises PluginError when it is not installed."""
    if spec.driver not in plugins.find(plugins.SOURCES):
        raise PluginError(
            text(
                'source "{source}": the driver "{driver}" is not in this version; installed: '
                "{installed}",
                source=spec.id,
                driver=spec.driver,
                installed=", ".join([*plugins.find(plugins.SOURCES), PUSHED]),
            )
        )
    return plugins.load(plugins.SOURCES, spec.driver)


def setup_of(
    site: Site, spec: SourceSpec, folder: Path, clock: Clock, *, trial: bool = False
) -> Setup:
    """Give what a driver is made from, its secrets read. Raises InputError when one cannot be."""
    index = {channel.id: number for number, channel in enumerate(site.channels)}
    return Setup(
        name=spec.id,
        settings=_resolved(spec.settings, site.path),
        each={name: _resolved(own, site.path) for name, own in spec.each.items()},
        channels=site.channels,
        members=tuple(index[name] for name in spec.channels) or tuple(range(len(index))),
        clock=clock,
        zone=site.works.zone,
        folder=folder,
        beside=site.path.parent,
        capacity=site.works.capacity,
        design=site.works.design,
        calendar=site.works.calendar,
        report=_reporter(spec.id),
        trial=trial,
    )


def _resolved(settings: Mapping[str, Setting], beside: Path) -> dict[str, Setting]:
    """Settings with their secrets in place of the references."""
    return {
        name: read_secret(value, beside, os.environ)
        if isinstance(value, str) and value.startswith(("env:", "file:"))
        else value
        for name, value in settings.items()
    }


def _reporter(source: str) -> Callable[[Text], None]:
    return lambda words: _log.warning("%s: %s", source, words)
