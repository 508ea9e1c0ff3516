"""What has to do with the network: a thread in which the library's client lives, and all it calls.

While there is no room for more (`waiting`), nothing is read; the line is kept alive all the same.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from mulmok.model.clock import Clock
from mulmok.model.text import Text
from mulmok.source.broker.client import (
    LARGEST,
    Complaints,
    Visit,
    client_of,
    ended,
    reach,
    refused,
    unreached,
)
from mulmok.source.broker.waiting import Message, Waiting

#: Time between two looks at whether the line stands [s].
_TURN_S = 1.0
#: Turns for which it is tried to send what was still to be sent before leaving.
_LAST_TURNS = 2
#: Messages read in one go before anything is written.
_BURST = 100
#: Filters asked for in one packet: some brokers take no more.
_TOGETHER = 8
#: How long the broker may take to hear our farewell [s], and reads of what it still sends meanwhile.
_FAREWELL_S, _READS = 1.0, 1_000
#: Of a message that is too large, so much is kept to show [bytes].
_SHOWN = 200
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Network:
    """One visit to a broker, in a thread; `opened` and `over` are called from it.

    opened  is called when the broker has let us in and answered what was asked for
    over    is called once, at the end, with why it has ended
    """

    def __init__(
        self,
        visit: Visit,
        clock: Clock,
        waiting: Waiting,
        opened: Callable[[], None],
        over: Callable[[Text], None],
    ) -> None:
        self._visit, self._clock, self._waiting = visit, clock, waiting
        self._opened, self._over = opened, over
        self._complaints = Complaints()
        self.client = client_of(visit, self._complaints)
        self.client.on_connect = self._let_in
        self.client.on_subscribe = self._answered
        self.client.on_message = self._came
        self.client.on_disconnect = self._broke
        self._asked: dict[int, list[str]] = {}
        #: Filters the broker does not let us have, and why.
        self.refused: dict[str, str] = {}
        self._why: Text | None = None
        self._leaving = False
        self._heard = 0
        self._watched = 0
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self.thread = threading.Thread(target=self._work, name=f"mqtt {visit.login.place}")
        self.thread.daemon = True

    def wake(self) -> None:
        """Have the thread look at once; from any thread."""
        try:
            self._waker.send(b"\0")
        except OSError:
            return  # it is awake already, or gone

    def leave(self) -> None:
        """Have the thread say farewell and end; from any thread."""
        self._leaving = True
        self.wake()

    def ask(self, filters: Iterable[str]) -> None:
        """Ask for what is published under filters; from any thread."""
        wanted = [(one, self._visit.filters[one]) for one in filters]
        for begin in range(0, len(wanted), _TOGETHER):
            some = wanted[begin : begin + _TOGETHER]
            _, number = self.client.subscribe(some)
            if number is not None:
                self._asked[number] = [one for one, _ in some]
        self.wake()

    def close(self) -> None:
        """Let go of what wakes the thread, which has ended or never began."""
        self._waker.close()
        if not self.thread.is_alive():
            self._woken.close()

    def _work(self) -> None:
        try:
            self._stay()
        except Exception as fault:  # noqa: BLE001 - the edge of a thread: it becomes a message
            self._blame(unreached(self._visit.login, fault))
        finally:
            left = self.client.socket()
            if left is not None:
                left.close()
            self._woken.close()
            self._over(self._why or ended(self._visit, None, self._complaints.last))
            self._waiting.close()

    def _stay(self) -> None:
        reach(self.client, self._visit)
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, _READ)
            while not self._leaving:
                if not self._turn(selector):
                    return
            self.client.disconnect()
            for _ in range(_LAST_TURNS):
                if not self._turn(selector):
                    return

    def _turn(self, selector: selectors.BaseSelector) -> bool:
        """Wait, read and write once; whether the connection still stands."""
        client, line = self.client, self.client.socket()
        if line is None:
            return False
        reading = self._waiting.open
        wanted = (_READ if reading else 0) | (_WRITE if client.want_write() else 0)
        self._watch(selector, line, wanted)
        # What the encryption has read already wakes nobody.
        readable = reading and getattr(line, "pending", int)() > 0
        for key, ready in selector.select(0 if readable else _TURN_S):
            if key.fileobj is self._woken:
                self._woken.recv(4096)
            elif ready & _READ:
                readable = True
        if readable:
            self._read()
        if client.socket() is not None and client.want_write():
            client.loop_write()
        if client.socket() is not None:
            client.loop_misc()
        return client.socket() is not None

    def _watch(self, selector: selectors.BaseSelector, line: object, wanted: int) -> None:
        if wanted == self._watched:
            return
        if not wanted:
            selector.unregister(line)  # type: ignore[arg-type]
        elif not self._watched:
            selector.register(line, wanted)  # type: ignore[arg-type]
        else:
            selector.modify(line, wanted)  # type: ignore[arg-type]
        self._watched = wanted

    def _read(self) -> None:
        for _ in range(_BURST):
            before = self._heard
            self.client.loop_read()
            if self._heard == before or not self._waiting.open or self.client.socket() is None:
                return

    # What follows is called by the library.

    def _let_in(
        self,
        client: Client,
        _data: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._blame(refused(self._visit, reason))
            return
        if flags.session_present and self._visit.dropped:
            client.unsubscribe(list(self._visit.dropped))
        if self._visit.filters:
            self.ask(self._visit.filters)
        else:
            self._opened()

    def _answered(
        self,
        _client: Client,
        _data: object,
        number: int,
        reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        for one, reason in zip(self._asked.pop(number, ()), reasons, strict=False):
            self.refused.pop(one, None)
            if reason.is_failure:
                self.refused[one] = reason.getName()
        if not self._asked:
            self._opened()

    def _came(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._heard += 1
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""  # no filter matches it
        payload = bytes(message.payload)
        large = len(payload) if len(payload) > LARGEST else 0
        self._waiting.put(
            Message(
                topic,
                payload[:_SHOWN] if large else payload,
                self._clock.now(),
                message.qos,
                message.mid,
                retained=message.retain,
                large=large,
            )
        )

    def _broke(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._blame(ended(self._visit, reason, self._complaints.last))
        if self._leaving:
            _part(self.client.socket())

    def _blame(self, words: Text) -> None:
        """Remember why it has ended; what was said first is the cause."""
        if self._why is None and not self._leaving:
            self._why = words


def _part(line: Any) -> None:
    """Close our direction only, and hear the other to its end.

    A connection that is closed with something unread is reset, and the broker would lose what it had
    not read either: our last words.
    """
    if line is None:
        return
    try:
        line.settimeout(_FAREWELL_S)
        line.shutdown(socket.SHUT_WR)
        for _ in range(_READS):
            if not line.recv(65_536):
                return
    except (OSError, ValueError):
        return
