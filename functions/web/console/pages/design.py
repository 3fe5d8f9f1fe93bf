"""The design system as it lives: every component in its states. Only where developers look."""

from typing import Any

from starlette.responses import Response

from common.config import setting
from frame.forms import Form
from frame.room import Room
from frame.visit import Visit
from vizdots.agents import AGENTS
from vizdots.errors import NotFound

room = Room()


@room.get("/design")
def show_design(visit: Visit) -> Response:
    """Tokens, elements and components."""
    if not setting("SHOWS_DESIGN", ""):
        raise NotFound(code="no_such_page")
    right: Form[Any] = Form({"name": "Ana", "mood": "4", "grade": "high"})
    wrong: Form[Any] = Form({"name": "<script>"}, {"name": "Please write a name.", "grade": "Please choose one."})
    return visit.page("design/index", right=right, wrong=wrong, agents=AGENTS)
