"""From the site file's source tables to running drivers."""

from __future__ import annotations

from mulmok import plugins
from mulmok.config.site import Site
from mulmok.run.clock import Clock
from mulmok.run.supervise import Supervised


def build_sources(site: Site, clock: Clock) -> list[Supervised]:
    """Make the drivers of a works. Raises PluginError when one is not installed."""
    supervised = []
    for spec in site.sources:
        driver = plugins.load(plugins.SOURCES, spec.driver)
        members = [channel for channel in site.channels if channel.id in spec.channels]
        supervised.append(
            Supervised(
                name=spec.id,
                source=driver.build(site, spec, clock),
                every=min(channel.every for channel in members),
            )
        )
    return supervised
