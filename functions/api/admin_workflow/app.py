"""GET /api/admin/workflows/{workflow_id}: an admin looks at one workflow and what it is made of, or takes it along."""

import json
from typing import Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import api, entrypoint, tagged
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading

app = api()


@app.get("/api/admin/workflows/<workflow_id>")
def show_workflow(
    workflow_id: UUID,
    caller: SignedIn,
    format: Literal["json", "bpmn", "mermaid", "csv"] = "json",  # noqa: A002 - its name in the contract
) -> Response[Json[reading.Workflow]]:
    """The model as it holds now with where each part comes from, versions, variants, notes, and how many say so.

    Another `format` is a file of that model with the ways that part from it: BPMN 2.0 with its diagram, Mermaid, CSV.
    """
    answer = caller.read(reading.shown, workflow_id)
    if format == "json":
        return tagged(answer)
    from vizdots.workflows import exports  # noqa: PLC0415 - only who takes it along pays for loading what draws

    file = exports.export(json.loads(answer), format)
    content: Json[reading.Workflow] = Json(file.content)  # documented by the answer, of which it is another form
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(200, file.media_type, content, headers, compress=True)


handler = entrypoint(app)
