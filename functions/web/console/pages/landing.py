"""The front door: what VizDots is, and what it promises, for whoever comes by."""

from starlette.responses import Response

from frame.room import Room
from frame.visit import Visit

room = Room()


@room.get("/")
def show_landing(visit: Visit) -> Response:
    """What it does, for whom, at what price."""
    return visit.page("landing/index")


@room.get("/privacy")
def show_promise(visit: Visit) -> Response:
    """How people's words are treated."""
    return visit.page("landing/privacy")
