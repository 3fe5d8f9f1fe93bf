"""GET /api/user/dots, PATCH /api/user/dots/{dot_id}: a member looks back on their own dots, or marks one private."""

from uuid import UUID

from common.api import Cursor, Limit, api, entrypoint
from common.auth import SignedIn
from vizdots import dots
from vizdots.agents import AgentCode
from vizdots.shapes import Input
from vizdots.transaction import Json

app = api()


class DotChange(Input):
    """What becomes of the dot."""

    is_private: bool


@app.get("/api/user/dots")
def list_dots(
    caller: SignedIn, agent_code: AgentCode | None = None, limit: Limit = 50, cursor: Cursor = None
) -> Json[dots.Dots]:
    """The caller's own dots, newest first, with their statistics and themes."""
    return caller.read(dots.listed, at=caller.at, agent=agent_code, limit=limit, cursor=cursor)


@app.patch("/api/user/dots/<dot_id>")
def mark_dot(dot_id: UUID, sent: DotChange, caller: SignedIn) -> Json[dots.Dot]:
    """Mark a dot private, where the organisation allows it: it then counts in nobody's numbers."""
    return caller.write(dots.mark, dot_id, is_private=sent.is_private)


handler = entrypoint(app)
