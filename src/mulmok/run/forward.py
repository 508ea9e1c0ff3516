"""An edge's way to its works: parcels go in order, and leave the journal when they are on disk there.

Without an answer the same is sent again, which is harmless: the works knows a reading by its channel
and instant. What the works will never take (a channel it does not have, a time that cannot be) is
laid aside with its reason, so that one wrong reading does not hold up all that come after it.
"""

from __future__ import annotations

import asyncio
import gzip
import logging
import random
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec
import numpy as np

from mulmok.model.errors import SourceError, StoreError
from mulmok.model.status import Status
from mulmok.model.text import Text, text
from mulmok.model.time import MINUTE
from mulmok.run.clock import Clock
from mulmok.store.parcel import Parcel
from mulmok.store.parcels import Bundle, Parcels

_log = logging.getLogger(__name__)

#: Readings sent at a time. Site choice: about half a second of a thin line, compressed.
MOST = 5_000
#: A reading sent so long after its time is marked as sent again (재전송) [ns]. Site choice.
LATE = 5 * MINUTE
_FIRST_WAIT_S, _LONGEST_WAIT_S, _JITTER = 1.0, 60.0, 0.2
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
#: Time between two looks for something new [s].
_LOOK_S = 0.2
#: How the works says which reading of a batch is wrong.
_FIELD = re.compile(r"(channel|at_ns|value|status)\[(\d+)\]")


class _RefusedError(Exception):
    """The works will never take one reading of a batch: which, by what, and why."""

    def __init__(self, row: int, field: str, why: str) -> None:
        super().__init__(why)
        self.row, self.field, self.why = row, field, why


class _TooLargeError(Exception):
    """The works takes smaller batches."""


@dataclass
class Forwarder:
    """Sends what a journal holds to a works.

    url      of the works: `https://mulmok.example`
    token    the works' token for pushed readings
    """

    parcels: Parcels
    clock: Clock
    url: str
    token: str
    sent: int = 0
    #: Why the last attempt failed; None when it did not.
    failing: Text | None = None
    _most: int = field(default=MOST, repr=False)

    async def run(self) -> None:
        """Send until cancelled."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        headers["Content-Encoding"] = "gzip"
        wait = _FIRST_WAIT_S
        async with httpx.AsyncClient(headers=headers, timeout=_TIMEOUT) as client:
            while True:
                try:
                    moved = await self.forward(client)
                except (SourceError, StoreError) as error:
                    _log.warning(error.text)
                    self.failing = error.text
                    jitter = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
                    await asyncio.sleep(wait * jitter)
                    wait = min(2 * wait, _LONGEST_WAIT_S)
                    continue
                if self.failing is not None:
                    _log.warning(text("{url} takes readings again", url=self.url))
                    self.failing, wait = None, _FIRST_WAIT_S
                if not moved:
                    await asyncio.sleep(_LOOK_S)

    async def forward(self, client: httpx.AsyncClient) -> bool:
        """Send the oldest parcels; gives whether there were any. Raises SourceError, StoreError."""
        bundle = await asyncio.to_thread(self.parcels.next, self._most)
        if bundle is None:
            return False
        await self._send(client, bundle)
        return True

    async def _send(self, client: httpx.AsyncClient, bundle: Bundle) -> None:
        parcel, aside, why = bundle.parcel, list[Parcel](), list[str]()
        begin = 0
        while begin < len(parcel):
            part = parcel.chosen(slice(begin, begin + self._most))
            try:
                await self._post(client, part)
            except _TooLargeError:
                if len(part) == 1:
                    raise SourceError(
                        text("{url} says that one reading is too large", url=self.url)
                    ) from None
                self._most = max(len(part) // 2, 1)
                continue
            except _RefusedError as refused:
                row = begin + refused.row
                wrong = np.zeros(len(parcel), np.bool_)
                wrong[row] = True
                if refused.field == "channel":
                    wrong[begin:] = parcel.channel[begin:] == parcel.channel[row]
                aside.append(parcel.chosen(wrong))
                why += [refused.why] * int(wrong.sum())
                channel = self.parcels.ids[int(parcel.channel[row])]
                _log.error(
                    text(
                        "{url} refuses {count} readings of {channel}, which are laid aside: {why}",
                        url=self.url,
                        count=int(wrong.sum()),
                        channel=channel,
                        why=refused.why,
                    )
                )
                parcel = parcel.chosen(~wrong)
                continue
            begin += len(part)
            self.sent += len(part)
        refused_parcel = Parcel.joined(aside) if aside else None
        await asyncio.to_thread(self.parcels.done, bundle.last, refused_parcel, why)

    async def _post(self, client: httpx.AsyncClient, parcel: Parcel) -> None:
        body = gzip.compress(msgspec.json.encode(self._body(parcel)), 1)
        try:
            answer = await client.post(f"{self.url}/api/v1/readings", content=body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise SourceError(
                text(
                    "{url} does not answer ({why}): readings are kept here until it does",
                    url=self.url,
                    why=str(error) or type(error).__name__,
                )
            ) from error
        if answer.status_code == httpx.codes.OK:
            return
        if answer.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise _TooLargeError
        message, where = _said(answer)
        found = _FIELD.fullmatch(where)
        if answer.status_code in (400, 403) and found and int(found[2]) < len(parcel):
            raise _RefusedError(int(found[2]), found[1], message)
        raise SourceError(
            text(
                "{url} answers {status}: {why}; readings are kept here until it takes them",
                url=self.url,
                status=answer.status_code,
                why=message,
            )
        )

    def _body(self, parcel: Parcel) -> dict[str, list[Any]]:
        ids, late = self.parcels.ids, self.clock.now() - LATE
        resent = (parcel.at < late) & (parcel.status == Status.NORMAL)
        return {
            "channel": [ids[number] for number in parcel.channel.tolist()],
            "at_ns": parcel.at.tolist(),
            "value": [None if value != value else value for value in parcel.value.tolist()],  # noqa: PLR0124 - NaN
            "status": np.where(resent, Status.RESENT, parcel.status).tolist(),
        }


def _said(answer: httpx.Response) -> tuple[str, str]:
    """Message and field of an answer that is none of success."""
    try:
        error = msgspec.json.decode(answer.content)["error"]
        return str(error["message"]), str(error.get("field", ""))
    except (msgspec.DecodeError, LookupError, TypeError, AttributeError):
        return answer.text[:200].strip() or answer.reason_phrase, ""
