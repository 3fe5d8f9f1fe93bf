"""A database that goes away at the worst moment: a read is answered, a write happens once or not at all."""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
import pytest

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look, eventually
from tests.wire import CountingProxy

Elsewhere = Callable[[Callable[[], Answer]], "Future[Answer]"]

PULSE = {"agent_code": "pulse"}
KEY = {"idempotency-key": "tried again"}
END_THE_OTHERS = (  # and don't come back before they are gone, in at most so many milliseconds
    "select count(*) filter (where pg_terminate_backend(pid, 20000)) from pg_stat_activity"
    " where datname = current_database() and usename = 'vizdots_functions'"
)
WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() and usename = 'vizdots_functions'"
    " and wait_event_type = 'Lock'"
)


class CuttingProxy(CountingProxy):
    """Passes all on until the client says `word`; then it cuts the line, before the server has heard it or after."""

    word: bytes | None = None
    is_heard = False
    has_been_said = False

    def _pass_on(self, source: socket.socket, target: socket.socket, turn: Any, from_client: bool) -> None:
        end = _End(source, source if from_client else target, self, from_client)
        super()._pass_on(cast("socket.socket", end), target, turn, from_client)


@dataclass(frozen=True)
class _End:
    """One end of the line, which breaks at the word, or when the server answers it."""

    source: socket.socket
    client: socket.socket
    proxy: CuttingProxy
    is_the_clients: bool

    def recv(self, size: int) -> bytes:
        data = self.source.recv(size)
        proxy = self.proxy
        if self.is_the_clients and proxy.word is not None and proxy.word in data:
            proxy.word, proxy.has_been_said = None, True
            return data if proxy.is_heard else self._cut()
        if not self.is_the_clients and proxy.has_been_said:
            return self._cut()
        return data

    def _cut(self) -> bytes:
        self.proxy.has_been_said = False
        self.client.shutdown(socket.SHUT_RDWR)
        return b""


@pytest.fixture
def line(populated: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingProxy]:
    """The functions' line to the database, which can be cut."""
    with CuttingProxy(populated.functions_url) as proxy:
        monkeypatch.setenv("DATABASE_URL", proxy.url)
        yield proxy
        db.close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Sends a request from a thread of its own, so that the test can do something meanwhile."""
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit
        thread.submit(db.close).result()


@contextmanager
def locked(populated: Database, table: str) -> Iterator[None]:
    """Nobody else can look at a table: whoever tries waits."""
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(f"lock table {table} in access exclusive mode".encode())
        yield


def test_between_two_requests_nobody_notices(ana: Client, look: Look) -> None:
    assert ana.get("/api/me").status == 200

    assert look(END_THE_OTHERS) == 1
    assert ana.get("/api/me").status == 200
    assert look(END_THE_OTHERS) == 1
    assert ana.post("/api/sessions", PULSE).status == 201
    assert look(END_THE_OTHERS) == 1
    path = f"/api/sessions/{ana.get('/api/sessions').body['items'][0]['id']}"
    assert look(END_THE_OTHERS) == 1
    assert ana.post(f"{path}/messages", {"isOpening": True}).status == 200


def test_a_read_that_is_cut_off_is_asked_again(
    populated: Database, ana: Client, look: Look, elsewhere: Elsewhere
) -> None:
    with locked(populated, "sessions"):
        asked = elsewhere(lambda: ana.get("/api/sessions"))
        eventually(lambda: look(WAITING) == 1, "the read waits")
        look(END_THE_OTHERS)
        eventually(lambda: look(WAITING) == 1, "the read waits again")

    assert (asked.result(20).status, asked.result().body["items"]) == (200, [])


def test_a_write_that_is_cut_off_before_anything_is_done_is_done_once(
    populated: Database, ana: Client, look: Look, elsewhere: Elsewhere
) -> None:
    with locked(populated, "sessions"):
        asked = elsewhere(lambda: ana.post("/api/sessions", PULSE))
        eventually(lambda: look(WAITING) == 1, "the write waits")
        look(END_THE_OTHERS)
        eventually(lambda: look(WAITING) == 1, "the write waits again")

    assert asked.result(20).status == 201
    assert look("select count(*) from sessions") == 1


def test_a_message_that_is_cut_off_before_it_is_kept_can_be_sent_again(
    populated: Database,
    ana: Client,
    check_in: str,
    look: Look,
    elsewhere: Elsewhere,
) -> None:
    def say() -> Answer:
        return ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY)

    with locked(populated, "session_messages"):
        asked = elsewhere(say)
        eventually(lambda: look(WAITING) == 1, "the message waits")
        look(END_THE_OTHERS)
        refused = asked.result(20)

    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    assert int(refused.headers["retry-after"]) > 0
    assert look("select count(*) from session_messages where role = 'person'") == 0
    assert say().body["turn"] == 1


@pytest.mark.parametrize("is_heard", [False, True], ids=["before it is heard", "after it is heard"])
def test_a_write_whose_commit_is_cut_off_is_a_503_and_with_its_key_done_once(
    ana: Client, line: CuttingProxy, look: Look, is_heard: bool
) -> None:
    assert ana.get("/api/me").status == 200
    line.word, line.is_heard = b"commit", is_heard

    refused = ana.post("/api/sessions", PULSE, headers=KEY)

    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    eventually(lambda: look("select count(*) from sessions") == int(is_heard), "the server has done with it")
    again = ana.post("/api/sessions", PULSE, headers=KEY)
    assert again.status == 201
    assert look("select array_agg(id::text) from sessions") == [again.body["id"]]


def test_a_message_whose_answer_is_cut_off_is_kept_once_and_answered_when_it_is_sent_again(
    ana: Client, line: CuttingProxy, look: Look, check_in: str
) -> None:
    def say() -> Answer:
        return ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY)

    line.word, line.is_heard = b"conclude_turn", True
    refused = say()

    assert (refused.status, refused.body["code"]) == (503, "unavailable")
    eventually(lambda: look("select count(*) from session_messages where turn = 1") == 2, "the turn is kept")
    answered = say()
    assert (answered.status, answered.body["turn"]) == (200, 1)
    assert look("select count(*) from session_messages where turn = 1") == 2


def test_a_line_that_is_cut_between_a_message_and_its_answer_loses_neither(
    ana: Client, line: CuttingProxy, look: Look, check_in: str
) -> None:
    line.word, line.is_heard = b"conclude_turn", False
    refused = ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY)

    assert refused.status == 503
    assert look("select content from session_messages where turn = 1") == "4, a good week"
    look("update sessions set answering_until = now() - interval '1 second' returning 1")
    assert ana.post(f"{check_in}/messages", {"message": "4, a good week"}, headers=KEY).body["turn"] == 1


def test_a_database_that_restarts_is_a_503_and_then_well_again(ana: Client, populated: Database, look: Look) -> None:
    assert ana.get("/api/me").status == 200
    name = psycopg.conninfo.conninfo_to_dict(populated.admin_url)["dbname"]
    with psycopg.connect(populated.admin_url, autocommit=True, dbname="postgres") as superuser:
        superuser.execute(f"alter database {name} allow_connections false".encode())
        superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,)
        ).fetchall()
        refused = [ana.get("/api/me"), ana.post("/api/sessions", PULSE)]
        superuser.execute(f"alter database {name} allow_connections true".encode())

    assert [(each.status, each.body["code"]) for each in refused] == [(503, "unavailable")] * 2
    assert ana.post("/api/sessions", PULSE).status == 201
    assert look("select count(*) from sessions") == 1


def test_a_line_that_was_cut_is_never_used_again(ana: Client, line: CuttingProxy, look: Look) -> None:
    for _ in range(3):
        line.word, line.is_heard = b"commit", False
        assert ana.post("/api/sessions", PULSE).status == 503

    assert ana.post("/api/sessions", PULSE).status == 201
    assert look("select count(*) from sessions") == 1
