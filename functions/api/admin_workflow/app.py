"""GET /api/admin/workflows/{workflow_id}: an admin looks at one workflow, and at what it is made of."""

from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import api, entrypoint, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading

app = api()


@app.get("/api/admin/workflows/<workflow_id>")
def show_workflow(workflow_id: UUID, caller: SignedIn) -> Response[Json[reading.Workflow]]:
    """The model as it holds now with where each part comes from, versions, variants, notes, and how many say so."""
    return tagged(caller.read(reading.shown, workflow_id))


handler = entrypoint(app)
