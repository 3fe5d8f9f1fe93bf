"""API Gateway's part on this machine: finds the route, calls the function, answers as an HTTP API answers."""

import asyncio
import re
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

from local import http_events
from local.environments import FunctionFailedError
from local.http_events import Request, Response
from local.template import Cors, Route

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Invoke = Callable[[str, Any], Any]

WAITS_FOR_A_FUNCTION: Final = 29.0  # seconds
_NO_BODY: Final = (204, 304)


class Routes:
    """The routes of one HTTP API, tried in API Gateway's order.

    A full match of path and method comes before a greedy `{name+}`, and that before `$default`. Among paths that
    match, a fixed segment comes before a variable one; for the same path, a method comes before ANY.
    """

    def __init__(self, routes: tuple[Route, ...]) -> None:
        self._patterns = [(route, *_pattern(route.path)) for route in sorted(routes, key=_rank)]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route of a request, and its path parameters, still percent-encoded; None where there is no route."""
        for route, names, pattern in self._patterns:
            if route.method in (method, "ANY") and (match := pattern.fullmatch(path)):
                return route, dict(zip(names, match.groups(), strict=True))
        return None


def _rank(route: Route) -> tuple[Any, ...]:
    if route.path == "$default":
        return (2,)
    segments = route.path.strip("/").split("/")
    greedy = segments[-1].endswith("+}")
    return (int(greedy), [1 if each.startswith("{") else 0 for each in segments], -len(segments), route.method == "ANY")


def _pattern(path: str) -> tuple[list[str], re.Pattern[str]]:
    """The names of a path's variables, and the expression whose groups are their values."""
    if path == "$default":
        return [], re.compile(r".*", re.DOTALL)
    parts = re.split(r"\{([\w-]+)(\+?)\}", path)
    names, greedy, literals = parts[1::3], parts[2::3], parts[3::3]
    pattern = re.escape(parts[0])
    for plus, literal in zip(greedy, literals, strict=True):
        pattern += ("(.+)" if plus else "([^/]+)") + re.escape(literal)
    return names, re.compile(pattern, re.DOTALL)


class Gateway:
    """An ASGI application: the HTTP API of a stack.

    `invoke(function, event)` calls a function and raises FunctionFailedError for one that failed. `now` is the time
    that requests come at. `waits` is in seconds. `says` is told one line for each request.
    """

    def __init__(
        self,
        routes: tuple[Route, ...],
        cors: Cors | None,
        invoke: Invoke,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        waits: float = WAITS_FOR_A_FUNCTION,
        says: Callable[[str], None] = lambda line: None,
    ) -> None:
        self._routes, self._cors, self._invoke, self._now = Routes(routes), cors, invoke, now
        self._waits, self._says = waits, says
        self._threads: Executor = ThreadPoolExecutor(32, thread_name_prefix="gateway")

    def close(self) -> None:
        """Take no more requests. Calls under way end with the environments that they run in."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        started = time.perf_counter()
        try:
            answered = await self.answer(await _read(scope, receive))
        except _GoneError:
            return
        except _TooLargeError:
            answered = http_events.message(413, "Request Entity Too Large")
        await send_response(send, answered)
        elapsed = (time.perf_counter() - started) * 1000
        self._says(f"{scope['method']} {scope['path']} {answered.status} {elapsed:.0f} ms")

    async def answer(self, request: Request) -> Response:
        """The response to one request."""
        request_id = http_events.new_request_id()
        answered = await self._answer(request, request_id)
        headers = [*answered.headers, ("apigw-requestid", request_id)]
        if self._cors is not None:
            # "API Gateway ignores CORS headers returned from your backend": its own take their place.
            headers = [each for each in headers if not each[0].startswith("access-control-")]
            headers += _cors_headers(self._cors, request)
        return Response(answered.status, headers, answered.body)

    async def _answer(self, request: Request, request_id: str) -> Response:
        if self._cors is not None and _is_preflight(request):
            return Response(204, [])
        found = self._routes.find(request.method, request.path)
        if found is None:
            return http_events.message(404, "Not Found")
        route, parameters = found
        event = http_events.event(request, route.key, parameters, self._now(), request_id)
        if len(event.get("body", "")) > http_events.LARGEST_PAYLOAD:
            return http_events.message(413, "Request Entity Too Large")
        called = asyncio.get_running_loop().run_in_executor(self._threads, self._invoke, route.function, event)
        try:
            # The function goes on when the gateway has given up: its own Timeout ends it.
            return http_events.response(await asyncio.wait_for(asyncio.shield(called), self._waits))
        except TimeoutError:
            called.add_done_callback(lambda it: it.cancelled() or it.exception())  # nobody else will look at it
            return http_events.message(503, "Service Unavailable")
        except FunctionFailedError as error:
            print(error, file=sys.stderr)
            return http_events.INTERNAL_SERVER_ERROR


def _is_preflight(request: Request) -> bool:
    return (
        request.method == "OPTIONS"
        and bool(request.header("origin"))
        and bool(request.header("access-control-request-method"))
    )


def _cors_headers(cors: Cors, request: Request) -> list[tuple[str, str]]:
    """What lets a browser show the answer to a page of another origin; nothing for an origin that isn't allowed."""
    origin = request.header("origin")
    if not origin or not any(_allows(each, origin) for each in cors.origins):
        return []
    headers = [("access-control-allow-origin", "*" if cors.origins == ("*",) and not cors.credentials else origin)]
    if cors.credentials:
        headers.append(("access-control-allow-credentials", "true"))
    if not _is_preflight(request):
        return [*headers, *_listed("access-control-expose-headers", cors.exposed)]
    headers += _listed("access-control-allow-methods", cors.methods)
    headers += _listed("access-control-allow-headers", cors.headers)
    if cors.max_age is not None:
        headers.append(("access-control-max-age", str(cors.max_age)))
    return headers


def _allows(allowed: str, origin: str) -> bool:
    if allowed.endswith("*"):  # `*`, `https://*` and `http://*` are the three that AWS knows
        return origin.startswith(allowed[:-1])
    return allowed == origin


def _listed(name: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, ",".join(values))] if values else []


class _GoneError(Exception):
    """The client hung up before its request was whole."""


class _TooLargeError(Exception):
    """The body is larger than API Gateway takes."""


async def _read(scope: Scope, receive: Receive) -> Request:
    """The request of an ASGI scope. Raises _GoneError and _TooLargeError."""
    body = bytearray()
    more = True
    while more:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise _GoneError
        if len(body) <= http_events.LARGEST_REQUEST:  # what is too much is read and dropped, so that we can answer
            body += part.get("body", b"")
        more = part.get("more_body", False)
    if len(body) > http_events.LARGEST_REQUEST:
        raise _TooLargeError
    return Request(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]],
        body=bytes(body),
        client=(scope.get("client") or ("127.0.0.1", 0))[0],
        protocol=f"HTTP/{scope['http_version']}",
    )


async def send_response(send: Send, response: Response) -> None:
    """Send one whole response over ASGI."""
    body = b"" if response.status in _NO_BODY else response.body
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in response.headers]
    if response.status not in _NO_BODY:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
