"""What a sewer RTU measures: its present readings, asked for once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mulmok.model.text import text
from mulmok.source.conversation import Conversation
from mulmok.source.discovery import Found, Proposal
from mulmok.source.records import Record, unit_of
from mulmok.source.rtu.commands import PRESENT, Checksum, request
from mulmok.source.rtu.exchange import Exchange
from mulmok.source.rtu.items import SCALES, known_item
from mulmok.source.rtu.plan import PLACE, timeout_of
from mulmok.source.settings import Given, SettingKey


class RtuDiscoverer:
    """Asks one RTU what it shows now."""

    settings: ClassVar[tuple[SettingKey, ...]] = PLACE

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """Ask once. Raises SourceError when the place does not answer."""
        checksum = str(given.get("checksum", Checksum.WHOLE))
        patience = min(patience_s, timeout_of(given)) or timeout_of(given)
        line = Conversation(str(given["host"]), int(str(given["port"])), patience)
        try:
            answer = await Exchange(line, checksum).ask(
                request(str(given["site"]), PRESENT, checksum)
            )
        finally:
            await line.close()
        remarks = [text("numbers are as they would be with the item's own scale")]
        if answer.full:
            remarks.append(text("it may have more items: its answer had no room for another"))
        latest = {record.item: record for record in answer.records if record.item}
        return [
            Found(
                {key.name: given[key.name] for key in PLACE if key.name in given},
                tuple(_proposal(record) for record in latest.values()),
                tuple(remarks),
            )
        ]


def _proposal(record: Record) -> Proposal:
    known, unit = known_item(record.item), unit_of(record.unit)
    # What is no quantity of ours must not be guessed from its English name: total flow is no flow.
    name = "" if known is None else known.quantity or known.name.ko
    number = record.number * SCALES.get(record.item, 1.0)
    return Proposal(
        f"{record.item} {name}".strip(),
        {"item": record.item},
        f"{number:.6g}" if record.fault is None else record.raw,
        record.unit if unit is None else unit.symbol,
    )
