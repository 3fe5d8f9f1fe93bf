"""GET /api/admin/audit-log and …/verify: an admin reads who changed what, takes it along, has it proved."""

from typing import Annotated, Literal
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from common.api import Cursor, api, entrypoint
from common.auth import SignedIn
from vizdots import audit
from vizdots.transaction import Json

app = api()

Most = Annotated[
    int | None, Query(ge=1, le=200, description="How many entries at most; 50, and in a file all that fit.")
]
Who = Annotated[UUID | Literal["system"] | None, Query(description="`actor.id` of an entry, or system.")]
Since = Annotated[AwareDatetime | None, Query(alias="from", description="The first moment that counts.")]
Until = Annotated[AwareDatetime | None, Query(alias="to", description="The first moment that counts no more.")]


@app.get("/api/admin/audit-log")
def list_entries(
    caller: SignedIn,
    actor: Who = None,
    entity_type: audit.Entity | None = None,
    entity_id: UUID | None = None,
    action: audit.Action | None = None,
    since: Since = None,
    until: Until = None,
    format: Literal["json", "jsonl"] = "json",  # noqa: A002 - its name in the contract
    limit: Most = None,
    cursor: Cursor = None,
) -> Response[Json[audit.Entries]]:
    """The log of the organisation, newest first.

    `format=jsonl` is a file with an entry a line, of about 4 MB at most. Where there are more entries, the header
    `X-Next-Cursor` is what to send as `cursor` for the next file.
    """
    meant = audit.Filter(actor, entity_type, entity_id, action, since, until)
    if format == "json":
        return Response(200, "application/json", caller.read(audit.listed, meant, limit=limit or 50, cursor=cursor))
    export = caller.read(audit.exported, meant, limit=limit, cursor=cursor)
    headers = {"Content-Disposition": f'attachment; filename="{audit.file_name(caller.at)}"'}
    if export.next_cursor:
        headers["X-Next-Cursor"] = export.next_cursor
    lines: Json[audit.Entries] = Json(export.lines)  # documented by the list, of which it is another form
    return Response(200, "application/x-ndjson", lines, headers, compress=True)


@app.get("/api/admin/audit-log/verify")
def verify(caller: SignedIn) -> Json[audit.Verification]:
    """Whether every entry is as it was written, none removed, put in or exchanged; else the first that doesn't fit."""
    return caller.read(audit.verified)


handler = entrypoint(app)
