"""My work: the workflows that a member has told of, and how what they told stands beside what the organisation has."""

from starlette.responses import Response

from frame.room import Room
from frame.visit import MemberVisit
from vizdots.workflows import own

room = Room()


@room.get("/work")
def show_work(visit: MemberVisit) -> Response:
    """What was told last first."""
    return visit.page("work/index", workflows=visit.read(own.told)["items"])
