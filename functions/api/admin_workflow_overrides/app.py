"""POST, DELETE /api/admin/workflows/overrides: an admin says what is otherwise than the AI has understood."""

import json
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import steering

app = api()


@app.post("/api/admin/workflows/overrides", status_code=HTTPStatus.CREATED)
def correct_workflow(
    sent: steering.NewCorrection, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[steering.Laid]]:
    """Lay a correction over a workflow, in the place of the one before.

    Where somebody was faster, it is 412 `stale`, and what was sent is kept as a draft: `draft_id`.
    """
    kept = caller.write(steering.correct, sent, expected=etag_of(if_match), at=caller.at)
    steering.laid(json.loads(kept))  # once it is kept, a draft, too
    return tagged(kept, HTTPStatus.CREATED)


@app.delete("/api/admin/workflows/overrides")
def drop_draft(draft: Annotated[UUID, Query(alias="id")], caller: SignedIn) -> Json[steering.TakenBack]:
    """Throw away a draft of one's own; what holds is taken back by `reset`."""
    return caller.write(steering.drop, draft)


handler = entrypoint(app)
