"""POST, DELETE /api/admin/workflows/notes: an admin adds to a workflow what agents and people should heed."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots.transaction import Json
from vizdots.workflows import reading, steering

app = api()


@app.post("/api/admin/workflows/notes", status_code=HTTPStatus.CREATED)
def add_note(sent: steering.NewNote, caller: SignedIn) -> Json[reading.Note]:
    """A note for admins only, for managers, or for everyone who tells of the workflow."""
    return caller.write(steering.note, sent, at=caller.at)


@app.delete("/api/admin/workflows/notes")
def take_note_back(note: Annotated[UUID, Query(alias="id")], caller: SignedIn) -> Json[steering.TakenBack]:
    """The note is heeded and shown no more; the audit log goes on saying that it was there."""
    return caller.write(steering.take_back, note)


handler = entrypoint(app)
