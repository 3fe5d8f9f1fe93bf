"""POST /api/admin/workflows/merge: an admin says that two workflows are one."""

from aws_lambda_powertools.event_handler import Response

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import merging, reading

app = api()


@app.post("/api/admin/workflows/merge")
def merge_workflows(
    sent: merging.Merger, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[reading.Workflow]]:
    """All that is told of the workflow `id` counts for `into` from now on, as which it is found. It is for good."""
    return tagged(caller.write(merging.merge, sent, expected=etag_of(if_match), at=caller.at))


handler = entrypoint(app)
