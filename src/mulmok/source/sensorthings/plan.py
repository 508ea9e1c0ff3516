"""What to ask a SensorThings service for: addresses of Datastreams and of their Observations.

References
----------
.. [1] OGC 18-088, "SensorThings API Part 1: Sensing Version 1.1," 2021, sections 9.2 and 9.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from mulmok.model.errors import InputError
from mulmok.model.status import Status
from mulmok.model.text import Text
from mulmok.model.time import HOUR, SECOND, format_instant
from mulmok.source.address import sign_in_faults, url_fault
from mulmok.source.port import Setup
from mulmok.source.settings import Given
from mulmok.source.signal import signal_faults

#: Observations of a page; a service may give fewer. Site choice.
TOP = 1000
#: Stretch of time that is fetched of all Datastreams before the next, so that readings of all
#: channels come in about the order in which they were measured [ns]. Site choice.
SLICE = HOUR
#: Pages of one Datastream in such a stretch. Site choice.
MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """Which Datastream feeds which channel.

    root     address of the service, without a slash at its end
    streams  id of the Datastream of each channel, by its index
    statuses  what its codes mean, where the site file says so
    """

    root: str
    streams: Mapping[int, str]
    statuses: Mapping[int, Mapping[str, Status]]

    @classmethod
    def of(cls, setup: Setup) -> Plan:
        """Make it from settings that the table has checked. Raises InputError."""
        root = str(setup.settings["url"])
        if fault := url_fault(root):
            raise InputError(Text("url: {why}", {"why": fault}))
        each = setup.each
        streams = {index: str(each[channel.id]["datastream"]) for index, channel in setup.feeding()}
        statuses = {}
        for index, channel in setup.feeding():
            codes = each[channel.id].get("statuses")
            if isinstance(codes, Mapping):
                statuses[index] = {code: Status[name] for code, name in codes.items()}
        return cls(root.rstrip("/"), streams, statuses)

    def stream(self, index: int) -> str:
        """Address of a channel's Datastream."""
        return f"{self.root}/Datastreams({_key(self.streams[index])})"

    def observations(self, index: int, since: int, until: int | None) -> str:
        """Address of what was observed after `since` [ns UTC], up to `until` if that is given."""
        wanted = f"phenomenonTime gt {_instant(since)}"
        if until is not None:
            wanted += f" and phenomenonTime le {_instant(until)}"
        order = quote("phenomenonTime asc")
        return (
            f"{self.stream(index)}/Observations?$filter={quote(wanted)}&$orderby={order}&$top={TOP}"
        )

    def newest(self, index: int) -> str:
        """Address of the newest Observation of a channel."""
        order = quote("phenomenonTime desc")
        return f"{self.stream(index)}/Observations?$orderby={order}&$top=1"


def slices(since: Mapping[int, int], now: int) -> Iterator[tuple[int, int | None]]:
    """Part the time from the earliest of `since` on into stretches; the last has no end [ns UTC]."""
    begin = min(since.values())
    while now - begin > SLICE:
        yield begin, begin + SLICE
        begin += SLICE
    yield begin, None


def wrong_settings(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what does not go together: key and fault."""
    yield from sign_in_faults(given)
    yield from signal_faults(given)


def _key(stream: str) -> str:
    if stream.isascii() and stream.isdigit():
        return stream
    return quote("'" + stream.strip("'").replace("'", "''") + "'")


def _instant(at: int) -> str:
    """Write an instant; whole seconds, for not every service reads parts of them."""
    return format_instant(at // SECOND * SECOND)
