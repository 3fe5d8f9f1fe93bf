"""One HTTP request as the gateway hands it over: its id, its size, its one line in the log."""

import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext

from common.log import log
from vizdots.errors import VizDotsError

LARGEST_BODY: Final = 256 * 1024  # bytes; the longest thing a person writes to us is a message of 4,000 characters
LARGEST_FILE: Final = 4 * 1024 * 1024  # bytes; as base64 it still fits into the 6 MB that a Lambda is called with

_CORRELATION_ID: Final = re.compile(r"[A-Za-z0-9._:-]{8,128}")
_ALWAYS: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

Event = Mapping[str, Any]
Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


class TooLarge(VizDotsError):
    """The body has more bytes than its route takes."""

    status = 413
    code = "too_large"
    title = "That is more than we take at once"


def check_size(event: Event, most: int = LARGEST_BODY) -> None:
    """Raise TooLarge for a body of more than `most` bytes."""
    sent = event.get("body") or ""
    size = len(sent) * 3 // 4 if event.get("isBase64Encoded") else len(sent.encode(errors="surrogatepass"))
    if size > most:
        raise TooLarge(f"This takes at most {most // 1024} KiB at once.")


def correlation_id(event: Event) -> str:
    """The client's `X-Correlation-Id` where it is a harmless one, else the gateway's id of this request."""
    sent = event.get("headers", {}).get("x-correlation-id", "")
    return sent if _CORRELATION_ID.fullmatch(sent) else str(event["requestContext"].get("requestId", "unknown"))


def logged(answer: Handler) -> Handler:
    """Answer requests with their id in the headers, and tell each in one line of the log: never its query or body."""

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = time.perf_counter()
        request_id = correlation_id(event)
        log.append_keys(correlation_id=request_id, aws_request_id=context.aws_request_id)
        response = answer(event, context)
        told = {name.lower(): value for name, value in response.get("headers", {}).items()}
        response["headers"] = {**_ALWAYS, **told, "x-request-id": request_id}
        log.info(
            "request",
            extra={
                "route": event.get("routeKey"),
                "status": int(response["statusCode"]),
                "ms": round((time.perf_counter() - started) * 1000),
            },
        )
        return response

    return handler
