"""GET /api/admin/members/{member_id}: an admin looks at one member."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import api, entrypoint, tagged
from common.auth import SignedIn
from vizdots import members
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/members/<member_id>")
def show_member(member_id: UUID, caller: SignedIn) -> Response[Json[members.MemberDetail]]:
    """One member with the history of their place."""
    return tagged(caller.read(members.shown, member_id))


handler = entrypoint(app)
