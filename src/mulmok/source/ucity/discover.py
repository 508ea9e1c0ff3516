"""What a U-City data server has: the records of the last hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from zoneinfo import ZoneInfo

from mulmok.model.clock import Clock
from mulmok.model.quantity import QUANTITIES
from mulmok.model.text import text
from mulmok.model.time import HOUR
from mulmok.source.civil_time import CivilTime
from mulmok.source.conversation import Conversation
from mulmok.source.discovery import Found, Proposal
from mulmok.source.records import Record
from mulmok.source.settings import Given, SettingKey
from mulmok.source.ucity.exchange import Exchange
from mulmok.source.ucity.plan import FORM, ITEM, PLACE, PORT, request, timeout_of

_ZONE = "Asia/Seoul"


class UcityDiscoverer:
    """Asks one server for the last hour."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        *PLACE,
        SettingKey("zone", "zone", text("zone of the device's clock, an IANA name"), '"Asia/Seoul"', usual='"Asia/Seoul"'),
    )  # fmt: skip

    @staticmethod
    async def discover_at(
        given: Mapping[str, Given], patience_s: float, clock: Clock
    ) -> list[Found]:
        """Ask once. Raises SourceError when the place does not answer."""
        zone, now = str(given.get("zone", _ZONE)), clock.now()
        civil = CivilTime(ZoneInfo(_ZONE if zone == "works" else zone))
        patience = min(patience_s, timeout_of(given)) or timeout_of(given)
        line = Conversation(str(given["host"]), int(str(given.get("port", PORT))), patience)
        exchange = Exchange(line, checked=given.get("checksum") != "none")
        try:
            answer = await exchange.ask(request(*civil.span(now - HOUR, now, FORM)))
        finally:
            await line.close()
        latest = {record.item: record for record in answer.records if record.item}
        return [
            Found(
                {
                    key.name: given[key.name]
                    for key in UcityDiscoverer.settings
                    if key.name in given
                },
                tuple(_proposal(record) for record in latest.values()),
                (text("what three letters stand for is a guess, and no unit is sent"),),
            )
        ]


def _proposal(record: Record) -> Proposal:
    named = (one.id for one in QUANTITIES.values() if one.code[:ITEM] == record.item)
    return Proposal(
        f"{record.item} {next(named, '')}".strip(),
        {"item": record.item},
        f"{record.number:.6g}" if record.fault is None else record.raw,
    )
