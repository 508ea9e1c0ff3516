"""A real web server that speaks the part of SensorThings 1.1 that is read here, for simulated instruments.

Datastreams and their Observations with `$filter` on phenomenonTime, `$orderby`, `$top`, `$skip` and
`@iot.nextLink`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from mulmok.model.channel import Channel
from mulmok.model.status import Status
from mulmok.model.time import DAY, format_instant, parse_instant
from mulmok.model.unit import UNITS
from mulmok.source.peer import Instruments
from mulmok.source.port import Setup
from mulmok.source.sensorthings.plan import Plan
from mulmok.source.serving import Reply, Request, address_of, is_signed_in, serve

#: How far back there are Observations, and how many a page has at most. Our choice.
BACK = DAY
PAGE = 100
_ONE = re.compile(r"/Datastreams\((\d+|'(?:[^']|'')+')\)(/Observations)?$")
_BOUND = re.compile(r"phenomenonTime (gt|ge|lt|le) (\S+)")


@dataclass
class SensorThingsPeer:
    """The service of one source."""

    setup: Setup
    plan: Plan
    instruments: Instruments
    host: str

    @classmethod
    def build(cls, setup: Setup, instruments: Instruments, host: str) -> SensorThingsPeer:
        """Make it."""
        return cls(setup, Plan.of(setup), instruments, host)

    @property
    def place(self) -> str:
        """Where it answers."""
        port = address_of(self.plan.root)[1]
        return f"http://{self.host}:{port}{urlsplit(self.plan.root).path}"

    async def serve(self) -> None:
        """Answer until cancelled. Raises SourceError when the port is taken."""
        await serve(self.answer, self.host, address_of(self.plan.root)[1])

    def answer(self, request: Request) -> Reply:
        """Give what is asked for."""
        root = urlsplit(self.plan.root).path
        if not is_signed_in(self.setup.settings, request.headers):
            return Reply({"code": 401, "message": "Unauthorized"}, 401)
        if not request.path.startswith(root):
            return Reply({"code": 404, "message": "Not Found"}, 404)
        path = request.path[len(root) :]
        if path in ("", "/"):
            url = f"{self.plan.root}/Datastreams"
            return Reply({"value": [{"name": "Datastreams", "url": url}]})
        if path == "/Datastreams":
            return Reply({"value": [self._stream(index) for index in self.plan.streams]})
        found = _ONE.match(path)
        index = None if found is None else self._index(found[1])
        if found is None or index is None:
            return Reply({"code": 404, "message": "Nothing found."}, 404)
        if not found[2]:
            return Reply(self._stream(index))
        try:
            return Reply(self._observations(index, request))
        except ValueError as fault:
            return Reply({"code": 400, "message": str(fault)}, 400)

    def _index(self, key: str) -> int | None:
        stream = key.strip("'").replace("''", "'")
        return next((i for i, one in self.plan.streams.items() if one == stream), None)

    def _stream(self, index: int) -> dict[str, Any]:
        channel = self.setup.channels[index]
        unit = self._unit(channel)
        newest = self._one(index, self._latest(index, self.setup.clock.now()))
        stream = self.plan.streams[index]
        return {
            "@iot.id": int(stream) if stream.isdigit() else stream,
            "@iot.selfLink": self.plan.stream(index),
            "name": channel.id,
            "description": channel.title.en,
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "unitOfMeasurement": {"name": unit, "symbol": unit, "definition": ""},
            "ObservedProperty": {
                "name": channel.quantity.name.en,
                "definition": channel.quantity.definition,
            },
            "Observations": [newest],
            "Observations@iot.navigationLink": f"{self.plan.stream(index)}/Observations",
        }

    def _unit(self, channel: Channel) -> str:
        given = self.setup.each.get(channel.id, {}).get("unit")
        return UNITS[channel.quantity.unit].symbol if given is None else str(given)

    def _observations(self, index: int, request: Request) -> dict[str, Any]:
        now, every = self.setup.clock.now(), self.setup.channels[index].every
        low, high = now - BACK, now
        for relation, words in _BOUND.findall(request.query.get("$filter", "")):
            at = parse_instant(words)
            if relation in ("gt", "ge"):
                low = max(low, at + (relation == "gt"))
            else:
                high = min(high, at - (relation == "lt"))
        times = range(-(-low // every) * every, high + 1, every)
        if request.query.get("$orderby", "").endswith(" desc"):
            times = times[::-1]
        skip = int(request.query.get("$skip", "0"))
        top = min(int(request.query.get("$top", str(PAGE))), PAGE)
        document: dict[str, Any] = {
            "value": [self._one(index, at) for at in times[skip : skip + top]]
        }
        if len(times) > skip + top:
            query = {**request.query, "$skip": str(skip + top)}
            address = f"{self.plan.stream(index)}/Observations?" + urlencode(query, quote_via=quote)
            document["@iot.nextLink"] = address
        return document

    def _latest(self, index: int, now: int) -> int:
        every = self.setup.channels[index].every
        return now // every * every

    def _one(self, index: int, at: int) -> dict[str, Any]:
        value, status = self.instruments.show(index, at)
        number = self.setup.signals()[index].number(value)
        codes = {meant: code for code, meant in self.plan.statuses.get(index, {}).items()}
        return {
            "@iot.id": at // 1_000_000,
            "phenomenonTime": format_instant(at),
            "resultTime": format_instant(at),
            "result": None if math.isnan(number) else round(number, 6),
            "resultQuality": codes.get(status, Status(status).name),
        }
