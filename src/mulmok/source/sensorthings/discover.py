"""Lists the Datastreams of a SensorThings service."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from mulmok.model.errors import SourceError
from mulmok.model.text import Text, text
from mulmok.source.address import next_url
from mulmok.source.discovery import Found, Proposal
from mulmok.source.payload import PayloadError, shown
from mulmok.source.sensorthings.decode import entities, symbol_of
from mulmok.source.service import SIGN_IN, Service
from mulmok.source.settings import Given, SettingKey

#: Proposals of one service. Site choice.
MOST = 1000
_QUERY = "$expand=ObservedProperty,Observations($orderby=phenomenonTime%20desc;$top=1)"


class SensorThingsDiscoverer:
    """Looks what Datastreams there are."""

    settings: ClassVar[tuple[SettingKey, ...]] = (
        SettingKey("url", "text", text("root of the service"), '"https://data.example/FROST-Server/v1.1"', required=True),
        *SIGN_IN,
    )  # fmt: skip

    @staticmethod
    async def discover(given: Mapping[str, Given], patience_s: float) -> list[Found]:
        """List them, as many pages as there is time for. Raises SourceError."""
        root = str(given["url"]).rstrip("/")
        proposals: list[Proposal] = []
        remarks: list[Text] = []
        try:
            async with (
                asyncio.timeout(patience_s),
                Service.made(None, given, Path.cwd()) as service,
            ):
                url = f"{root}/Datastreams?{_QUERY}"
                while url and len(proposals) < MOST:
                    answer = await service.ask(url)
                    found, following = entities(answer.document())
                    proposals += [_proposal(one) for one in found]
                    url = next_url(answer.url, following) if following else ""
        except PayloadError as fault:
            raise SourceError(fault.text) from None
        except TimeoutError:
            url = "more"
            if not proposals:
                raise SourceError(
                    text("nothing came within {seconds:g} s", seconds=patience_s)
                ) from None
        if url:
            remarks.append(
                text(
                    "these are the first {count} Datastreams: there are more", count=len(proposals)
                )
            )
        return [Found(given, tuple(proposals), tuple(remarks))]


def _proposal(stream: Mapping[str, Any]) -> Proposal:
    observed, observations = stream.get("ObservedProperty"), stream.get("Observations")
    names = [stream.get("name")]
    if isinstance(observed, dict):
        names.append(observed.get("name"))
    newest = observations[0] if isinstance(observations, list) and observations else {}
    shows = ""
    if isinstance(newest, dict) and newest.get("result") is not None:
        shows = f"{shown(newest['result'])[:40]} ({newest.get('phenomenonTime', '')})"
    return Proposal(
        label=" / ".join(str(name) for name in names if name),
        own={"datastream": str(stream.get("@iot.id", ""))},
        shows=shows,
        unit=symbol_of(stream),
    )
