"""A proxy before PostgreSQL that counts round trips on the wire: how often the client spoke after the server had."""

import socket
import threading
from types import TracebackType
from typing import Final, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

# psycopg sends one after the Sync that ends a pipeline; it may come after the answer, and nobody waits for anything.
FLUSH: Final = b"H\x00\x00\x00\x04"


class CountingProxy:
    """A context manager; `url` leads to the database through it, `trips` is the number of round trips so far."""

    def __init__(self, url: str) -> None:
        there = conninfo_to_dict(url)
        self._host, self._port = str(there.get("host") or "127.0.0.1"), int(str(there.get("port") or 5432))
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = make_conninfo(url, host="127.0.0.1", port=self._server.getsockname()[1])
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
            database = self._connect()
            for each in (client, database):
                if each.family != socket.AF_UNIX:
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(each)
            turn = _Turn()
            threading.Thread(target=self._pass_on, args=(client, database, turn, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(database, client, turn, False), daemon=True).start()

    def _connect(self) -> socket.socket:
        if not self._host.startswith("/"):
            return socket.create_connection((self._host, self._port))
        there = socket.socket(socket.AF_UNIX)
        there.connect(f"{self._host}/.s.PGSQL.{self._port}")
        return there

    def _pass_on(self, source: socket.socket, target: socket.socket, turn: "_Turn", from_client: bool) -> None:
        while True:
            try:
                data = source.recv(65536)
                if data != FLUSH:
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
