"""GET, PATCH /api/sessions/{session_id}: a member looks at one of their own check-ins, starts it or completes it."""

from typing import Literal
from uuid import UUID

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import sessions
from vizdots.shapes import Input
from vizdots.transaction import Json

app = api()


class SessionChange(Input):
    """What becomes of the check-in."""

    action: Literal["start", "complete"]


@app.get("/api/sessions/<session_id>")
def show_session(session_id: UUID, caller: SignedIn) -> Json[sessions.Session]:
    """A check-in with its topics and messages. Somebody else's doesn't exist for the caller: 404."""
    return caller.read(sessions.shown, session_id)


@app.patch("/api/sessions/<session_id>")
def change_session(session_id: UUID, sent: SessionChange, caller: SignedIn) -> Json[sessions.Session]:
    """Start, or complete with what has been said so far. Doing either twice is harmless.

    A completed check-in stays as it is: completing it again is answered alike, whatever the Idempotency-Key.
    """
    if sent.action == "start":
        return caller.write(sessions.started, session_id, at=caller.at)
    from vizdots import conversation  # noqa: PLC0415 - only who completes pays for loading the interview

    return conversation.end_early(caller.step, session_id, at=caller.at)


handler = entrypoint(app)
