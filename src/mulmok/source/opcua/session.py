"""One session with an OPC UA server, and its subscription; both end together and are not mended.

The library reconnects, re-creates and retries by itself if it is let. Here it is not: what has failed
is left behind whole, and `run/supervise.py` has everything made anew. A notification is acknowledged
to the server after it was taken, for the library asks for the next one only then; meanwhile the
server keeps what comes in its queues, so nothing grows here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence

from asyncua import Client, ua

from mulmok.model.clock import Clock
from mulmok.model.errors import SourceError
from mulmok.model.text import text
from mulmok.model.time import SECOND
from mulmok.source.opcua.complaint import FAULTS, complaint
from mulmok.source.opcua.decode import Sample
from mulmok.source.opcua.order import Order
from mulmok.source.opcua.plan import Node, Plan
from mulmok.source.opcua.settings import Access
from mulmok.source.opcua.status_code import NODE_UNKNOWN, is_bad
from mulmok.source.opcua.wire import (
    CLOCK,
    NAMESPACES,
    Portion,
    attribute_of,
    instant_of,
    read_values,
    sample_of,
)

#: How long a good-bye may take [s].
_LEAVE_S = 3.0
#: Most changes in one notification: what has waited at the server comes in pieces that can be held.
_CHANGES = 10_000
#: BadMonitoredItemFilterInvalid, BadMonitoredItemFilterUnsupported, BadFilterNotAllowed.
_FILTERS = (0x8043_0000, 0x8044_0000, 0x8045_0000)

Taken = Callable[[list[tuple[int, Sample]]], Awaitable[None]]


def quieten() -> None:
    """Keep the library's log out of ours: what matters of it is raised. Who wants it sets its level."""
    logger = logging.getLogger("asyncua")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL + 1)


class Session:
    """Asks and hears one server about the nodes of a plan."""

    def __init__(self, client: Client, plan: Plan, access: Access, clock: Clock) -> None:
        self._client = client
        self._plan = plan
        self._access = access
        self._clock = clock
        self._ids: list[ua.NodeId | None] = [None] * len(plan.nodes)
        self._reads, self._monitors = Portion(), Portion()
        self._subscription: int | None = None
        self._patience = float(plan.watchdog)
        self._fault: BaseException | None = None
        self._failed = asyncio.Event()
        self._heard = 0.0
        self._busy = False
        self._order = Order()
        self.server_clock: int | None = None
        #: Nodes that are monitored, with the item that does it.
        self._subscribed: dict[int, int] = {}
        client.connection_lost_callback = self._lost

    @property
    def is_partial(self) -> bool:
        """Whether there are nodes that are not subscribed to."""
        return len(self._subscribed) < len(self._plan.nodes)

    def lost(self) -> int:
        """Count the notifications that never came, since this was last asked."""
        return self._order.lost()

    async def find_namespaces(self) -> None:
        """Learn the numbers of the namespaces, and with them the ids of the nodes."""
        answer = await self._read([NAMESPACES])
        found = answer[0].value if isinstance(answer[0].value, list) else []
        uris = [str(uri) for uri in found]
        for number, node in enumerate(self._plan.nodes):
            numbered = node.name.numbered(uris)
            self._ids[number] = None if numbered is None else ua.NodeId.from_string(numbered)

    async def read(self, nodes: Sequence[int]) -> list[tuple[int, Sample]]:
        """Read nodes, and the server's clock. Raises SourceError when the server does not answer."""
        if any(self._ids[node] is None for node in nodes):
            await self.find_namespaces()
        known = [(node, where) for node in nodes if (where := self._ids[node]) is not None]
        # A namespace that is not there has no nodes either.
        found = [
            (node, Sample(None, NODE_UNKNOWN, "BadNodeIdUnknown"))
            for node in nodes
            if self._ids[node] is None
        ]
        clock, *answers = await self._read([CLOCK, *(where for _, where in known)])
        self.server_clock = instant_of(clock.value) if not is_bad(clock.code) else None
        numbers = [node for node, _ in known]
        return [*found, *zip(numbers, answers, strict=True)]

    async def subscribe(self, nodes: Iterable[int], taken: Taken) -> None:
        """Be told of changes of nodes from now on, those that the server lets us; `taken` is given them.

        Raises SourceError when there can be no subscription.
        """
        wanted = [
            node for node in nodes if node not in self._subscribed and self._ids[node] is not None
        ]
        try:
            if self._subscription is None:
                await self._begin(taken)
            plain = await self._monitor(wanted, filtered=True)
            # A small server tells of new values only, and not of new times.
            await self._monitor(plain, filtered=False)
        except FAULTS as fault:
            raise complaint(fault, self._access) from fault

    async def forget(self, nodes: Iterable[int]) -> None:
        """Have nodes monitored no longer. Raises SourceError when the server does not answer."""
        gone = [self._subscribed.pop(node) for node in nodes if node in self._subscribed]

        async def request(part: Sequence[int]) -> list[ua.StatusCode]:
            parameters = ua.DeleteMonitoredItemsParameters()
            parameters.SubscriptionId = self._subscription
            parameters.MonitoredItemIds = list(part)
            session = self._client.uaclient.session
            return await session.delete_monitored_items(parameters)  # type: ignore[no-any-return]

        try:
            await self._monitors.ask(request, gone)
        except ua.UaStatusCodeError:
            pass  # it may have dropped them with their nodes; one too many does no harm
        except FAULTS as fault:
            raise complaint(fault, self._access) from fault

    async def watch(self) -> None:
        """Wait until the connection is lost or the subscription dead, and raise SourceError."""
        loop = asyncio.get_running_loop()
        while True:
            quiet = 0.0 if self._busy or self._subscription is None else loop.time() - self._heard
            left = self._patience / SECOND - quiet
            if left <= 0:
                raise SourceError(
                    text(
                        "{url} has told nothing for {seconds:g} s, not even that it is alive",
                        url=self._access.url,
                        seconds=self._patience / SECOND,
                    )
                )
            try:
                async with asyncio.timeout(left):
                    await self._failed.wait()
            except TimeoutError:
                continue
            assert self._fault is not None  # noqa: S101 - it was set before the event
            raise self._fault

    async def close(self) -> None:
        """Leave the server, politely if it answers."""
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self._client.disconnect()
        except FAULTS:
            pass  # it is gone, and so are we
        finally:
            self._client.disconnect_socket()

    async def _begin(self, taken: Taken) -> None:
        parameters = ua.CreateSubscriptionParameters()
        parameters.RequestedPublishingInterval = self._plan.interval / 1e6
        parameters.RequestedMaxKeepAliveCount = self._plan.keep_alive
        parameters.RequestedLifetimeCount = self._plan.lifetime
        parameters.MaxNotificationsPerPublish = _CHANGES
        parameters.PublishingEnabled = True

        async def published(result: ua.PublishResult) -> None:
            await self._published(result, taken)

        self._heard = asyncio.get_running_loop().time()
        made = await self._client.uaclient.session.create_subscription(parameters, published)
        self._subscription = made.SubscriptionId
        # A server may give longer intervals than it was asked for: it is silent for as long.
        keep_alive = made.RevisedPublishingInterval * 1e6 * made.RevisedMaxKeepAliveCount
        self._patience = max(float(self._plan.watchdog), 3.0 * keep_alive)

    async def _monitor(self, nodes: Sequence[int], *, filtered: bool) -> list[int]:
        """Have nodes monitored; give those whose filter the server does not have."""

        async def request(part: Sequence[int]) -> list[ua.MonitoredItemCreateResult]:
            parameters = ua.CreateMonitoredItemsParameters()
            parameters.SubscriptionId = self._subscription
            parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
            parameters.ItemsToCreate = [
                _item(number, self._ids[number], self._plan.nodes[number], filtered=filtered)
                for number in part
            ]
            session = self._client.uaclient.session
            return await session.create_monitored_items(parameters)  # type: ignore[no-any-return]

        unfiltered = []
        results = await self._monitors.ask(request, nodes)
        for node, result in zip(nodes, results, strict=True):
            code = int(result.StatusCode.value)
            if not is_bad(code):
                self._subscribed[node] = int(result.MonitoredItemId)
            elif code in _FILTERS:
                unfiltered.append(node)
        return unfiltered

    async def _published(self, result: ua.PublishResult, taken: Taken) -> None:
        """Take one notification; the library asks for the next when this is done."""
        loop = asyncio.get_running_loop()
        self._heard, self._busy = loop.time(), True
        try:
            samples: list[tuple[int, Sample]] = []
            message = result.NotificationMessage
            self._order.came(int(message.SequenceNumber), alive=not message.NotificationData)
            for part in message.NotificationData or ():
                if isinstance(part, ua.DataChangeNotification):
                    samples += [
                        (int(i.ClientHandle), sample_of(i.Value)) for i in part.MonitoredItems
                    ]
                elif isinstance(part, ua.StatusChangeNotification) and not part.Status.is_good():
                    self._fail(text("{url} has ended the subscription: {code}", url=self._access.url, code=part.Status.name))  # fmt: skip
            if samples:
                await taken(samples)
        except Exception as fault:  # noqa: BLE001 - the library would swallow it
            self._fail(fault)
        finally:
            self._heard, self._busy = loop.time(), False

    async def _read(self, nodes: Sequence[ua.NodeId]) -> list[Sample]:
        try:
            return await read_values(self._client.uaclient.session, nodes, self._reads)
        except FAULTS as fault:
            raise complaint(fault, self._access) from fault

    async def _lost(self, fault: Exception) -> None:
        self._fail(complaint(fault, self._access))

    def _fail(self, fault: object) -> None:
        if self._fault is None:
            self._fault = fault if isinstance(fault, BaseException) else SourceError(fault)  # type: ignore[arg-type]
            self._failed.set()


def _item(
    number: int, where: ua.NodeId | None, node: Node, *, filtered: bool
) -> ua.MonitoredItemCreateRequest:
    parameters = ua.MonitoringParameters()
    parameters.ClientHandle = number
    parameters.SamplingInterval = node.sampling / 1e6
    parameters.QueueSize = node.queue
    parameters.DiscardOldest = True
    if filtered:
        # What was measured anew is a reading, though it is the same number.
        parameters.Filter = ua.DataChangeFilter(ua.DataChangeTrigger.StatusValueTimestamp)
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor = attribute_of(where, ua.AttributeIds.Value)
    item.MonitoringMode = ua.MonitoringMode.Reporting
    item.RequestedParameters = parameters
    return item
