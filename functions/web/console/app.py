"""Every page: a person opens the console in their browser. One ASGI application, behind Mangum.

`pages/` has a module for each part, `templates/` and `static/` what they are made of, `frame/` what all of them share.
"""

# ruff: noqa: E402
import gc

gc.disable()  # as in common.api: what modules make while they load is no garbage

from functools import cache
from typing import Any

from mangum import Mangum
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from common.requests import check_size, logged
from frame import assets, room
from pages import (
    account,
    check_in,
    dashboard,
    design,
    developers,
    dots,
    home,
    landing,
    onboarding,
    preferences,
    settings,
)
from vizdots.errors import NotFound, VizDotsError

ROOMS = (
    landing.room,
    preferences.room,
    account.room,
    home.room,
    onboarding.room,
    dashboard.room,
    check_in.room,
    dots.room,
    settings.room,
    developers.room,
    design.room,
)


async def nowhere(request: Request, _: Exception) -> Response:
    """The page of an address, or a way to use one, that there isn't."""
    visit = await room.enter(request)
    return room.answer(visit, lambda: room.refusal(visit, NotFound(code="no_such_page")))


console = Starlette(
    routes=[Route(assets.PATH, assets.serve), *room.routes(ROOMS)],
    middleware=[Middleware(GZipMiddleware, minimum_size=600)],
    exception_handlers={404: nowhere, 405: nowhere},
)
gc.freeze()
gc.enable()


@cache
def adapter() -> Mangum:
    """Made at the first request: its event loop must not be shared with a process that was forked off."""
    return Mangum(console, lifespan="off")


def _answer(event: dict[str, Any], context: Any) -> dict[str, Any]:
    try:
        check_size(event)
    except VizDotsError as error:
        return {"statusCode": error.status, "headers": {"Content-Type": "text/plain"}, "body": error.title}
    return adapter()(event, context)


handler = logged(_answer)
