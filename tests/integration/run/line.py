"""A line between two programs that can be cut, and that can lose answers."""

from __future__ import annotations

import contextlib
import socket
import threading


class Line:
    """Passes bytes on to 127.0.0.1:`to`, while it is whole.

    cut()     ends all connections and takes no new ones until mend()
    lose(n)   the next n answers are lost: the request arrives, and the connection ends
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self._whole, self._losing = True, 0
        self._open: set[socket.socket] = set()
        self._turn = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        self._whole = False
        with self._turn:
            for one in self._open:
                _end(one)

    def mend(self) -> None:
        self._whole = True

    def lose(self, answers: int) -> None:
        self._losing = answers

    def close(self) -> None:
        self.cut()
        _end(self._listener)
        self._listener.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if not self._whole:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.to), timeout=10)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            with self._turn:
                self._open |= {near, far}
            for source, sink, answers in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._pass, args=(source, sink, answers), daemon=True
                ).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if answers and self._losing:
                    self._losing -= 1
                    break
                sink.sendall(data)
        _end(source)
        _end(sink)
        with self._turn:
            if not answers:
                return
            for one in (source, sink):
                self._open.discard(one)
                one.close()


def _end(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
