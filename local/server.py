"""Serves the local product over HTTP on the loopback: the gateway, and beside it what is no part of the product."""

import errno
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Final, Self

import uvicorn

from local.errors import CannotRunError
from local.gateway import Gateway, Receive, Scope, Send

App = Callable[[Scope, Receive, Send], Awaitable[None]]

LAST_PORT: Final = 65_535

_LOOPBACKS: Final = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
_PATIENCE: Final = 3  # seconds that requests under way have left when the server stops


def join(gateway: Gateway, identity: App) -> App:
    """One application: Supabase Auth's paths and the mailbox are the identity stand-in's, the rest is the gateway's."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(("/auth/v1/", "/mailbox/")) or path in ("/mailbox", "/mailbox.json"):
            await identity(scope, receive, send)
        else:
            await gateway(scope, receive, send)

    return app


class Listening:
    """The loopback's port, held from now on: requests wait until somebody serves. Raises CannotRunError if it's taken.

    Port 0 is any free one; `port` says which it is.
    """

    def __init__(self, port: int) -> None:
        if port not in range(LAST_PORT + 1):
            raise CannotRunError(f"There is no port {port}: they end at {LAST_PORT}.")
        with ExitStack() as opened:
            self.sockets: list[socket.socket] = []
            for family, address in _LOOPBACKS:
                try:
                    bound = opened.enter_context(closing(_bind(family, address, port)))
                except OSError as error:
                    if error.errno == errno.EADDRINUSE:
                        other = port % LAST_PORT + 1
                        raise CannotRunError(
                            f"Port {port} is taken by another program. Choose one with: make up PORT={other}"
                        ) from None
                    if error.errno in (errno.EACCES, errno.EPERM):
                        raise CannotRunError(f"Port {port} needs more rights than you have.") from None
                    if family == socket.AF_INET:
                        raise CannotRunError(f"Port {port} can't be used: {error.strerror}.") from None
                    continue  # a machine without IPv6
                port = bound.getsockname()[1]
                self.sockets.append(bound)
            opened.pop_all()
        self.port = port

    def close(self) -> None:
        """Give the port back."""
        for each in self.sockets:
            each.close()


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    # asyncio switches off Nagle's delay (40 ms an answer on a kept connection) only where the protocol is named.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((address, port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


class Serving:
    """Serves an application on a port in a thread of its own, until the end of the `with` block."""

    def __init__(self, app: App, listening: Listening) -> None:
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_PATIENCE,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": listening.sockets}, name="server", daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise CannotRunError("The HTTP server did not start.")
            time.sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(_PATIENCE + 2)
