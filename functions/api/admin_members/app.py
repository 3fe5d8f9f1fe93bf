"""GET, POST, PATCH, DELETE /api/admin/members: an admin finds, adds, changes and (not) removes members."""

from http import HTTPStatus
from uuid import UUID

from aws_lambda_powertools.event_handler import Response

from common.api import Cursor, IfMatch, Limit, Search, api, entrypoint, etag_of, problem, tagged
from common.auth import SignedIn
from vizdots import members
from vizdots.errors import NotAllowed
from vizdots.pages import Page
from vizdots.people import Role
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/members")
def list_members(
    caller: SignedIn,
    search: Search = None,
    department_id: UUID | None = None,
    role: Role | None = None,
    level: members.Level | None = None,
    status: members.Which = "all",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Json[Page[members.Member]]:
    """The members by name: those whose name, title or address holds `search`. `current` are all but the inactive."""
    wanted = members.Wanted(search, department_id, role, level, status)
    return caller.read(members.listed, wanted, limit=limit, cursor=cursor)


@app.post("/api/admin/members", status_code=HTTPStatus.CREATED)
def add_member(sent: members.NewMember, caller: SignedIn) -> Response[Json[members.MemberDetail]]:
    """Add somebody, and mail them an invitation if `invite` says so."""
    return tagged(caller.write(members.add, sent, at=caller.at), HTTPStatus.CREATED)


@app.patch("/api/admin/members")
def change_member(
    sent: members.MemberChange, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[members.MemberDetail]]:
    """Change a member's place, deactivate or reactivate them."""
    return tagged(caller.write(members.change, sent, expected=etag_of(if_match)))


@app.delete("/api/admin/members", status_code=HTTPStatus.METHOD_NOT_ALLOWED)
def keep_members(_: SignedIn) -> Response[str]:
    """Members are never deleted: what they said stays with the organisation. Deactivate them by PATCH."""
    reason = "Members are deactivated, never deleted: PATCH their status to inactive."
    refusal = problem(NotAllowed(reason, code="members_are_deactivated"))
    refusal.headers["Allow"] = "GET, POST, PATCH"
    return refusal


handler = entrypoint(app)
