"""GET /api/me: a signed-in person asks who they are here, which features are on, and where to go."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import people
from vizdots.transaction import Json

app = api()


@app.get("/api/me")
def show_me(caller: SignedIn) -> Json[people.Me]:
    """The caller, their memberships, the flags of their organisation, and the page that is next for them."""
    return caller.read(people.me, at=caller.at)


handler = entrypoint(app)
