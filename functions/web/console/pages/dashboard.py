"""The first page of a member: what is open, and how far they have come."""

from starlette.responses import Response

from frame.room import Room
from frame.visit import MemberVisit
from vizdots import dots, sessions
from vizdots.agents import AGENTS

room = Room()

RECENT = 12  # dots that the page shows as a row


@room.get("/dashboard")
def show_dashboard(visit: MemberVisit) -> Response:
    """Open check-ins, the last dots, and a check-in of one's own choice."""
    return visit.page(
        "dashboard/index",
        check_ins=visit.read(sessions.listed, status="pending")["items"],
        history=visit.read(dots.listed, at=visit.at, limit=RECENT),
        agents=AGENTS,
    )
