"""One workflow: its picture, what it is made of, and what an admin does about it."""

from collections.abc import Mapping
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import AdminVisit
from pages.admin.words import ROLES, spoken
from pages.admin.workflow_words import NOTE_TYPES, RATINGS, VISIBILITIES
from vizdots import members, privacy
from vizdots.errors import Conflict, Invalid, NotFound, Stale
from vizdots.texts import Name, Words
from vizdots.workflows import exports, reading, steering
from vizdots.workflows.changes import changes
from vizdots.workflows.layout import draw
from vizdots.workflows.reading import NoteType, Status, Visibility
from vizdots.workflows.structure import Structure

room = Room()

LIST: Final = "/admin/workflows"
PATH: Final = LIST + "/{workflow:uuid}"

VERDICTS: Final[Mapping[str, bool | None]] = {"fine": True, "friction": False, "neither": None}


class Place(BaseModel):
    """What a workflow is called, and where it belongs."""

    etag: str = ""
    name: Name
    department_id: UUID | None = None


class Standing(BaseModel):
    """Whether it is shown."""

    etag: str = ""
    status: Status


class Seen(BaseModel):
    """What it was when the form was made."""

    etag: str = ""


class Remark(BaseModel):
    """A note."""

    note_type: NoteType = "clarification"
    note_text: Words
    visible_to: Visibility = "admins_only"


class OtherWay(BaseModel):
    """A variant that an admin names."""

    description: Name


class Verdict(BaseModel):
    """What the organisation says of a variant."""

    etag: str = ""
    verdict: Literal["fine", "friction", "neither"]


@room.get(PATH)
def show_workflow(visit: AdminVisit, workflow: UUID) -> Response:
    """All of it on one page."""
    return _one(visit, workflow)


@room.post(PATH)
def change_workflow(visit: AdminVisit, workflow: UUID) -> Response:
    """Another name, another department."""
    form = visit.form(Place)
    if form.mistakes:
        return _one(visit, workflow, 422, place=form)
    sent = form.value
    change = steering.WorkflowChange(id=workflow, name=sent.name, department_id=sent.department_id)
    try:
        visit.write(steering.change, change, expected=sent.etag)
    except Stale as refused:
        return _one(visit, workflow, refused.status, is_stale=True, place=form)
    except NotFound as refused:
        if refused.code != "department_not_found":
            raise
        told = _("This department is closed by now. Please choose another one.")
        return _one(visit, workflow, 422, place=form.with_mistake("department_id", told))
    return visit.to(f"{LIST}/{workflow}", said="workflow_saved")


@room.post(PATH + "/status")
def archive_workflow(visit: AdminVisit, workflow: UUID) -> Response:
    """Take it out of sight, or bring it back."""
    sent = visit.form(Standing)
    if sent.mistakes:
        raise Invalid("There is no such status.", code="invalid_status")
    change = steering.WorkflowChange(id=workflow, status=sent.value.status)
    try:
        visit.write(steering.change, change, expected=sent.value.etag)
    except Stale as refused:
        return _one(visit, workflow, refused.status, is_stale=True)
    return visit.to(f"{LIST}/{workflow}", said=f"workflow_{sent.value.status}")


@room.post(PATH + "/reset")
def reset_workflow(visit: AdminVisit, workflow: UUID) -> Response:
    """Take the correction back: what people told holds again."""
    try:
        visit.write(steering.reset, steering.Reset(workflow_id=workflow), expected=visit.form(Seen).value.etag)
    except Stale as refused:
        return _one(visit, workflow, refused.status, is_stale=True)
    return visit.to(f"{LIST}/{workflow}", said="workflow_reset")


@room.post(PATH + "/drafts/{draft:uuid}/drop")
def drop_draft(visit: AdminVisit, workflow: UUID, draft: UUID) -> Response:
    """Throw away a correction of one's own that came too late."""
    visit.write(steering.drop, draft)
    return visit.to(f"{LIST}/{workflow}", said="draft_dropped")


# ---- notes -----------------------------------------------------------------------------------------------------------


@room.post(PATH + "/notes")
def add_note(visit: AdminVisit, workflow: UUID) -> Response:
    """Tell what those who ask, or are asked, should know."""
    form = visit.form(Remark)
    if form.mistakes:
        return _one(visit, workflow, 422, note=form)
    visit.write(steering.note, steering.NewNote(workflow_id=workflow, **form.value.model_dump()), at=visit.at)
    return visit.to(f"{LIST}/{workflow}", said="note_added")


@room.post(PATH + "/notes/{note:uuid}/take-back")
def take_back_note(visit: AdminVisit, workflow: UUID, note: UUID) -> Response:
    """It isn't heeded any more."""
    visit.write(steering.take_back, note)
    return visit.to(f"{LIST}/{workflow}", said="note_taken_back")


# ---- variants --------------------------------------------------------------------------------------------------------


@room.post(PATH + "/variants")
def name_variant(visit: AdminVisit, workflow: UUID) -> Response:
    """A way that differs, before anybody has told of it."""
    form = visit.form(OtherWay)
    if form.mistakes:
        return _one(visit, workflow, 422, way=form)
    sent = steering.NewVariant(workflow_id=workflow, description=form.value.description)
    try:
        visit.write(steering.name_variant, sent, at=visit.at)
    except Conflict as refused:
        told = _("There is such a variant already.")
        return _one(visit, workflow, refused.status, way=form.with_mistake("description", told))
    return visit.to(f"{LIST}/{workflow}", said="variant_added")


@room.post(PATH + "/variants/{variant:uuid}")
def judge_variant(visit: AdminVisit, workflow: UUID, variant: UUID) -> Response:
    """It is fine, it is friction, or neither is said."""
    sent = visit.form(Verdict)
    if sent.mistakes:
        raise Invalid("A variant is fine, friction, or neither.", code="invalid_verdict")
    change = steering.VariantChange(id=variant, is_allowed=VERDICTS[sent.value.verdict])
    try:
        visit.write(steering.judge, change, expected=sent.value.etag)
    except Stale as refused:
        return _one(visit, workflow, refused.status, is_stale=True)
    return visit.to(f"{LIST}/{workflow}", said=f"variant_{sent.value.verdict}")


# ---- to take along ---------------------------------------------------------------------------------------------------


@room.get(PATH + "/files/{kind}")
def download_workflow(visit: AdminVisit, workflow: UUID, kind: exports.Format) -> Response:
    """The effective model as a file for other tools."""
    if kind not in exports.FILES:
        raise NotFound(code="no_such_page")
    found = visit.read(reading.shown, workflow)
    made = exports.export(found, kind, with_variants=visit.has("WORKFLOW_VARIANTS"))
    return visit.file(made.name, made.content, made.media_type)


# ---- the page --------------------------------------------------------------------------------------------------------


def _one(
    visit: AdminVisit, workflow: UUID, status: int = 200, *, is_stale: bool = False, **forms: Form[Any]
) -> Response:
    """The page, with the forms that are given in the place of those as things stand."""
    found = visit.read(reading.shown, workflow)
    has_variants = visit.has("WORKFLOW_VARIANTS")
    model, ways = exports.model(found), exports.drawn(found["variants"]) if has_variants else []
    department = found["department"]
    departments = visit.read(members.choices)["departments"]
    as_it_stands: dict[str, Form[Any]] = {
        "place": Form({"name": found["name"], "department_id": (department or {}).get("id", "")}),
        "note": Form({"note_type": "clarification", "visible_to": "admins_only"}),
        "way": Form(),
    }
    return visit.page(
        "admin/workflows/one",
        status,
        workflow=found,
        picture=draw(found["name"], model, ways, "down"),
        has_variants=has_variants,
        versions=_with_changes(found["versions"]),
        departments={"": _("No department")} | {each["id"]: each["name"] for each in departments},
        forms_=as_it_stands | forms,
        is_stale=is_stale,
        opened=next(iter(forms), ""),
        roles=spoken(ROLES),
        ratings=spoken(RATINGS),
        note_types=spoken(NOTE_TYPES),
        visibilities=spoken(VISIBILITIES),
        group=visit.read(privacy.shown)["min_group_size"],
    )


def _with_changes(versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each version with what it has otherwise than the one before, the newest first."""
    structures = [Structure.model_validate(each["structure"]) for each in versions]
    before = [*structures[1:], None]
    return [each | {"changes": changes(old, new)} for each, old, new in zip(versions, before, structures, strict=True)]
