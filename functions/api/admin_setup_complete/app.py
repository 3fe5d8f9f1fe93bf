"""POST /api/admin/setup/complete: a founder lets what they told become an organisation."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import setup
from vizdots.transaction import Json

app = api()


@app.post("/api/admin/setup/complete")
def complete_setup(caller: SignedIn) -> Json[setup.Completed]:
    """The organisation with its trial, its departments, its people and their invitations: all of it, or nothing."""
    return caller.write(setup.complete, at=caller.at)


handler = entrypoint(app)
