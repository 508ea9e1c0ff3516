"""How much of each foreign water is seen, and how soon, in one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.event import Event
from mulmok.model.foreign import ForeignWater
from mulmok.model.text import Names, Text, text
from mulmok.model.time import MINUTE
from mulmok.run.sensitivity import PlaceResult, Sensed

#: Of those planted: seen, seen in half, seen seldom.
_SEEN, _HALF, _SELDOM = 0.8, 0.5, 0.2


def water_lines(place: PlaceResult) -> Iterator[Text]:
    """Say of each water what is seen of it; of all that are not seen, in one line together."""
    waters = [
        sorted(same, key=lambda one: one.share)
        for _, same in groupby(place.sensed, key=lambda sensed: sensed.water.id)
    ]
    unseen: dict[tuple[float, bool], list[Names]] = {}
    hidden = list[Names]()
    for shares in waters:
        name = name_of(shares[0].water)
        if not shares[0].planted:
            hidden.append(name)
        elif max(one.rate for one in shares) < _SELDOM:
            unseen.setdefault((shares[-1].share, shares[-1].water.mixes), []).append(name)
        else:
            yield _line(name, shares)
    for (most, mixes), names in unseen.items():
        share = _percent(most, mixes=mixes)
        yield text("not seen even at {share}: {waters}", share=share, waters=_list(names))
    if hidden:
        yield text("no instrument here shows it: {waters}", waters=_list(hidden))


def _line(name: Names, shares: list[Sensed]) -> Text:
    """Say of one water, from its least share on, what is seen of it and what is not."""
    seen = next((n for n, one in enumerate(shares) if one.rate >= _SEEN), None)
    if seen is None:
        # The share that comes nearest to being seen.
        most = max(shares, key=lambda one: (one.rate, one.share))
        return text("{water}: {most}", water=name, most=_part(most))
    said = text(
        "{water}: {share} within {minutes:.0f} min",
        water=name,
        share=_percent(shares[seen].share, mixes=shares[seen].water.mixes),
        minutes=max((shares[seen].delay or 0.0) / MINUTE, 1.0),
    )
    less = shares[:seen][-1:]
    # What is less than seldom seen is told once.
    while less and less[0].rate >= _SELDOM and len(less) < seen:
        less = shares[seen - len(less) - 1 : seen]
    more = [one for one in shares[seen:] if one.rate < _SEEN]
    for part in (*reversed(less), *more):
        said = text("{said}; {part}", said=said, part=_part(part))
    return said


def _part(one: Sensed) -> Text:
    share = _percent(one.share, mixes=one.water.mixes)
    if one.rate >= _HALF:
        return text("{share} in half", share=share)
    if one.rate >= _SELDOM:
        return text("{share} seldom", share=share)
    return text("{share} not", share=share)


def _percent(share: float, *, mixes: bool) -> Text | str:
    """Say which share of the flow; of a state of the sewage, how much of its worst."""
    percent = f"{100.0 * share:.3g} %"
    return percent if mixes else text("{percent} of its worst", percent=percent)


def _list(names: Iterable[Names]) -> Names:
    """One after the other, in both languages."""
    given = list(names)
    return Names(", ".join(name.ko for name in given), ", ".join(name.en for name in given))


def name_of(water: ForeignWater) -> Names:
    """Name of a water: the works' own, the cause's, or its id where it has none."""
    return water.name or CAUSE_NAMES.get(water.id) or Names(water.id, water.id)


def cause_of(event: Event) -> Names:
    """Name of the likeliest cause of an event."""
    cause = event.causes[0].cause if event.causes else "unknown"
    return CAUSE_NAMES.get(cause) or Names(cause, cause)
