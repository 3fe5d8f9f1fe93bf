"""GET /api/admin/overview: an admin asks how the organisation is doing."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import overview
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/overview")
def show_overview(caller: SignedIn) -> Json[overview.Overview]:
    """Trial, people, check-ins, themes, early warnings, and what is still to be done. No number leads to a person."""
    return caller.read(overview.shown, at=caller.at)


handler = entrypoint(app)
