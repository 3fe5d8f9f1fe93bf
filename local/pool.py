"""A small pool of connections to the local database, for what stands in for others there."""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Any, LiteralString

import psycopg
from psycopg.rows import DictRow, dict_row

Connection = psycopg.Connection[DictRow]


class Pool:
    """At most `size` connections, opened when first needed; whoever comes later waits for one to come back."""

    def __init__(self, url: str, *, size: int = 6) -> None:
        self._url = url
        self._free: LifoQueue[Connection | None] = LifoQueue()
        self._size = size
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction: committed at the end of the block, rolled back when the block raises."""
        connection = self._free.get()
        try:
            connection = _alive(connection) or psycopg.connect(self._url, autocommit=True, row_factory=dict_row)
            with connection.transaction():
                yield connection
        finally:
            self._free.put(connection)

    def close(self) -> None:
        """Close every connection, waiting for those in use; the pool may be used again afterwards."""
        for connection in [self._free.get() for _ in range(self._size)]:
            if connection is not None:
                connection.close()
            self._free.put(None)


def _alive(connection: Connection | None) -> Connection | None:
    """The connection, or None when the server has ended it since its last use."""
    if connection is None or connection.closed:
        return None
    try:
        connection.execute("select")
    except psycopg.OperationalError:
        connection.close()
        return None
    return connection


def first(db: Connection, statement: LiteralString, **parameters: Any) -> DictRow | None:
    """The first row of one statement, or None."""
    return db.execute(statement, parameters).fetchone()
