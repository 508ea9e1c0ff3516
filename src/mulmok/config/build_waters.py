"""Foreign waters: the library mulmok brings, and the `[[discharger]]` tables of a works."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache, partial
from importlib.resources import files

from mulmok.config.amounts import amount, positive
from mulmok.config.explain import UnfitError, nearest, unfit
from mulmok.config.reader import Faults, Table
from mulmok.config.values import identifier, names
from mulmok.model.cause import CAUSE_NAMES
from mulmok.model.errors import ConfigError
from mulmok.model.foreign import ForeignWater
from mulmok.model.quantity import QUANTITIES
from mulmok.model.text import text

LIBRARY = "foreign_waters.toml"
#: Share of the flow in which a water comes, where nothing is said [1].
_SHARE = (0.001, 0.25)
_BY_ITSELF = text("leave it out")
#: Quantities that are no part of what a water holds, and what tells of them instead.
_ELSEWHERE = {
    "ph": text("give alkalinity and carbon"),
    "temperature": text("give the key temperature"),
    "orp": text("give the key orp"),
    "flow": text("give its share of the flow"),
    **dict.fromkeys(("level", "rain", "do", "h2s", "lel"), _BY_ITSELF),
}
#: Largest share: of a flow that is all foreign there is no sewage to mix with [1].
_MOST = 0.95


@cache
def library() -> tuple[ForeignWater, ...]:
    """Give the waters mulmok knows by itself. Raises ConfigError when its own file is damaged."""
    written = tomllib.loads(files("mulmok.config").joinpath(LIBRARY).read_text(encoding="utf-8"))
    faults = Faults(files=[LIBRARY])
    tables = [
        Table(LIBRARY, "discharger", f"water.{values.get('id')}", values, {}, (), faults)
        for values in written["water"]
    ]
    waters = waters_of(tables)
    if faults.found:
        raise ConfigError(faults.in_order())
    return waters


def waters_of(tables: Iterable[Table]) -> tuple[ForeignWater, ...]:
    """Read waters, of the library or of a works; faults are noted in their tables."""
    waters, seen = list[ForeignWater](), dict[str, Table]()
    for table in tables:
        table.check_keys()
        name = table.read("id", identifier, "")
        if name and name in seen:
            first = seen[name]
            table.fault_again(name, first)
        seen.setdefault(name, table)
        waters.append(_water(table, name))
    return tuple(waters)


def _water(table: Table, name: str) -> ForeignWater:
    cause = table.read("cause", _cause, name if name in CAUSE_NAMES else "unknown")
    mixes = table.read("mixes", _yes, default=True)
    # A state of the sewage can have come all the way; of a water there is some sewage left to mix with.
    share = partial(_share, most=_MOST if mixes else 1.0)
    return ForeignWater(
        id=name,
        cause=cause,
        holds=_holds(table),
        alkalinity=table.read("alkalinity", _plain, 0.0),
        carbon=table.read("carbon", _plain, 0.0),
        orp=table.read("orp", partial(amount, dimension="potential"), 0.0),
        temperature=table.read("temperature", partial(amount, dimension="temperature"), None),
        share=table.read("share", share, _SHARE),
        spread=table.read("spread", _spread, 0.45),
        hydraulic=table.read("hydraulic", _yes, default=False),
        mixes=mixes,
        name=table.read("name", names, None),
    )


def _holds(table: Table) -> dict[str, float]:
    given = table.values.get("holds", {})
    if not isinstance(given, dict):
        example = '{ cod = "20000 mg/L" }'
        table.fault(unfit(given, text("a table such as {example}", example=example)).text, "holds")
        return {}
    holds = {}
    for name, value in given.items():
        quantity = QUANTITIES.get(name)
        if quantity is None:
            table.fault(unfit(name, nearest(name, QUANTITIES)).text, "holds", name)
            continue
        if name in _ELSEWHERE:
            table.fault(
                text(
                    "{name} does not mix by its amount: {instead}",
                    name=name,
                    instead=_ELSEWHERE[name],
                ),
                "holds",
                name,
            )
            continue
        try:
            holds[name] = amount(value, quantity.dimension)
        except UnfitError as error:
            table.fault(error.text, "holds", name)
    return holds


def _cause(value: object) -> str:
    if not isinstance(value, str) or value not in CAUSE_NAMES:
        raise unfit(value, nearest(value, CAUSE_NAMES))
    return value


def _plain(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 1e6:
        raise unfit(value, text("a number without quotation marks, such as 8"))
    return float(value)


def _spread(value: object) -> float:
    number = _plain(value)
    if not 0.05 <= number <= 2.0:
        raise unfit(value, text("a number from {low} to {high}", low=0.05, high=2.0))
    return number


def _yes(value: object) -> bool:
    if not isinstance(value, bool):
        raise unfit(value, text("true or false"))
    return value


def _share(value: object, most: float) -> tuple[float, float]:
    example = '["0.1 %", "25 %"]'
    if not isinstance(value, list) or len(value) != 2:
        raise unfit(value, text("two ends such as {example}", example=example))
    low, high = (positive(partial(amount, dimension="fraction"))(end) / 100 for end in value)
    if not low < high <= most:
        wanted = text("two ends such as {example}, at most {most:.0%}", example=example, most=most)
        raise unfit(value, wanted)
    return low, high
