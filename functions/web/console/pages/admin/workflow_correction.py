"""Correct a workflow: its steps line by line, its tools, and a look at what it becomes before it holds.

Each button sends the whole form, so that it works without a script and nothing typed is lost on the way; only saving
keeps anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from starlette.responses import Response

from frame.room import Room
from frame.speech import _
from frame.visit import AdminVisit
from pages.admin.words import ROLES, spoken
from pages.admin.workflow import LIST, PATH
from pages.admin.workflow_edit import Edit, Mistakes, checked, read
from vizdots.errors import NotFound, Stale
from vizdots.workflows import editing, exports, reading, steering
from vizdots.workflows.changes import changes
from vizdots.workflows.effective import Effective, OverrideOf, VersionOf, effective
from vizdots.workflows.layout import draw
from vizdots.workflows.structure import Corrections, Structure

room = Room()

CORRECT: Final = PATH + "/correct"


@room.get(CORRECT)
def show_correction(visit: AdminVisit, workflow: UUID) -> Response:
    """The form as the workflow stands, or as a draft of one's own would have it."""
    found = _found(visit, workflow)
    asked = visit.request.query_params.get("draft")
    if not asked:
        return _editor(visit, found, _as_it_stands(found, exports.model(found), found["override"]))
    draft = next((each for each in found["drafts"] if each["id"] == asked), None)
    if draft is None:
        raise NotFound(code="draft_not_found")
    edit = _as_it_stands(found, _over(found, Corrections.model_validate(draft["corrections"]), visit.at), draft)
    return _editor(visit, found, replace(edit, draft_id=draft["id"]))


@room.post(CORRECT)
def correct_workflow(visit: AdminVisit, workflow: UUID) -> Response:
    """Move, add or take out a step, look at what it becomes, or let it hold."""
    found = _found(visit, workflow)
    edit, do = read(visit.sent)
    edit, wrong = edit.done(do, _structure(found, edit))
    if do not in ("look", "save"):
        return _editor(visit, found, edit, 422 if wrong else 200, wrong=wrong)
    if not wrong:
        edit, wrong = checked(edit)
    corrections = None if wrong else _corrections(found, edit, wrong)
    if corrections is None:
        return _editor(visit, found, edit, 422, wrong=wrong)
    if do == "look":
        return _editor(visit, found, edit, preview=_over(found, corrections, visit.at))
    return _keep(visit, found, edit, corrections)


def _keep(visit: AdminVisit, found: dict[str, Any], edit: Edit, corrections: Corrections) -> Response:
    """Let the correction hold; where somebody was faster it is a draft, which the page says and shows."""
    sent = steering.NewCorrection(
        workflow_id=found["id"],
        corrections=corrections,
        reason=edit.reason or None,
        draft_id=UUID(edit.draft_id) if edit.draft_id else None,
    )
    kept = visit.write(steering.correct, sent, expected=edit.etag, at=visit.at)
    if kept["status"] == "draft":
        now = _found(visit, sent.workflow_id)
        return _editor(visit, now, replace(edit, etag=now["etag"], draft_id=kept["id"]), Stale.status)
    return visit.to(f"{LIST}/{sent.workflow_id}", said="workflow_corrected")


# ---- the page --------------------------------------------------------------------------------------------------------


def _found(visit: AdminVisit, workflow: UUID) -> dict[str, Any]:
    if not visit.has("WORKFLOW_OVERRIDES"):
        raise NotFound(code="feature_off")
    found: dict[str, Any] = visit.read(reading.shown, workflow)
    return found


def _editor(
    visit: AdminVisit,
    found: dict[str, Any],
    edit: Edit,
    status: int = 200,
    *,
    wrong: Mapping[str, str] | None = None,
    preview: Effective | None = None,
) -> Response:
    now = exports.model(found)
    return visit.page(
        "admin/workflows/correct",
        status,
        workflow=found,
        now=now,
        edit=edit,
        form=edit.as_form(wrong or {}),
        left_out=editing.left_out(_structure(found, edit), edit.rows),
        told={step.key: step.label for step in _structure(found, edit).steps},
        is_stale=status == Stale.status,
        newest=found["versions"][0]["number"],
        preview=preview,
        picture=preview and draw(found["name"], preview, direction="down"),
        difference=preview and changes(now.structure, preview.structure),
        roles=spoken(ROLES),
    )


def _as_it_stands(found: dict[str, Any], model: Effective, correction: Mapping[str, Any] | None) -> Edit:
    """The form that would change nothing of a model."""
    return Edit(
        etag=found["etag"],
        version=found["versions"][0]["number"],
        rows=editing.rows(model),
        used=_used(found, model),
        reason=(correction or {}).get("reason") or "",
    )


def _used(found: dict[str, Any], model: Effective) -> dict[str, str]:
    """What stands in a model for each tool that people name."""
    shown = {tool.ai_name or tool.name: tool.name for tool in model.tools}
    return {name: shown.get(name, name) for name in found["versions"][0]["structure"]["tools"]}


def _structure(found: dict[str, Any], edit: Edit) -> Structure:
    """What people told when the form was made: a step that they tell of since then was taken out by nobody."""
    versions: Sequence[dict[str, Any]] = found["versions"]
    seen = next((each for each in versions if each["number"] == edit.version), versions[0])
    return Structure.model_validate(seen["structure"])


def _corrections(found: dict[str, Any], edit: Edit, wrong: Mistakes) -> Corrections | None:
    """What the form says; None where that can't be, of which `wrong` tells then."""
    before = Corrections.model_validate((found["override"] or {}).get("corrections", {}))
    try:
        made = editing.corrections(_structure(found, edit), edit.rows, edit.used, before)
    except ValidationError:
        wrong[""] = _("These are too many corrections: of each kind 20 fit. A workflow of more steps may be two.")
        return None
    if made == Corrections() and found["override"] is None:
        wrong[""] = _("Nothing is otherwise yet than people tell it.")
        return None
    return made


def _over(found: dict[str, Any], corrections: Corrections, at: datetime) -> Effective:
    """The latest version with corrections that don't hold (yet)."""
    latest = found["versions"][0]
    over = OverrideOf(by="admin", at=at, corrections=corrections)
    return effective(Structure.model_validate(latest["structure"]), VersionOf(number=latest["number"]), over)
