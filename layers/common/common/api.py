"""HTTP in and out: routes, validation, problem documents (RFC 9457), correlation ids, one log line a request.

A handler of this collection declares its routes on `app = api()` and ends with `handler = entrypoint(app)`.
"""

# ruff: noqa: E402
import gc

gc.disable()  # what modules make while they load is no garbage: looking for it takes a sixth of a cold start

import base64
import json
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.depends import (
    DependencyResolutionError,
    Depends,
    build_dependency_tree,
    solve_dependencies,
)
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Form, Header, Query
from aws_lambda_powertools.event_handler.request import Request
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic_core import from_json

from common.log import log, where
from common.requests import LARGEST_BODY, Event, Handler, check_size, logged
from vizdots import errors
from vizdots.transaction import Json

TITLE: Final = "VizDots API"

Limit = Annotated[int, Query(ge=1, le=200, description="How many items at most.")]
Cursor = Annotated[str | None, Query(max_length=300, description="`next_cursor` of the page before.")]
Search = Annotated[str | None, Query(max_length=200, description="Part of a text that is looked for.")]
IfMatch = Annotated[
    str | None,
    Header(alias="if-match", max_length=200, description="The ETag of what was seen; 412 when it is another."),
]

T = TypeVar("T")


def _csv(request: Request) -> bytes:
    event = request.resolved_event
    if not event.headers.get("content-type", "").lower().startswith("text/csv"):
        raise NotCsv
    return (event.body or "").encode(errors="surrogatepass")


CsvFile = Annotated[bytes, Depends(_csv)]
"""A body of text/csv, as it came; what the gateway couldn't read as text is U+FFFD in it. Other types are 415."""


def api() -> APIGatewayHttpResolver:
    """An application whose routes are validated and whose errors are problem documents."""
    gc.freeze()  # a handler's modules are loaded by now, and stay: no later collection need look at them again
    gc.enable()
    app = APIGatewayHttpResolver(enable_validation=True, serializer=_encode)

    def unless_stranger(refusal: errors.VizDotsError) -> Response[str]:
        """A stranger is told to sign in before being told which fields there are."""
        try:
            _identify(app)
        except DependencyResolutionError as wrapped:
            cause = wrapped.__cause__
            return problem(cause) if isinstance(cause, errors.VizDotsError) else _failed(cause or wrapped)
        return problem(refusal)

    on: Callable[[type[Exception]], Callable[[Callable[[Any], Response[str]]], object]] = app.exception_handler
    on(errors.VizDotsError)(problem)
    on(RequestValidationError)(lambda error: unless_stranger(_refusal(app, error)))
    on(RequestUnsupportedContentType)(lambda _: unless_stranger(UnsupportedMediaType()))
    on(NotFoundError)(lambda _: problem(errors.NotFound("There is no such route.", code="no_such_route")))
    on(Exception)(_failed)
    return app


def entrypoint(
    app: APIGatewayHttpResolver, *, scheduled: Handler | None = None, largest_body: int = LARGEST_BODY
) -> Handler:
    """The function that Lambda calls. An event that is no HTTP request goes to `scheduled`, where there is one."""
    asked = logged(partial(_answer, app, largest_body))

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        if scheduled is not None and "requestContext" not in event:
            log.append_keys(correlation_id=event.get("id"), aws_request_id=context.aws_request_id)
            return scheduled(event, context)
        return asked(event, context)

    return handler


def problem(error: errors.VizDotsError) -> Response[str]:
    """The problem document of an error: type, title, status, code, and what else the error tells."""
    document = {
        "type": f"https://vizdots.com/problems/{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        **({"detail": error.detail} if error.detail else {}),
        **error.fields,
    }
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if error.status == errors.NotSignedIn.status:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(error.status, "application/problem+json", json.dumps(document, ensure_ascii=False), headers)


def tagged(answer: Json[T], status: int = HTTPStatus.OK) -> Response[Json[T]]:
    """The answer of a route whose entity several people edit: its `etag` is also the header."""
    return Response(status, "application/json", answer, {"ETag": f'"{json.loads(answer)["etag"]}"'})


def etag_of(if_match: str | None) -> str | None:
    """The ETag that an If-Match asks for; None where any will do."""
    return None if if_match in (None, "*") else if_match.removeprefix("W/").strip('"')


class UnsupportedMediaType(errors.VizDotsError):
    """The body says that it is something else than JSON."""

    status = 415
    code = "unsupported_media_type"
    title = "We read JSON (Content-Type: application/json)"


class NotCsv(UnsupportedMediaType):
    """The same where a route takes a CSV file."""

    title = "We read CSV here (Content-Type: text/csv)"


def _failed(error: BaseException) -> Response[str]:
    log.error("unexpected error", extra={"error": type(error).__name__, "where": where(error)})
    return problem(errors.VizDotsError())


def _answer(
    app: APIGatewayHttpResolver, largest_body: int, event: dict[str, Any], context: LambdaContext
) -> dict[str, Any]:
    try:
        check_size(event, largest_body)
        return app.resolve(_readable(event), context)
    except errors.VizDotsError as error:
        refusal = problem(error)
        return {
            "statusCode": refusal.status_code,
            "headers": {"Content-Type": refusal.content_type, **refusal.headers},
            "body": refusal.body,
            "isBase64Encoded": False,
        }


def _readable(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its body as text.

    JSON that Python would choke on (no UTF-8, half a surrogate pair, nested without end, numbers of 5,000 digits) goes
    on as the shortest text that isn't JSON: so it is refused like any malformed one, after the caller has signed in and
    only where a route reads JSON. In other texts U+FFFD stands for what is no UTF-8, as the gateway itself puts it.
    """
    sent = body = event.get("body") or ""
    encoded = event.get("isBase64Encoded")
    try:
        if encoded:
            body = base64.b64decode(sent, validate=True).decode(errors="strict" if _says_json(event) else "replace")
        if body and _says_json(event) and isinstance(from_json(body), list):
            body = "null"  # Powertools would take an array's first item for the whole and drop the others
    except ValueError:  # binascii.Error and UnicodeDecodeError among them
        body = "{"
    return event if body is sent else {**event, "body": body, "isBase64Encoded": False}


def _says_json(event: Event) -> bool:
    kind = event.get("headers", {}).get("content-type", "").lower()
    return not kind or "json" in kind


def _identify(app: APIGatewayHttpResolver) -> None:
    route = app.context.get("_route")
    if route is not None and route.has_dependencies:
        solve_dependencies(dependant=build_dependency_tree(route.func), request=app.request)


def _refusal(app: APIGatewayHttpResolver, error: RequestValidationError) -> errors.VizDotsError:
    """Powertools reads forms for any route; of a route that takes JSON, a form hasn't got the fields wrong."""
    is_json = _says_json(app.current_event.raw_event)
    if not is_json and not _reads_forms(app) and any(each["loc"][0] == "body" for each in error.errors()):
        return UnsupportedMediaType()
    return _as_invalid(error)


def _reads_forms(app: APIGatewayHttpResolver) -> bool:
    return any(isinstance(each.field_info, Form) for each in app.context["_route"].dependant.body_params)


def _as_invalid(error: RequestValidationError) -> errors.Invalid:
    """Each field's path and what it lacks, in the words of the schema: never the value that was sent."""
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        return errors.Invalid("The body is not JSON.", code="malformed_json", errors=[{"path": "body"}])
    return errors.Invalid(
        code="invalid_fields",
        errors=[
            {"path": ".".join(str(part) for part in each["loc"]), "type": each["type"], "message": each.get("msg", "")}
            for each in found
        ],
    )


def _encode(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)
