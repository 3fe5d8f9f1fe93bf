"""POST /api/auth/link-invite: a signed-in person takes up the invitations to their confirmed address."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import people
from vizdots.transaction import Json

app = api()


@app.post("/api/auth/link-invite")
def link_invite(caller: SignedIn) -> Json[people.Linked]:
    """Make the caller a member wherever their address was invited. Harmless to repeat; GET /api/me tells the way."""
    return caller.write(people.link_invitations, at=caller.at)


handler = entrypoint(app)
