"""GET, POST, PATCH /api/admin/workflows/variants: an admin says which ways of working are fine, and which friction."""

from http import HTTPStatus
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import IfMatch, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading, steering

app = api()


@app.get("/api/admin/workflows/variants")
def list_variants(workflow_id: UUID, caller: SignedIn) -> Json[list[reading.WorkflowVariant]]:
    """The ways that differ from the workflow's model, with how many go them."""
    return caller.read(steering.variants, workflow_id)


@app.post("/api/admin/workflows/variants", status_code=HTTPStatus.CREATED)
def name_variant(sent: steering.NewVariant, caller: SignedIn) -> Response[Json[reading.WorkflowVariant]]:
    """A way that nobody has told of yet; 409 `already_exists` where it is named already."""
    return tagged(caller.write(steering.name_variant, sent, at=caller.at), HTTPStatus.CREATED)


@app.patch("/api/admin/workflows/variants")
def judge_variant(
    sent: steering.VariantChange, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[reading.WorkflowVariant]]:
    """Call a way fine or friction, or take that back."""
    return tagged(caller.write(steering.judge, sent, expected=etag_of(if_match)))


handler = entrypoint(app)
