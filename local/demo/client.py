"""A person's client: it asks the functions as API Gateway would pass it on, at any time of the history."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local import http_events
from local.errors import CannotRunError
from local.gateway import Routes
from local.http_events import Request

Invoke = Callable[[str, Any], Any]


class UnexpectedAnswerError(CannotRunError):
    """The product refused what people of the demo do: that one of them has changed without the other."""


@dataclass(frozen=True)
class Client:
    """Asks as the account of one access token. `invoke(function, event)` calls a function by its logical ID."""

    routes: Routes
    invoke: Invoke
    token: str

    def ask(self, method: str, path: str, at: datetime, body: Mapping[str, Any] | None = None) -> Any:
        """The JSON answer to a request that comes `at` this time. Raises UnexpectedAnswerError for any but 2xx."""
        path, _, query = path.partition("?")
        found = self.routes.find(method, path)
        if found is None:
            raise UnexpectedAnswerError(f"template.yaml has no route {method} {path}.")
        route, parameters = found
        headers = [
            ("host", "localhost"),
            ("authorization", f"Bearer {self.token}"),
            ("content-type", "application/json"),
            ("user-agent", "vizdots-demo"),
        ]
        request = Request(method, path, query, headers, json.dumps(body).encode() if body is not None else b"")
        event = http_events.event(request, route.key, parameters, at, http_events.new_request_id())
        answer = http_events.response(self.invoke(route.function, event))
        if answer.status // 100 != 2:  # noqa: PLR2004 - success
            raise UnexpectedAnswerError(f"{method} {path} answered {answer.status}: {answer.body.decode()}")
        return json.loads(answer.body)
