"""POST /api/admin/invite: an admin has an invitation mailed, once more if need be, or takes it back."""

from uuid import UUID

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import invitations
from vizdots.shapes import Input
from vizdots.transaction import Json

app = api()


class InvitationChange(Input):
    """Whose invitation, and what becomes of it."""

    member_id: UUID
    action: invitations.Action


@app.post("/api/admin/invite")
def change_invitation(sent: InvitationChange, caller: SignedIn) -> Json[invitations.Invitation]:
    """Send, resend or revoke; a mail every five minutes at most. Each makes the link of the one before void."""
    return caller.write(invitations.change, sent.member_id, sent.action, at=caller.at)


handler = entrypoint(app)
