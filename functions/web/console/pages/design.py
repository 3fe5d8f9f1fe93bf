"""The design system as it lives: every component in its states. Only where developers look."""

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
    wrong = Form(
        {"name": "<script>", "mood": "3", "grade": "low"}, {"name": "Please fill this in.", "text": "Too long."}
    )
    return visit.page(
        "design/index", right=Form({"name": "Ana", "mood": "4", "grade": "high"}), wrong=wrong, agents=AGENTS
    )


@room.get("/design/admin")
def show_admin_layout(visit: Visit) -> Response:
    """The layout that admins' pages stand in."""
    if not setting("SHOWS_DESIGN", ""):
        raise NotFound(code="no_such_page")
    return visit.page("design/admin", agents=AGENTS)
