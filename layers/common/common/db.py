"""The database's one door: a transaction that acts as somebody, in as few round trips as there can be.

A scope (role and claims) holds for one transaction and is gone with it. Three ways through the door:

- `reading(scope)`: every statement is a read-only transaction of its own. One round trip each.
- `statement(scope)`: exactly one statement, committed when it answers. One round trip.
- `transaction(scope)`: several statements, all or nothing. One round trip each, and one for the commit.

In each, role and claims travel in the same packet as the first statement (a pipeline), which is what makes them free.
"""

import json
import os
import select
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Concatenate, Final, Literal, LiteralString, ParamSpec, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row, tuple_row
from psycopg.types.json import JsonbDumper

from common import config
from common.refusals import raise_as_ours
from vizdots.transaction import Json, Transaction

P = ParamSpec("P")
R = TypeVar("R")
Role = Literal["anon", "authenticated", "service_role"]
Connection = psycopg.Connection[tuple[Any, ...]]
Query = tuple[LiteralString, Mapping[str, object]]

ENTER: Final[LiteralString] = (
    "select set_config('role', %(role)s, true), set_config('request.jwt.claims', %(claims)s, true),"
    " set_config('request.org_id', %(org_id)s, true), set_config('statement_timeout', %(timeout)s, true),"
    " set_config('transaction_read_only', %(read_only)s, true),"
    " set_config('request.features_off', %(features_off)s, true)"
)
A_PERSON_WAITS: Final = "25s"  # below the gateway's 29 s, so that a slow statement is an answer and not a cut line
A_JOB_WAITS: Final = "840s"  # below Lambda's 15 minutes


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts: a database role, the claims that RLS policies read, and the organisation that was chosen, if any."""

    role: Role
    claims: Mapping[str, object] = field(default_factory=dict)
    org_id: str = ""

    def query(self, *, read_only: bool) -> Query:
        """The statement that takes this scope on until the end of the transaction."""
        return ENTER, {
            "role": self.role,
            "claims": json.dumps(self.claims),
            "org_id": self.org_id,
            "timeout": A_JOB_WAITS if self.role == "service_role" else A_PERSON_WAITS,
            "read_only": "on" if read_only else "off",
            "features_off": config.setting("FEATURES_OFF", ""),
        }


_here = threading.local()  # a function works on one event at a time; where a test has threads, each has its own line


def _connection() -> Connection:
    """The open connection of this thread, made at first use, made again when the server has closed it meanwhile."""
    connection: Connection | None = getattr(_here, "connection", None)
    if connection is not None and _is_fit(connection):
        return connection
    try:
        connection = _here.connection = _connect(config.secret("DATABASE_URL"))
    except psycopg.OperationalError:
        config.forget_secret("DATABASE_URL")  # the password may have been rotated since this function started
        connection = _here.connection = _connect(config.secret("DATABASE_URL"))
    return connection


def _connect(url: str) -> Connection:
    connection = psycopg.connect(
        url,
        autocommit=True,
        prepare_threshold=None,  # a transaction pooler may hand the next transaction to another session
        connect_timeout=5,
        keepalives_idle=30,
        application_name=os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "vizdots"),
    )
    connection.adapters.register_dumper(dict, JsonbDumper)
    return connection


def _is_fit(connection: Connection) -> bool:
    """Whether a kept connection can carry the next transaction; one that can't is closed. Costs no round trip.

    It can't when it has been ended from the other side (a restart, a pooler's limit, a thawed Lambda): an idle server
    has nothing to say, so if there is something to read, it is a farewell. Nor when a commit that failed has left it in
    the middle of something.
    """
    if connection.closed or connection.broken:
        return False
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0) or connection.info.transaction_status is not TransactionStatus.IDLE:
        connection.close()
        return False
    return True


def close() -> None:
    """Close this thread's connection, if there is one."""
    connection: Connection | None = getattr(_here, "connection", None)
    _here.connection = None
    if connection is not None:
        connection.close()


class _Door(ABC):
    """What `vizdots.transaction.Transaction` promises, over one psycopg cursor a statement."""

    def __init__(self, enter: Sequence[Query]) -> None:
        self.enter = enter

    @abstractmethod
    def fetch(self, statement: LiteralString, parameters: Mapping[str, object], factory: Any) -> list[Any]:
        """All rows of one statement: each way through the door says how it travels."""

    def rows(self, statement: LiteralString, /, **parameters: object) -> list[dict[str, Any]]:
        return self.fetch(statement, parameters, dict_row)

    def row(self, statement: LiteralString, /, **parameters: object) -> dict[str, Any] | None:
        return next(iter(self.rows(statement, **parameters)), None)

    def value(self, statement: LiteralString, /, **parameters: object) -> Any:
        first = next(iter(self.fetch(statement, parameters, tuple_row)), None)
        return None if first is None else first[0]

    def json(self, statement: LiteralString, /, **parameters: object) -> Json[Any] | None:
        text = self.value(statement, **parameters)
        return None if text is None else Json(text)


class _OneFlight(_Door):
    """Each statement flies with its scope and its commit: one packet out, one back."""

    def __init__(self, enter: Sequence[Query], *, again_when_cut: bool, once: bool) -> None:
        super().__init__(enter)
        self.again_when_cut, self.once = again_when_cut, once

    def fetch(self, statement: LiteralString, parameters: Mapping[str, object], factory: Any) -> list[Any]:
        if self.once and not self.enter:
            raise RuntimeError("db.statement() carries one statement: use db.transaction() for several")
        try:
            return self._fly(statement, parameters, factory)
        except psycopg.OperationalError as error:
            # A read may be asked twice. A write may not: its commit may have happened before the line was cut.
            if not (self.again_when_cut and _connection_is_lost(error)):
                raise
            return self._fly(statement, parameters, factory)
        finally:
            if self.once:
                self.enter = ()

    def _fly(self, statement: LiteralString, parameters: Mapping[str, object], factory: Any) -> list[Any]:
        connection = _connection()
        with connection.pipeline():  # its Sync at the end is the commit of what went before
            for query, values in self.enter:
                connection.execute(query, values)
            cursor = connection.cursor(row_factory=factory)
            cursor.execute(statement, parameters)
        return _rows(cursor)


class Writing(_Door):
    """BEGIN and the scope ride with the first statement; COMMIT is the last trip; an exception rolls all of it back."""

    def __init__(self, enter: Sequence[Query]) -> None:
        super().__init__(enter)
        self._connection: Connection | None = None
        self._pipeline: Any = None
        self._last: list[Query] = []

    def fetch(self, statement: LiteralString, parameters: Mapping[str, object], factory: Any) -> list[Any]:
        if self._connection is not None:
            return self._send(self._connection, statement, parameters, factory)
        try:
            return self._send(self._begin(), statement, parameters, factory)
        except psycopg.OperationalError as error:
            if not _connection_is_lost(error):
                raise
            self._pipeline = None  # nothing can have been committed yet: once more, on a new connection
            return self._send(self._begin(), statement, parameters, factory)

    def _begin(self) -> Connection:
        connection = self._connection = _connection()
        self._pipeline = connection.pipeline()
        self._pipeline.__enter__()
        connection.execute("begin")
        for query, values in self.enter:
            connection.execute(query, values)
        return connection

    def _send(
        self, connection: Connection, statement: LiteralString, parameters: Mapping[str, object], factory: Any
    ) -> list[Any]:
        cursor = connection.cursor(row_factory=factory)
        cursor.execute(statement, parameters)
        return _rows(cursor)

    def with_commit(self, query: Query) -> None:
        """Let one more statement travel with the commit; it answers nothing, but its error undoes everything."""
        self._last.append(query)

    def commit(self) -> None:
        """Commit, together with what was left to travel with it; nothing was begun where nothing was asked."""
        if self._connection is None and not self._last:
            return
        connection = self._connection or self._begin()
        for query, values in self._last:
            connection.execute(query, values)
        connection.execute("commit")
        self._pipeline.__exit__(None, None, None)

    def abandon(self) -> None:
        """Roll back, and give the connection back clean or not at all."""
        if self._connection is None or self._pipeline is None:
            return
        with suppress(psycopg.Error):  # it repeats the error that brought us here
            self._pipeline.__exit__(None, None, None)
        try:
            self._connection.execute("rollback")
        except psycopg.Error:
            close()


def _rows(cursor: psycopg.Cursor[Any]) -> list[Any]:
    """What a statement answered, waiting for it; no rows where it is none that answers with rows."""
    try:
        return list(cursor.fetchall())
    except psycopg.ProgrammingError:
        if cursor.description is None and cursor.statusmessage is not None:
            return []
        raise


def _connection_is_lost(error: psycopg.OperationalError) -> bool:
    """Whether the line was cut. A server that says goodbye first still seems to be there: it is given up, too."""
    if isinstance(error, psycopg.errors.AdminShutdown | psycopg.errors.CrashShutdown):
        close()
    connection: Connection | None = getattr(_here, "connection", None)
    return connection is None or connection.closed or connection.broken


@contextmanager
def _scope_is_open() -> Iterator[None]:
    """A scope within another would act as the wrong person, so it is refused."""
    if getattr(_here, "busy", False):
        raise RuntimeError("a transaction is open already: pass it on instead of opening another")
    _here.busy = True
    try:
        yield
    except psycopg.Error as error:
        raise_as_ours(error)
    finally:
        _here.busy = False


@contextmanager
def reading(scope: Scope) -> Iterator[Transaction]:
    """Read as `scope`: one round trip a statement, and a write is refused by the database."""
    with _scope_is_open():
        yield _OneFlight([scope.query(read_only=True)], again_when_cut=True, once=False)


@contextmanager
def statement(scope: Scope) -> Iterator[Transaction]:
    """Write one statement as `scope`, committed when it answers."""
    with _scope_is_open():
        yield _OneFlight([scope.query(read_only=False)], again_when_cut=False, once=True)


@contextmanager
def transaction(scope: Scope, *before: Query) -> Iterator[Writing]:
    """Write as `scope`, all or nothing. `before` rides along with the first statement and may refuse it by raising."""
    with _scope_is_open():
        opened = Writing([scope.query(read_only=False), *before])
        try:
            yield opened
            opened.commit()
        except BaseException:
            opened.abandon()
            raise


def service_step(rule: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a rule of exactly one statement as the service: one round trip. For jobs alone, like `as_service`."""
    with statement(Scope("service_role")) as opened:
        return rule(opened, *args, **kwargs)


def as_service() -> AbstractContextManager[Writing]:
    """The jobs' door: cron, worker, webhook and deploy act as `service_role`, for no person. Never in api/ or web/."""
    return transaction(Scope("service_role"))
