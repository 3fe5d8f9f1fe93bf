"""The identity stand-in, really started on the loopback, and the people who knock at its door."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextlib import closing as ended_with
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import uvicorn
from supabase_auth import SyncGoTrueClient

from local.identity.app import create_app
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from tests.conftest import Servers

PASSWORD = "correct horse battery"


@dataclass
class Clock:
    """The wall clock, and what a test has put it forward."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@dataclass
class StandIn:
    """A running stand-in as its clients see it."""

    url: str
    identity: Identity
    clock: Clock
    http: httpx.Client

    @property
    def service_headers(self) -> dict[str, str]:
        return {"apikey": self.identity.service_role_key, "Authorization": f"Bearer {self.identity.service_role_key}"}

    def client(self, key: str | None = None, *, flow_type: Any = "implicit") -> SyncGoTrueClient:
        """Supabase's own Python client, with the anon key unless another is given."""
        key = key or self.identity.anon_key
        headers = {"apikey": key, "Authorization": f"Bearer {key}"}
        return SyncGoTrueClient(
            url=f"{self.url}/auth/v1",
            headers=headers,
            auto_refresh_token=False,
            flow_type=flow_type,
            http_client=self.http,
        )

    def admin(self) -> SyncGoTrueClient:
        return self.client(self.identity.service_role_key)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails to one address, the newest first."""
        found: list[dict[str, Any]] = self.http.get("/mailbox.json", params={"to": to}).raise_for_status().json()
        return found

    def follow(self, link: str) -> dict[str, str]:
        """Open a mail's link like a browser: what it brings back in the fragment."""
        return dict(parse_qsl(urlsplit(self.location(link)).fragment, keep_blank_values=True))

    def location(self, link: str) -> str:
        """Where a mail's link leads to."""
        answer = self.http.get(link)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def sign_up(self, email: str) -> SyncGoTrueClient:
        """A person who has signed up, followed the link in their mail and signed in."""
        client = self.client()
        client.sign_up({"email": email, "password": PASSWORD})
        self.follow(self.mails(email)[0]["link"])
        client.sign_in_with_password({"email": email, "password": PASSWORD})
        return client

    def refresh(self, token: str) -> httpx.Response:
        return self.http.post("/auth/v1/token?grant_type=refresh_token", json={"refresh_token": token})


Starter = Callable[..., StandIn]


def starter(database_url: str, closing: ExitStack) -> Starter:
    """Starts stand-ins on free ports; they end with `closing`."""

    def serve(**settings: Any) -> StandIn:
        # asyncio switches off Nagle's delay (40 ms a request) only where the protocol is named.
        listener = closing.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP))
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        clock = Clock()
        chosen = {"site_url": "https://app.vizdots.test", "supabase_url": url, "now": clock, **settings}
        identity = closing.enter_context(ended_with(Identity.open(database_url, Settings(**chosen))))
        server = uvicorn.Server(uvicorn.Config(create_app(identity), log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        closing.callback(thread.join)
        closing.callback(setattr, server, "should_exit", True)
        return StandIn(url, identity, clock, closing.enter_context(httpx.Client(base_url=url, timeout=30)))

    return serve


@pytest.fixture(scope="session")
def database_url(postgres: Servers) -> str:
    """The database of the stand-ins, as its owner sees it, who is no superuser."""
    return postgres.migrated().owner_url


@pytest.fixture(scope="session")
def served(database_url: str) -> Iterator[StandIn]:
    """A stand-in with the settings of a new Supabase project, for all tests: each brings people of its own."""
    with ExitStack() as closing:
        yield starter(database_url, closing)()


@pytest.fixture
def stand_in(served: StandIn) -> StandIn:
    """The stand-in at the present time."""
    served.clock.ahead = timedelta()
    return served


@pytest.fixture
def start(database_url: str) -> Iterator[Starter]:
    """Start a stand-in with settings of one's own."""
    with ExitStack() as closing:
        yield starter(database_url, closing)
