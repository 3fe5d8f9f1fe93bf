"""The functions as their clients see them: the real handlers, a real database, tokens that hold."""

import base64
import importlib.util
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, LiteralString
from uuid import UUID

import jwt
import psycopg
import pytest

from common import config, db, tokens
from local import http_events, template
from local.gateway import Routes
from tests.conftest import Database, Servers
from tests.people import People, Person, acting
from tests.tellings import Tellers
from tests.wire import CountingProxy

ROOT = Path(__file__).resolve().parents[2]
ISSUER = "https://project.supabase.test"
JWT_SECRET = "a legacy secret of the tests, long enough for HS256"


@dataclass(frozen=True)
class Answer:
    """What a client receives."""

    status: int
    headers: Mapping[str, str]
    body: Any


Invoke = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Client:
    """A client of the API, signed in as somebody or nobody; `invoke` runs a function by its logical id."""

    invoke: Invoke
    token: str | None = None
    at: datetime | None = None

    def get(self, path: str, *, query: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """GET."""
        return self.send("GET", path, query=query, headers=headers)

    def post(self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON; bytes are sent as they are."""
        return self.send("POST", path, body=body, headers=headers)

    def patch(self, path: str, body: object = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """PATCH JSON; bytes are sent as they are."""
        return self.send("PATCH", path, body=body, headers=headers)

    def on(self, at: datetime) -> "Client":
        """The same person at another time."""
        return replace(self, at=at)

    def send(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, as API Gateway would hand it over."""
        sent = {"content-type": "application/json", "host": "api.test", **(headers or {})}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        found = _routes().find(method, path)
        if found is None:
            raise LookupError(f"the template has no route {method} {path}")
        route, parameters = found
        request = http_events.Request(method, path, query, list(sent.items()), raw)
        event = http_events.event(request, route.key, parameters, self.at or datetime.now(UTC), "request-of-a-test")
        answered = self.invoke(route.function, event)
        text = answered.get("body") or ""
        if answered.get("isBase64Encoded"):
            text = base64.b64decode(text).decode()
        received = {name.lower(): str(value) for name, value in answered.get("headers", {}).items()}
        is_json = "json" in received.get("content-type", "json")
        return Answer(int(answered["statusCode"]), received, json.loads(text) if text and is_json else text or None)


@cache
def _stack() -> template.Stack:
    return template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})


@cache
def _routes() -> Routes:
    return Routes(_stack().routes)


@cache
def _handler(logical_id: str) -> Callable[..., dict[str, Any]]:
    """The handler of a function, loaded once under a name of its own: they are all called app.py."""
    found = importlib.util.spec_from_file_location(
        f"function_{logical_id}", _stack().functions[logical_id].folder / "app.py"
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    handler: Callable[..., dict[str, Any]] = module.handler
    return handler


def invoke_here(logical_id: str, event: dict[str, Any]) -> dict[str, Any]:
    """Run a function in this process."""
    return _handler(logical_id)(event, SimpleNamespace(aws_request_id="test"))


def token_of(user_id: UUID, email: str, **claims: object) -> str:
    """An access token as Supabase Auth makes it, signed with the legacy secret."""
    now = int(time.time())
    made = {
        "iss": f"{ISSUER}/auth/v1",
        "aud": "authenticated",
        "role": "authenticated",
        "sub": str(user_id),
        "email": email,
        "iat": now,
        "exp": now + 3600,
        **claims,
    }
    return jwt.encode(made, JWT_SECRET, "HS256")


def variables(database_url: str) -> dict[str, str]:
    """The environment of the functions."""
    return {
        "DATABASE_URL": database_url,
        "SUPABASE_URL": ISSUER,
        "SUPABASE_JWT_SECRET": JWT_SECRET,
        "SCHEDULER_SECRET": "the scheduler's secret",
        "SCHEDULER_REMINDERS_SECRET": "the reminders' secret",
        "MAIL_LINKS_SECRET": "a secret that signs the links of mails",
        "APP_URL": "http://localhost:8000",
    }


@contextmanager
def functions_use(database: Database) -> Iterator[None]:
    """Let the functions in this process use a database, and no model."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables(database.functions_url).items():
            patch.setenv(name, value)
        patch.delenv("OPENAI_API_KEY", raising=False)
        config._kept.clear()
        tokens._believed.clear()
        yield
        db.close()


def eventually(holds: Callable[[], object], what: str, *, within: float = 20.0) -> None:
    """Look until something that another process does has happened. Fails, saying `what`, after `within` seconds."""
    until = time.monotonic() + within
    while not holds():
        assert time.monotonic() < until, f"it never happened that {what}"
        threading.Event().wait(0.01)


@pytest.fixture
def populated(postgres: Servers) -> Iterator[Database]:
    """A populated database that the functions in this process use."""
    made = postgres.populated()
    with functions_use(made):
        yield made
    postgres.drop(made)


@pytest.fixture
def nobody(populated: Database) -> Client:
    """A client without a token."""
    return Client(invoke_here)


@pytest.fixture
def signed_in(populated: Database) -> Callable[[Person], Client]:
    """Gives a client that is signed in as somebody."""
    return lambda person: Client(invoke_here, token_of(person.id, person.email))


@pytest.fixture
def ana(signed_in: Callable[[Person], Client], people: People) -> Client:
    """Ana's client."""
    return signed_in(people.ana)


@pytest.fixture
def adam(signed_in: Callable[[Person], Client], people: People) -> Client:
    """The client of Adam, an admin."""
    return signed_in(people.admin)


@pytest.fixture
def olivia(signed_in: Callable[[Person], Client], people: People) -> Client:
    """The client of Olivia, the owner."""
    return signed_in(people.owner)


@pytest.fixture
def wire(populated: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingProxy]:
    """A database that counts what is asked of it."""
    with CountingProxy(populated.functions_url) as proxy:
        monkeypatch.setenv("DATABASE_URL", proxy.url)
        yield proxy
        db.close()


Look = Callable[..., Any]


def looking_at(database: Database) -> Look:
    """Look into a database as its superuser: the first column of the first row."""

    def one(statement: str, *parameters: object) -> Any:
        with psycopg.connect(database.admin_url) as connection:
            row = connection.execute(statement, parameters or None).fetchone()
            return row[0] if row else None

    return one


Do = Callable[..., None]


def doing_in(database: Database) -> Do:
    """Do something in a database as somebody, or as the service; committed."""

    def did(person: Person | None, statement: LiteralString, *values: object) -> None:
        with (
            psycopg.connect(database.functions_url) as connection,
            acting(connection, "authenticated" if person else "service_role", person),
        ):
            assert connection.execute(statement, values).rowcount > 0

    return did


@pytest.fixture
def look(populated: Database) -> Look:
    """Look into the database of the test."""
    return looking_at(populated)


@pytest.fixture
def tellers(populated: Database) -> Tellers:
    """People who tell of their work in the database of the test."""
    return Tellers(populated.admin_url)


@pytest.fixture
def check_in(ana: Client) -> str:
    """The path of a pulse check-in that Ana has started herself and been greeted in."""
    made = ana.post("/api/sessions", {"agent_code": "pulse"})
    path = f"/api/sessions/{made.body['id']}"
    greeted = ana.post(f"{path}/messages", {"isOpening": True})
    assert greeted.status == 200, greeted.body
    return path
