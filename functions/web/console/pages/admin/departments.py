"""Departments: the list of them, and the page from which one is renamed, merged into another one, or removed."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import AdminVisit
from vizdots import departments
from vizdots.errors import Conflict, Invalid, NotFound, Stale
from vizdots.texts import Name

room = Room()


class Named(BaseModel):
    """What a department is to be called, and what it was when the form was made."""

    name: Name
    etag: str | None = None


class Merged(BaseModel):
    """Where everybody is to go."""

    merge_into: UUID
    etag: str | None = None


class Gone(BaseModel):
    """What it was when the form was made."""

    etag: str | None = None


@room.get("/admin/departments")
def show_departments(visit: AdminVisit) -> Response:
    """The departments by name, and a form for another one."""
    return _list(visit)


@room.post("/admin/departments")
def add_department(visit: AdminVisit) -> Response:
    """Another department."""
    form = visit.form(Named)
    if form.mistakes:
        return _list(visit, 422, form)
    try:
        visit.write(departments.add, departments.NewDepartment(name=form.value.name), at=visit.at)
    except Conflict as refused:
        return _list(visit, refused.status, form.with_mistake("name", _taken(refused)))
    return visit.to("/admin/departments", said="department_added")


@room.get("/admin/departments/{department:uuid}")
def show_department(visit: AdminVisit, department: UUID) -> Response:
    """One of them, and what can be done with it."""
    return _one(visit, department)


@room.post("/admin/departments/{department:uuid}/rename")
def rename_department(visit: AdminVisit, department: UUID) -> Response:
    """Another name for it; a name that is taken, or that somebody has changed meanwhile, is asked for again."""
    form = visit.form(Named)
    if form.mistakes:
        return _one(visit, department, 422, rename_form=form)
    sent = departments.DepartmentChange(id=department, name=form.value.name)
    try:
        visit.write(departments.change, sent, expected=form.value.etag, at=visit.at)
    except Conflict as refused:
        return _one(visit, department, refused.status, rename_form=form.with_mistake("name", _taken(refused)))
    except Stale as refused:
        return _one(visit, department, refused.status, is_stale=True, rename_form=form)
    return visit.to(f"/admin/departments/{department}", said="department_renamed")


@room.post("/admin/departments/{department:uuid}/merge")
def merge_department(visit: AdminVisit, department: UUID) -> Response:
    """Everybody in it goes to another one."""
    form = visit.form(Merged)
    if form.mistakes:
        told = _("Please choose the department that everybody goes to.")
        return _one(visit, department, 422, merge_form=form.with_mistake("merge_into", told))
    sent = departments.DepartmentChange(id=department, merge_into=form.value.merge_into)
    try:
        visit.write(departments.change, sent, expected=form.value.etag, at=visit.at)
    except Stale as refused:
        return _one(visit, department, refused.status, is_stale=True, merge_form=form)
    except (NotFound, Invalid) as refused:
        if refused.code not in ("merge_target_not_found", "merged_into_itself"):
            raise
        told = _("Everybody can’t go there. Please choose another department.")
        return _one(visit, department, 422, merge_form=form.with_mistake("merge_into", told))
    return visit.to(f"/admin/departments/{form.value.merge_into}", said="department_merged")


@room.post("/admin/departments/{department:uuid}/remove")
def remove_department(visit: AdminVisit, department: UUID) -> Response:
    """It is no more, if nobody is in it: somebody may have come since the page was made, which then says so."""
    form = visit.form(Gone)
    try:
        visit.write(departments.remove, department, expected=form.value.etag, at=visit.at)
    except (Conflict, Stale) as refused:
        return _one(visit, department, refused.status, is_stale=True)
    return visit.to("/admin/departments", said="department_removed")


def _list(visit: AdminVisit, status: int = 200, form: Form[Any] | None = None) -> Response:
    shows_closed = visit.request.query_params.get("closed") == "yes"
    return visit.page(
        "admin/departments/index",
        status,
        departments=visit.read(departments.listed, include_closed=shows_closed, cursor=visit.cursor),
        form=form or Form(),
        shows_closed=shows_closed,
    )


def _one(
    visit: AdminVisit, department: UUID, status: int = 200, *, is_stale: bool = False, **forms: Form[Any]
) -> Response:
    """The page, with the forms that are given in the place of those as things stand."""
    found = visit.read(departments.one, department)
    as_it_stands: dict[str, Form[Any]] = {
        "rename_form": Form({"name": found["department"]["name"]}),
        "merge_form": Form(),
    }
    return visit.page("admin/departments/one", status, **found, **as_it_stands | forms, is_stale=is_stale)


def _taken(refused: Conflict) -> str:
    if refused.code != "already_exists":
        raise refused
    return _("There is a department of that name already.")
