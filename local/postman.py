"""The postman of this machine: nobody here waits a minute for the clock that empties the outbox.

What is due is handed over at once, by the same function that the clock wakes.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import psycopg

from local.environments import FunctionFailedError

PAUSE: Final = 0.3  # seconds between two looks into an empty outbox
FUNCTION: Final = "OutboxFunction"
IS_WAITING: Final = "select exists (select from public.email_logs where status = 'queued' and due_at <= %s)"

Invoke = Callable[[str, Any], Any]


class Postman:
    """Looks into the outbox, again and again until the end of its `with` block. `database_url` may read it."""

    def __init__(self, database_url: str, invoke: Invoke, *, says: Callable[[str], None] = lambda line: None) -> None:
        self._database_url, self._invoke, self._says = database_url, invoke, says
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="postman", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                with psycopg.connect(self._database_url, autocommit=True) as connection:
                    while not self._stopped.wait(PAUSE):
                        self.look(connection)
            except (psycopg.OperationalError, FunctionFailedError) as error:
                self._says(f"outbox: {error}")

    def look(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        """Have what is due handed over, where something is."""
        at = datetime.now(UTC)
        if connection.execute(IS_WAITING, (at,)).fetchone() == (True,):
            self._invoke(FUNCTION, {"time": at.isoformat()})
