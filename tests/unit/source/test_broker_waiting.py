"""Between the network's thread and the event loop nothing piles up, and nothing of QoS 1 is lost."""

from __future__ import annotations

import asyncio
import threading

from mulmok.source.broker.waiting import BATCH, Message, Waiting


def message(number: int, qos: int = 1, size: int = 1) -> Message:
    return Message(str(number), b"x" * size, number, qos, number)


def topics(batch: list[Message]) -> list[int]:
    return [int(one.topic) for one in batch]


def test_what_a_thread_puts_is_taken_whole_and_in_order():
    async def story() -> list[int]:
        waiting, taken = Waiting(), []
        thread = threading.Thread(target=lambda: [waiting.put(message(n)) for n in range(5_000)])
        thread.start()
        while len(taken) < 5_000:
            batch = await waiting.take(30)
            assert len(batch) <= BATCH
            taken += topics(batch)
        thread.join()
        return taken

    assert asyncio.run(story()) == list(range(5_000))


def test_what_comes_once_and_finds_no_room_is_lost_and_counted():
    async def story() -> None:
        waiting = Waiting(most=3)
        for number in range(5):
            waiting.put(message(number, qos=0))
        assert (waiting.lost, waiting.open) == (2, True)
        assert topics(await waiting.take(0)) == [0, 1, 2]

    asyncio.run(story())


def test_what_the_broker_sends_again_is_always_taken_and_reading_stops_instead():
    async def story() -> None:
        waiting, reopened = Waiting(most=3), []
        waiting.reopened = lambda: reopened.append(True)
        for number in range(7):
            waiting.put(message(number))
        assert (waiting.lost, waiting.open) == (0, False)
        assert topics(await waiting.take(0)) == list(range(7))
        assert waiting.open
        assert reopened == [True]

    asyncio.run(story())


def test_a_few_large_messages_fill_the_room_as_many_small_ones_do():
    async def story() -> None:
        waiting = Waiting(most_bytes=100)
        waiting.put(message(0, size=100))
        waiting.put(message(1, qos=0))
        assert (waiting.lost, waiting.open) == (1, True)
        waiting.put(message(2, size=100))
        assert not waiting.open
        await waiting.take(0)
        assert waiting.open

    asyncio.run(story())


def test_after_the_end_what_waits_is_still_given_and_then_nothing():
    async def story() -> None:
        waiting = Waiting()
        waiting.put(message(1))
        waiting.close()
        assert not waiting.closed
        assert topics(await waiting.take(30)) == [1]
        assert waiting.closed
        assert await waiting.take(30) == []

    asyncio.run(story())


def test_who_waits_is_woken_by_the_end():
    async def story() -> None:
        waiting = Waiting()
        threading.Timer(0.01, waiting.close).start()
        assert await waiting.take(30) == []
        assert waiting.closed

    asyncio.run(story())


def test_nothing_in_time_is_an_empty_batch_and_no_end():
    async def story() -> None:
        waiting = Waiting()
        assert await waiting.take(0.01) == []
        assert not waiting.closed

    asyncio.run(story())
