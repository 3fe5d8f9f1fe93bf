"""The product's port is on the loopback, and nobody else's."""

import socket
from contextlib import closing

import httpx
import pytest

from local.errors import CannotRunError
from local.gateway import Gateway, Receive, Scope, Send, send_response
from local.http_events import message
from local.server import Listening, Serving, join
from local.template import Route


async def identity(scope: Scope, receive: Receive, send: Send) -> None:
    await send_response(send, message(200, "identity"))


ROUTES = (Route("GET", "/api/me", "Me"),)


def test_it_listens_on_the_loopback_only() -> None:
    with closing(Listening(0)) as listening:
        assert {each.getsockname()[0] for each in listening.sockets} <= {"127.0.0.1", "::1"}
        assert {each.getsockname()[1] for each in listening.sockets} == {listening.port}


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotRunError, match=rf"^Port {port} is taken by another program\. .*PORT={port + 1}$"):
            Listening(port)


def test_a_port_that_does_not_exist_is_refused() -> None:
    with pytest.raises(CannotRunError, match="There is no port 70000"):
        Listening(70_000)


def test_identity_mailbox_page_and_gateway_share_one_port() -> None:
    with closing(Listening(0)) as listening, closing(Gateway(ROUTES, None, lambda name, event: {"from": name})) as api:
        with Serving(join(api, identity), listening), httpx.Client() as client:
            at = f"http://127.0.0.1:{listening.port}"
            assert client.get(f"{at}/api/me").json() == {"from": "Me"}
            assert client.get(f"{at}/auth/v1/health").json() == {"message": "identity"}
            assert client.get(f"{at}/mailbox").json() == {"message": "identity"}
            assert client.get(f"{at}/nothing").json() == {"message": "Not Found"}
        with pytest.raises(httpx.ConnectError):
            httpx.get(at)


def test_a_client_that_writes_rubbish_harms_nobody() -> None:
    api = Gateway(ROUTES, None, lambda name, event: {})
    with closing(api), closing(Listening(0)) as listening, Serving(join(api, identity), listening):
        with socket.create_connection(("127.0.0.1", listening.port)) as rude:
            rude.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
            assert b"400" in rude.recv(1000)
        assert httpx.get(f"http://127.0.0.1:{listening.port}/api/me").json() == {}
