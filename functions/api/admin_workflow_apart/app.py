"""POST /api/admin/workflows/apart: an admin says that two workflows that resemble each other are two."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import merging

app = api()


@app.post("/api/admin/workflows/apart")
def keep_workflows_apart(sent: merging.Apart, caller: SignedIn) -> Json[merging.KeptApart]:
    """They aren't asked about again; 404 `question_not_found` where nobody has asked."""
    return caller.write(merging.keep_apart, sent)


handler = entrypoint(app)
