"""POST /api/admin/workflows/reset: an admin takes the correction of a workflow back."""

from aws_lambda_powertools.event_handler import Response

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading, steering

app = api()


@app.post("/api/admin/workflows/reset")
def reset_workflow(
    sent: steering.Reset, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[reading.Workflow]]:
    """The workflow is what people told again. Where nothing lies over it, nothing changes."""
    return tagged(caller.write(steering.reset, sent, expected=etag_of(if_match)))


handler = entrypoint(app)
