"""POST /api/admin/workflows/feedback: an admin says how well a workflow is told."""

from http import HTTPStatus

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading, steering

app = api()


@app.post("/api/admin/workflows/feedback", status_code=HTTPStatus.CREATED)
def rate_workflow(sent: steering.NewFeedback, caller: SignedIn) -> Json[reading.Feedback]:
    """Accurate, partially right or incorrect, and why. It changes nothing by itself; the newest is shown."""
    return caller.write(steering.rate, sent, at=caller.at)


handler = entrypoint(app)
