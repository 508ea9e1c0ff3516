"""OPC UA servers that can do less than others, or lose something: what is asked of them, what is told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from asyncua import ua
from asyncua.server.internal_session import InternalSession
from asyncua.ua import uaerrors
from integration.source.opcua_plc import Plc, free_port
from integration.source.opcua_works import Works, channel, site_text, until

from mulmok.model.status import Status
from mulmok.run import supervise
from mulmok.source.opcua.discover import OpcuaDiscoverer


@pytest.fixture(autouse=True)
def soon_again(monkeypatch):
    monkeypatch.setattr(supervise, "_FIRST_WAIT_S", 0.05)


@pytest.fixture
def few_at_once(monkeypatch):
    """Have servers refuse requests of more than three nodes; how many there were in each."""
    asked: list[int] = []
    for service, lists in {
        "read": "NodesToRead",
        "browse": "NodesToBrowse",
        "create_monitored_items": "ItemsToCreate",
    }.items():
        whole = getattr(InternalSession, service)

        async def small(session, parameters, whole=whole, lists=lists):
            count = len(getattr(parameters, lists))
            if session.external:
                asked.append(count)
                if count > 3:
                    raise uaerrors.BadTooManyOperations
            return await whole(session, parameters)

        monkeypatch.setattr(InternalSession, service, small)
    return asked


def test_a_server_that_can_do_little_at_once_is_asked_for_little(tmp_path: Path, few_at_once):
    port, nodes = free_port(), 10
    names = [f"inlet.ec-{number}" for number in range(nodes)]
    works = Works.of(
        tmp_path,
        site_text(port, *(channel(name, f"ns=2;s=n{i}") for i, name in enumerate(names))),
    )

    async def play():
        async with Plc(port) as plc:
            for number in range(nodes):
                await plc.add(f"n{number}", float(number))

            async def look():
                await until(lambda: all(len(works.of_channel(name)) > 2 for name in names))
                await until(lambda: all(plc.monitors(f"n{number}") for number in range(nodes)))
                # It has been learned how much: nothing is refused any more.
                few_at_once.clear()
                await until(lambda: len(few_at_once) > 8)
                assert max(few_at_once) <= 3
                await plc.write("n7", 77.0)
                await until(lambda: works.last("inlet.ec-7") == (77.0, Status.NORMAL))

            await works.run(look)

    asyncio.run(play())
    assert works.one.tally.failures == 0


def test_a_server_that_can_do_little_at_once_is_looked_at_whole(few_at_once):
    port = free_port()

    async def play():
        async with Plc(port) as plc:
            for number in range(10):
                folder = await plc.server.nodes.objects.add_folder(2, f"f{number}")
                await folder.add_variable(ua.NodeId(f"v{number}", 2), f"v{number}", 1.5)
            (found,) = await OpcuaDiscoverer.discover({"url": f"opc.tcp://127.0.0.1:{port}"}, 30)
            return found

    assert {one.label for one in asyncio.run(play()).proposals} == {f"f{n}/v{n}" for n in range(10)}
    assert max(few_at_once) > 3


def test_a_notification_that_is_lost_is_told_and_the_next_turn_knows_what_is_there(
    tmp_path: Path, caplog
):
    port = free_port()
    works = Works.of(
        tmp_path,
        site_text(
            port,
            channel("inlet.ec", "ns=2;s=EC", every="3 s"),
            channel("inlet.ph", "ns=2;s=pH", every="3 s"),
        ),
    )

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 1)
            await plc.add("pH", 7.0)

            async def look():
                await until(lambda: plc.monitors("EC") and plc.monitors("pH"))
                (one,) = plc.server.iserver.subscription_service.subscriptions.values()
                await until(lambda: one._notification_seq > 1)
                await until(lambda: not one._triggered_datachanges)
                # It comes, and the library cannot make anything of it.
                await plc.write("pH", 7.5)
                (batch,) = one._triggered_datachanges.values()
                batch[0].Value = ua.DataValue(ua.Variant([1.0], Dimensions=[2_000_000]))
                await until(lambda: not one._triggered_datachanges)
                await plc.write("EC", 2)
                await until(lambda: 2 in works.values("inlet.ec"))
                await until(lambda: "notifications are lost" in caplog.text)
                await until(lambda: works.last("inlet.ph") == (7.5, Status.NORMAL))

            await works.run(look)

    asyncio.run(play())
    assert "notifications are lost, with the changes in them: 1" in caplog.text
    assert works.one.tally.starts == 1


def test_what_has_waited_at_a_server_is_asked_for_in_pieces(tmp_path: Path):
    port = free_port()
    works = Works.of(tmp_path, site_text(port, channel("inlet.ec", "ns=2;s=EC")))
    asked = []

    async def play():
        async with Plc(port) as plc:
            await plc.add("EC", 1)
            service = plc.server.iserver.subscription_service
            whole = service.create_subscription

            async def create(parameters, *more, **others):
                asked.append(parameters.MaxNotificationsPerPublish)
                return await whole(parameters, *more, **others)

            service.create_subscription = create
            await works.run(lambda: until(lambda: plc.is_subscribed))

    asyncio.run(play())
    assert asked == [10_000]
