"""The design system as it lives: every component in its states. Only where developers look."""

from typing import Any

from starlette.responses import Response

from common.config import setting
from frame.forms import Form
from frame.room import Room
from frame.visit import Visit
from vizdots.agents import AGENTS
from vizdots.errors import NotFound
from vizdots.workflows.diagram import Diagram, Direction
from vizdots.workflows.effective import VersionOf, effective
from vizdots.workflows.layout import draw
from vizdots.workflows.structure import Step, Structure, Variant
from vizdots.workflows.ways import Way

room = Room()


@room.get("/design")
def show_design(visit: Visit) -> Response:
    """Tokens, elements and components."""
    if not setting("SHOWS_DESIGN", ""):
        raise NotFound(code="no_such_page")
    right: Form[Any] = Form({"name": "Ana", "mood": "4", "grade": "high"})
    wrong: Form[Any] = Form({"name": "<script>"}, {"name": "Please write a name.", "grade": "Please choose one."})
    wide, narrow = _drawn("right"), _drawn("down")
    return visit.page("design/index", right=right, wrong=wrong, agents=AGENTS, wide=wide, narrow=narrow)


def _drawn(direction: Direction) -> Diagram:
    take, check, send, ask = (
        Step(key=key, label=label)
        for key, label in {
            "take": "Take the order",
            "check": "Check the stock, and call the customer if something is missing",
            "send": "Send the parcel",
            "ask": "Ask the team lead",
        }.items()
    )
    model = effective(Structure(steps=(take, check, send), tools=("Excel",)), VersionOf(number=1), None)
    ways = (
        Way(Variant(kind="skipped", step=check), 0.2, is_allowed=False),
        Way(Variant(kind="added", step=ask, after=check.key), None, is_allowed=True),
        Way(Variant(kind="reordered", step=send, after=take.key), 0.1),
        Way(Variant(kind="other_tool", tool="SAP", instead_of="Excel"), 0.4),
    )
    return draw("Orders", model, ways, direction)
