"""Counts of what a detector's events are worth, and how they are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from mulmok.model.time import MINUTE


@dataclass(frozen=True, slots=True)
class WaterResult:
    """One foreign water: `delay` None means nobody was warned [ns]."""

    cause: str
    fraction: float | None
    delay: int | None = None
    verdict: str = ""
    #: Place of the true cause in the last word's list, from 0; -1: not in it.
    place: int = -1
    #: The same in the word with which the warning came.
    place_at_warning: int = -1


@dataclass(frozen=True, slots=True)
class FaultResult:
    """One fault: whether it warned of water, and whether it was told as an instrument's."""

    kind: str
    channel: str
    warned: bool
    told: bool

    @property
    def right(self) -> bool:
        """Told, and no false warning."""
        return self.told and not self.warned


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one scene or of many.

    days         counted days; `dry_days` without the foreign waters and their grace
    false        false water warnings by what went on: "fault drift", "benign storm", "quiet"
    instruments  instrument events: "fault", "attended", "water", "quiet"
    open_hours   time under instrument events [h]
    """

    waters: tuple[WaterResult, ...] = ()
    faults: tuple[FaultResult, ...] = ()
    days: float = 0.0
    dry_days: float = 0.0
    false: Counter[str] = field(default_factory=Counter)
    instruments: Counter[str] = field(default_factory=Counter)
    open_hours: float = 0.0

    def __add__(self, other: Score) -> Score:
        """Put the counts of two together."""
        return Score(
            self.waters + other.waters,
            self.faults + other.faults,
            self.days + other.days,
            self.dry_days + other.dry_days,
            self.false + other.false,
            self.instruments + other.instruments,
            self.open_hours + other.open_hours,
        )

    def __radd__(self, other: int) -> Score:
        """Let `sum` begin with 0."""
        return self if other == 0 else NotImplemented

    @property
    def recall(self) -> float:
        """Share of foreign waters warned of; NaN without any."""
        return _share([w.delay is not None for w in self.waters])

    @property
    def false_a_month(self) -> float:
        """False water warnings in 30 days."""
        return _rate(self.false.total(), self.dry_days)

    @property
    def delay(self) -> float:
        """Median delay of warnings [min]."""
        return _quantile([w.delay for w in self.waters if w.delay is not None], 0.5)

    @property
    def faults_right(self) -> float:
        """Share of faults told as such without a false warning."""
        return _share([f.right for f in self.faults])

    def rows(self) -> list[tuple[str, str]]:
        """Give figure and value, as a table is written."""
        found = [w for w in self.waters if w.delay is not None]
        named = [w for w in self.waters if w.cause != "unknown" and w.delay is not None]
        unknown = [w for w in self.waters if w.cause == "unknown"]
        rows = [
            ("days counted", f"{self.days:.0f}"),
            ("foreign waters warned of", _part([w.delay is not None for w in self.waters])),
            ("false water warnings in 30 d", f"{self.false_a_month:.2f}"),
            *(
                (f"  of them: {name}", f"{_rate(count, self.dry_days):.2f}")
                for name, count in sorted(self.false.items())
            ),
            ("delay, median", f"{self.delay:.0f} min"),
            (
                "delay, 90 %",
                f"{_quantile([w.delay for w in found if w.delay is not None], 0.9):.0f} min",
            ),
            ("verdict water at last", _part([w.verdict == "water" for w in found])),
            ("cause first", _part([w.place == 0 for w in found])),
            ("cause among three", _part([0 <= w.place < 3 for w in found])),
            ("cause first, at the warning", _part([w.place_at_warning == 0 for w in found])),
            (
                "cause among three, at the warning",
                _part([0 <= w.place_at_warning < 3 for w in found]),
            ),
            ("listed cause first", _part([w.place == 0 for w in named])),
            ("listed cause among three", _part([0 <= w.place < 3 for w in named])),
            ("unknown found", _part([w.delay is not None for w in unknown])),
            (
                "unknown called unknown",
                _part([w.place == 0 for w in unknown if w.delay is not None]),
            ),
            *self._by_strength(),
        ]
        for cause in sorted({w.cause for w in self.waters}):
            own = [w for w in self.waters if w.cause == cause]
            first = _part([w.place == 0 for w in own if w.delay is not None])
            rows.append(
                (
                    f"warned of {cause}",
                    f"{_part([w.delay is not None for w in own])}; named first {first}",
                )
            )
        rows += [
            ("faults right", _part([f.right for f in self.faults])),
            ("faults told as an instrument's", _part([f.told for f in self.faults])),
            ("faults that warned of water", _part([f.warned for f in self.faults])),
        ]
        for kind in sorted({f.kind for f in self.faults}):
            rows.append(
                (f"right on {kind}", _part([f.right for f in self.faults if f.kind == kind]))
            )
        for name in ("quiet", "water", "attended", "fault"):
            rows.append(
                (
                    f"instrument events in 30 d, {name}",
                    f"{_rate(self.instruments[name], self.days):.2f}",
                )
            )
        rows.append(
            (
                "time under instrument events",
                f"{100 * self.open_hours / 24 / max(self.days, 1e-9):.1f} %",
            )
        )
        return rows

    def _by_strength(self) -> list[tuple[str, str]]:
        """Recall by thirds of the share each cause comes in: pooling causes would sort causes."""
        thirds: tuple[list[bool], ...] = ([], [], [])
        for cause in {w.cause for w in self.waters}:
            own = sorted(
                (w.fraction, w.delay is not None)
                for w in self.waters
                if w.cause == cause and w.fraction is not None
            )
            for place, (_, hit) in enumerate(own if len(own) >= 3 else []):
                thirds[3 * place // len(own)].append(hit)
        return [
            (f"warned of, {name} third", _part(hits))
            for name, hits in zip(("weakest", "middle", "strongest"), thirds, strict=True)
        ]


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else float("nan")


def _rate(count: int, days: float) -> float:
    return count * 30.0 / days if days else float("nan")


def _quantile(delays: list[int], part: float) -> float:
    return float(np.quantile(delays, part)) / MINUTE if delays else float("nan")


def _part(hits: list[bool]) -> str:
    return f"{sum(hits)} of {len(hits)} ({100 * _share(hits):.0f} %)" if hits else "none"
