"""The auto-sampler (자동채수기) of a sewer RTU: how it is told, and what it says of the bottle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from mulmok.model.text import Text, text
from mulmok.source.port import Sampled
from mulmok.source.records import Record
from mulmok.source.rtu.commands import SITE, Order, Sampler, tell
from mulmok.source.settings import Given, SettingKey

#: Settings of a sampler on the line of an RTU.
SAMPLER: tuple[SettingKey, ...] = (
    SettingKey("command", "choice", text("word by which it takes one sample"), '"SMPS"', usual='"SAMP", by hand', choices=(Sampler.BY_HAND, Sampler.START, Sampler.AUTOMATIC)),
    SettingKey("argument", "text", text("what follows that word"), '"1"', usual='"0" after SMPS, else nothing'),
    SettingKey("bottle_item", "text", text("item that shows the place of its bottle"), '"SAM01"', usual='"SAM01"'),
    SettingKey("temperature_item", "text", text("item that shows how cold it is"), '"SAM00"', usual='"SAM00"'),
)  # fmt: skip


def sampler_faults(given: Mapping[str, Given]) -> Iterator[tuple[str, Text]]:
    """Say what is wrong with the settings of a sampler: key and fault."""
    for key in ("argument", "bottle_item", "temperature_item"):
        words = str(given.get(key, "-"))
        if words != "-" and not (words.isascii() and words.isalnum() and len(words) <= SITE):
            yield key, text("want six letters or digits at most")


def sample_order(given: Mapping[str, Given]) -> Order:
    """Give the order to take one sample."""
    argument = given.get("argument")
    what = Sampler(str(given.get("command", Sampler.BY_HAND)))
    return tell(what, None if argument is None else str(argument))


def sampled_of(given: Mapping[str, Given], records: Iterable[Record]) -> Sampled:
    """Give what the records that came after it say of the bottle."""
    shown = {record.item: record.number for record in records if record.fault is None}
    bottle = shown.get(str(given.get("bottle_item", "SAM01")).upper(), math.nan)
    cold = shown.get(str(given.get("temperature_item", "SAM00")).upper(), math.nan)
    return Sampled(int(bottle) if bottle >= 1 else None, cold)
