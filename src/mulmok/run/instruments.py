"""What is known of every instrument of a running works: its source, what it sent, how it behaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mulmok.config.site import Setting, Site, SourceSpec
from mulmok.model.channel import Channel
from mulmok.model.instrument import Instrument, Seen
from mulmok.model.message import SourceState
from mulmok.model.status import Status
from mulmok.model.time import NEVER
from mulmok.run.tally import ChannelTally, Tally
from mulmok.source.port import Inspectable, Source


class Instruments:
    """Knows the sources of a works and their counts, since they were started."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._of: dict[str, SourceSpec] = {}
        for spec in site.sources:
            for channel in spec.channels or [one.id for one in site.channels]:
                self._of.setdefault(channel, spec)
        self._tallies: dict[str, Tally] = {}
        self._drivers: dict[str, Source] = {}
        self._begun = NEVER

    def begin(self, watched: Iterable[tuple[str, Tally, Source | None]], now: int) -> None:
        """Know what is watched from now on [ns UTC]."""
        self._begun = now
        for name, tally, source in watched:
            self._tallies[name] = tally
            if source is not None:
                self._drivers[name] = source

    def tally(self, source: str) -> Tally:
        """Give the counts of a source."""
        return self._tallies.setdefault(source, Tally())

    def driver(self, source: str) -> Source | None:
        """Give the running driver of a source; None when there is none."""
        return self._drivers.get(source)

    def look(self, states: Mapping[str, SourceState], now: int) -> tuple[Instrument, ...]:
        """Give all instruments, in the order of the channels."""
        seen = {name: self._seen(name) for name in self._drivers}
        return tuple(
            self._one(index, channel, states, seen, now)
            for index, channel in enumerate(self._site.channels)
        )

    def _seen(self, name: str) -> Mapping[int, Seen]:
        source = self._drivers[name]
        return source.seen() if isinstance(source, Inspectable) else {}

    def _one(
        self,
        index: int,
        channel: Channel,
        states: Mapping[str, SourceState],
        seen: Mapping[str, Mapping[int, Seen]],
        now: int,
    ) -> Instrument:
        spec = self._of.get(channel.id)
        if spec is None:
            return Instrument(channel.id)
        tally = self._tallies.get(spec.id, Tally())
        counts = tally.channels.get(index)
        due = (now - self._begun) // channel.every
        return Instrument(
            channel=channel.id,
            source=spec.id,
            driver=spec.driver,
            state=states.get(spec.id),
            settings=_shown(spec, channel.id),
            seen=seen.get(spec.id, {}).get(index) or _delivered(spec.id, counts),
            readings=0 if counts is None else counts.readings,
            missing=0 if counts is None else counts.missing,
            good_at=None if counts is None or counts.good_at == NEVER else counts.good_at,
            pace=(0 if counts is None else counts.readings) / due if 0 < due < 2**40 else None,
            failures=tally.failures,
            fault=tally.fault,
            failed_at=None if tally.failed_at == NEVER else tally.failed_at,
            behind=tally.offset,
        )


def _delivered(source: str, counts: ChannelTally | None) -> Seen | None:
    """Give the last reading of a source that does not remember how it came."""
    if counts is None or counts.came_at == NEVER:
        return None
    status = Status(counts.status)
    return Seen(source, "", counts.value, counts.value, status, counts.at, counts.came_at)


def _shown(spec: SourceSpec, channel: str) -> dict[str, str]:
    """Settings in words; what is secret stands there as the reference it is."""
    given: dict[str, Setting] = {**spec.settings, **spec.each.get(channel, {})}
    return {name: _words(value) for name, value in given.items()}


def _words(value: Setting) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {one}" for name, one in value.items())
    if isinstance(value, tuple):
        return " .. ".join(f"{one:g}" if isinstance(one, float) else one for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
