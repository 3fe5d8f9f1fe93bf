"""HTTP requests as a function receives them from API Gateway, and its answers read as a client reads them."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from aws_lambda_powertools.utilities.typing import LambdaContext

from common.log import log
from local import http_events

AT: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
REQUEST_ID: Final = "JKJaXmPLvHcESHA="


class Context(LambdaContext):
    """Lambda's context, as far as a handler looks at it."""

    _aws_request_id = "8f5e2f6f-7d0c-4a11-9b1c-6a520f0e4d1c"


@dataclass(frozen=True)
class Answer:
    """What a client gets. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.text)

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document; fails for an answer that is none, or that belies its own status."""
        assert self.headers["content-type"] == "application/problem+json", self.text
        document: dict[str, Any] = self.json
        assert document["status"] == self.status
        assert document["type"] == f"https://vizdots.com/problems/{document['code']}"
        return document


def event(
    method: str,
    path: str,
    body: str | bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    query: str = "",
    at: datetime = AT,
) -> dict[str, Any]:
    """The event of one request; a body is JSON unless its headers say otherwise."""
    sent = {"host": "localhost", "content-type": "application/json", **(headers or {})}
    data = body.encode() if isinstance(body, str) else body
    request = http_events.Request(method, path, query, [*sent.items()], data)
    return http_events.event(request, f"{method} {path}", {}, at, REQUEST_ID)


def ask(handler: Callable[[dict[str, Any], Any], dict[str, Any]], asked: dict[str, Any]) -> Answer:
    """The handler's answer to an event, as the gateway passes it on."""
    response = http_events.response(handler(asked, Context()))
    return Answer(response.status, dict(response.headers), response.body.decode())


@contextmanager
def logged() -> Iterator[list[dict[str, Any]]]:
    """The lines that our log gets within the `with` block, there once it is left."""
    handler = cast("logging.StreamHandler[Any]", log.registered_handler)
    lines: list[dict[str, Any]] = []
    stream = io.StringIO()
    usual = handler.setStream(stream)
    try:
        yield lines
    finally:
        handler.setStream(usual or sys.stdout)
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]
