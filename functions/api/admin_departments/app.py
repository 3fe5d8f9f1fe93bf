"""GET, POST, PATCH, DELETE /api/admin/departments: an admin looks after the organisation's departments."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from common.api import Cursor, IfMatch, Limit, api, entrypoint, etag_of, tagged
from common.auth import SignedIn
from vizdots import departments
from vizdots.pages import Page
from vizdots.transaction import Json

app = api()


@app.get("/api/admin/departments")
def list_departments(
    caller: SignedIn,
    include_closed: Annotated[bool, Query(description="Also those that were merged into others.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Json[Page[departments.Department]]:
    """The open departments by name, with how many people are in them."""
    return caller.read(departments.listed, include_closed=include_closed, limit=limit, cursor=cursor)


@app.post("/api/admin/departments")
def add_department(sent: departments.NewDepartment, caller: SignedIn) -> Response[Json[departments.Department]]:
    """A new department; 409 `already_exists` where an open one has the name, in small letters or capitals."""
    return tagged(caller.write(departments.add, sent, at=caller.at), HTTPStatus.CREATED)


@app.patch("/api/admin/departments")
def change_department(
    sent: departments.DepartmentChange, caller: SignedIn, if_match: IfMatch = None
) -> Response[Json[departments.Department]]:
    """Rename a department, or merge it into another one: everybody in it moves, and it is closed."""
    return tagged(caller.write(departments.change, sent, expected=etag_of(if_match), at=caller.at))


@app.delete("/api/admin/departments")
def remove_department(
    department: Annotated[UUID, Query(alias="id")], caller: SignedIn, if_match: IfMatch = None
) -> Json[departments.Removed]:
    """Remove a department that nobody is in; 409 `department_not_empty`, with how many `people`, while somebody is."""
    return caller.write(departments.remove, department, expected=etag_of(if_match), at=caller.at)


handler = entrypoint(app)
