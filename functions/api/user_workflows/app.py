"""GET /api/user/workflows: a member looks at the workflows that they have told of."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import own

app = api()


@app.get("/api/user/workflows")
def list_own_workflows(caller: SignedIn) -> Json[own.OwnWorkflows]:
    """Each with the organisation's model, what the caller told last, and the notes that they may see."""
    return caller.read(own.told)


handler = entrypoint(app)
