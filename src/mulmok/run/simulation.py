"""The simulated works of a site file."""

from __future__ import annotations

from mulmok.config.site import Site
from mulmok.source.simulator.planted import PlantedEvent
from mulmok.source.simulator.sewage import works_of
from mulmok.source.simulator.simulate import Simulator


def simulator_of(site: Site, seed: int, planted: tuple[PlantedEvent, ...] = ()) -> Simulator:
    """Instruments of the site's channels on simulated water of the works' size."""
    return Simulator(
        channels=site.channels,
        works=works_of(site.works.capacity, site.works.design, site.works.calendar),
        seed=seed,
        zone=site.works.zone,
        planted=planted,
    )
