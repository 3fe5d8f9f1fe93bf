"""GET, PATCH /api/admin/workflows: an admin finds the workflows, renames, moves, archives them."""

from typing import Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import Cursor, IfMatch, Limit, Search, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots.pages import Page
from vizdots.transaction import Json
from vizdots.workflows import reading, steering

app = api()


@app.get("/api/admin/workflows")
def list_workflows(
    caller: SignedIn,
    q: Search = None,
    department_id: UUID | None = None,
    status: reading.Status | Literal["all"] = "active",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Json[Page[reading.WorkflowSummary]]:
    """The workflows by name: those of a department, of a status, with `q` in their name."""
    return caller.read(reading.listed, department=department_id, status=status, search=q, limit=limit, cursor=cursor)


@app.patch("/api/admin/workflows")
def change_workflow(
    sent: steering.WorkflowChange, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[reading.Workflow]]:
    """Rename a workflow, move it to another department, archive it or bring it back."""
    return tagged(caller.write(steering.change, sent, expected=etag_of(if_match)))


handler = entrypoint(app)
