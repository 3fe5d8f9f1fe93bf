"""A proxy before PostgreSQL that counts round trips on the wire: how often the client spoke after the server had."""

import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit, urlunsplit


class CountingProxy:
    """A context manager; `url` leads to the database through it, `trips` is the number of round trips so far."""

    def __init__(self, url: str) -> None:
        there = urlsplit(url)
        self._there = (there.hostname or "127.0.0.1", there.port or 5432)
        self._server = socket.create_server(("127.0.0.1", 0))
        who = there.netloc.rpartition("@")[0]
        here = f"127.0.0.1:{self._server.getsockname()[1]}"
        self.url = urlunsplit(there._replace(netloc=f"{who}@{here}" if who else here))
        self.trips = 0
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return  # closed
            database = socket.create_connection(self._there)
            for each in (client, database):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(each)
            turn = _Turn()
            threading.Thread(target=self._pass_on, args=(client, database, turn, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(database, client, turn, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, turn: "_Turn", from_client: bool) -> None:
        while True:
            try:
                data = source.recv(65536)
                if from_client and data and not turn.is_the_clients:
                    self.trips += 1
                turn.is_the_clients = from_client
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(data)
            except OSError:
                return


class _Turn:
    """Who spoke last on one connection."""

    is_the_clients = False
