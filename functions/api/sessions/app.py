"""GET, POST /api/sessions: a member lists their own check-ins, or starts one themself."""

from http import HTTPStatus

from common.api import Cursor, Limit, api, entrypoint
from common.auth import SignedIn
from vizdots import sessions
from vizdots.pages import Page
from vizdots.transaction import Json

app = api()


@app.get("/api/sessions")
def list_sessions(
    caller: SignedIn, status: sessions.Status = "all", limit: Limit = 50, cursor: Cursor = None
) -> Json[Page[sessions.SessionSummary]]:
    """The caller's own check-ins, newest first."""
    return caller.read(sessions.listed, status=status, limit=limit, cursor=cursor)


@app.post("/api/sessions", status_code=HTTPStatus.CREATED)
def start_session(sent: sessions.NewSession, caller: SignedIn) -> Json[sessions.Session]:
    """Start a check-in by hand. One with the same agent that is still open today is a conflict."""
    return caller.write(sessions.start_by_hand, sent, at=caller.at)


handler = entrypoint(app)
