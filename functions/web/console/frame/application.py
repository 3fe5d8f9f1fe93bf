"""Rooms made into the one application, and the application into a function."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from mangum import Mangum
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from common.requests import LARGEST_BODY, LARGEST_FILE, Event, Handler, check_size, logged
from frame import assets
from frame.room import Room, answer, enter, refusal
from vizdots.errors import NotFound, VizDotsError

WORTH_PACKING = 600  # bytes: below, gzip saves nothing


def entrypoint(rooms: Sequence[Room]) -> Handler:
    """The function that Lambda calls."""
    console = Starlette(
        routes=[Route(assets.PATH, assets.serve), *(route for room in rooms for route in room.routes)],
        middleware=[Middleware(GZipMiddleware, minimum_size=WORTH_PACKING)],
        exception_handlers={404: _nowhere, 405: _nowhere},
    )

    @cache
    def adapter() -> Mangum:
        """Made at the first request: its event loop must not be shared with a process that was forked off."""
        return Mangum(console, lifespan="off")

    def answered(event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            check_size(event, LARGEST_FILE if _brings_file(event) else LARGEST_BODY)
        except VizDotsError as error:
            return {"statusCode": error.status, "headers": {"Content-Type": "text/plain"}, "body": error.title}
        return adapter()(event, context)

    return logged(answered)


def _brings_file(event: Event) -> bool:
    return str(event.get("headers", {}).get("content-type", "")).startswith("multipart/form-data")


async def _nowhere(request: Request, _: Exception) -> Response:
    """The page of an address, or a way to use one, that there isn't."""
    visit = await enter(request)
    return answer(visit, lambda: refusal(visit, NotFound(code="no_such_page")))
