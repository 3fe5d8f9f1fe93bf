"""What API Gateway's HTTP API makes of a request and of a function's answer: payload format 2.0.

As AWS documents it, and as recorded requests show it where the documents are silent: `rawPath` arrives decoded,
cookies arrive in their own list and not among the headers, absent things have no key.
"""

import base64
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from local.cloudformation import ACCOUNT

API_ID: Final = "local"
LARGEST_REQUEST: Final = 10 * 1024 * 1024  # bytes of body: API Gateway's limit
LARGEST_PAYLOAD: Final = 6 * 1024 * 1024  # bytes of event or answer: Lambda's limit

_TEXT_TYPES: Final = ("text/", "application/json", "application/javascript", "application/xml")
_SET_BY_THE_SERVER: Final = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"}

Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it came in. `path` is still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    client: str = "127.0.0.1"
    protocol: str = "HTTP/1.1"

    def header(self, name: str) -> str:
        """The values of a header, joined as API Gateway joins them; empty where there is none."""
        return ",".join(value for key, value in self.headers if key == name)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, header names in lower case."""

    status: int
    headers: Headers
    body: bytes = b""


def message(status: int, text: str) -> Response:
    """The gateway's own answer: a status and a word."""
    return Response(status, [("content-type", "application/json")], json.dumps({"message": text}).encode())


INTERNAL_SERVER_ERROR: Final = message(500, "Internal Server Error")


def event(
    request: Request, route_key: str, path_parameters: Mapping[str, str], at: datetime, request_id: str
) -> dict[str, Any]:
    """The event that a function receives for `request`, which came `at` this time."""
    path = unquote(request.path)
    host = request.header("host")
    body, is_base64 = _body(request)
    made = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "cookies": [part.strip() for part in request.header("cookie").replace(",", ";").split(";") if part.strip()],
        "headers": _headers(request, host),
        "queryStringParameters": _joined(parse_qsl(request.query, keep_blank_values=True)),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": API_ID,
            "domainName": host.rsplit(":", 1)[0] if not host.endswith("]") else host,
            "domainPrefix": host.partition(".")[0].partition(":")[0],
            "http": {
                "method": request.method,
                "path": path,
                "protocol": request.protocol,
                "sourceIp": request.client,
                "userAgent": request.header("user-agent"),
            },
            "requestId": request_id,
            "routeKey": route_key,
            "stage": "$default",
            **received(at),
        },
        "pathParameters": {name: unquote(value) for name, value in path_parameters.items()},
        "body": body,
        "isBase64Encoded": is_base64,
    }
    absent = {"cookies", "queryStringParameters", "pathParameters", "body"}
    return {key: value for key, value in made.items() if value or key not in absent}


def received(at: datetime) -> dict[str, Any]:
    """What the `requestContext` of an event tells of the time at which its request came."""
    return {
        "time": f"{at.astimezone(UTC):%d/%b/%Y:%H:%M:%S +0000}",
        "timeEpoch": int(at.timestamp() * 1000),
    }


def new_request_id() -> str:
    """An id of the form that API Gateway gives to requests: `JKJaXmPLvHcESHA=`."""
    return base64.urlsafe_b64encode(secrets.token_bytes(11)).decode()


def response(answer: Any) -> Response:
    """What the client gets for a function's answer: as it says when it has a `statusCode`, else as a JSON body.

    An answer that can't be followed is a 500, as it is in AWS.
    """
    if len(json.dumps(answer)) > LARGEST_PAYLOAD:
        return INTERNAL_SERVER_ERROR
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return Response(200, [("content-type", "application/json")], text.encode())
    try:
        return _as_told(answer)
    except (TypeError, ValueError):
        return INTERNAL_SERVER_ERROR


def _as_told(answer: Mapping[str, Any]) -> Response:
    status = int(answer["statusCode"])
    body = answer.get("body") or ""
    headers: Mapping[str, Any] = answer.get("headers") or {}
    cookies: Sequence[Any] = answer.get("cookies") or []
    if not 100 <= status <= 599:  # noqa: PLR2004 - what HTTP allows
        raise ValueError(status)
    if not (isinstance(body, str) and isinstance(headers, dict) and isinstance(cookies, list)):
        raise TypeError
    told = [(name.lower(), _header_value(value)) for name, value in headers.items()]
    sent = [(name, value) for name, value in told if name not in _SET_BY_THE_SERVER]
    if not any(name == "content-type" for name, _ in sent):
        sent.append(("content-type", "text/plain;charset=UTF-8"))
    sent += [("set-cookie", _header_value(cookie)) for cookie in cookies]
    data = base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") is True else body.encode()
    return Response(status, sent, data)


def _header_value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        text = str(value)
        if "\r" in text or "\n" in text:
            raise ValueError("a header is one line")
        return text
    raise TypeError


def _body(request: Request) -> tuple[str, bool]:
    """The body and whether it is in base64: text types travel as text, all else does not."""
    kind = request.header("content-type").strip().lower()
    if (kind.startswith(_TEXT_TYPES) or not kind) and not request.header("content-encoding"):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(request.body).decode(), bool(request.body)


def _headers(request: Request, host: str) -> dict[str, str]:
    joined = _joined((name, value) for name, value in request.headers if name not in ("cookie", "connection"))
    port = host.rpartition(":")[2]
    forwarded = [value for name, value in request.headers if name == "x-forwarded-for"]
    joined["x-forwarded-for"] = ", ".join([*forwarded, request.client])
    joined["x-forwarded-port"] = port if port.isdigit() else "80"
    joined["x-forwarded-proto"] = "http"
    joined["x-amzn-trace-id"] = f"Root=1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
    return joined


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
