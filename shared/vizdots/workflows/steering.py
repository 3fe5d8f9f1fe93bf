"""The owner's steering wheel: what an admin says of a workflow lies over what people told, and can be taken back."""

from datetime import datetime
from typing import Annotated, Any, Final, LiteralString, Self
from uuid import UUID

from pydantic import Field, model_validator

from vizdots.errors import Stale
from vizdots.shapes import Answer, Input
from vizdots.texts import Name, Text, Words
from vizdots.transaction import Json, Transaction
from vizdots.workflows import reading
from vizdots.workflows.reading import Feedback, Note, NoteType, Rating, Status, Visibility, Workflow, WorkflowVariant
from vizdots.workflows.slugs import slug
from vizdots.workflows.structure import Corrections, StepKey

Named = Annotated[list[Name], Field(max_length=20)]
Keys = Annotated[list[StepKey], Field(max_length=20)]


class WorkflowChange(Input):
    """Another name, department or status; what is left out stays as it is."""

    id: UUID
    name: Name | None = None
    department_id: UUID | None = Field(None, description="Null, where it is sent: of no department.")
    status: Status | None = Field(None, description="An archived workflow is shown to nobody until it is restored.")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.model_fields_set <= {"id"}:
            raise ValueError("name, department_id or status")
        return self


class NewCorrection(Input):
    """All that is otherwise in a workflow: it takes the place of the correction before."""

    workflow_id: UUID
    corrections: Corrections
    reason: Text | None = None
    draft_id: UUID | None = Field(None, description="The draft of the caller's that this one is made of; it goes.")


class Laid(Answer):
    """What became of a correction."""

    id: UUID
    status: str = Field(description="active, or draft where the workflow wasn't any more what its editor saw.")
    workflow_id: UUID
    etag: str


class Reset(Input):
    """The workflow whose correction is taken back."""

    workflow_id: UUID


class NewFeedback(Input):
    """How well a workflow is told."""

    workflow_id: UUID
    rating: Rating
    missing_steps: Named = Field(default_factory=list)
    wrong_steps: Keys = Field(default_factory=list, description="Keys of steps that aren't so.")
    wrong_tools: Named = Field(default_factory=list)
    does_not_exist: bool = Field(False, description="Nobody works so here.")
    comment: Text | None = None


class NewNote(Input):
    """What is to be added to a workflow."""

    workflow_id: UUID
    note_type: NoteType
    note_text: Words
    visible_to: Visibility = "admins_only"


class TakenBack(Answer):
    """The note, or the draft, that isn't there any more."""

    id: UUID


class NewVariant(Input):
    """A way that differs, which an admin names before anybody has told of it."""

    workflow_id: UUID
    description: Name
    is_allowed: bool | None = None


class VariantChange(Input):
    """What the organisation says of a variant: fine (true), friction (false), or nothing (null)."""

    id: UUID
    is_allowed: bool | None
    description: Name | None = None


CHANGE: Final[LiteralString] = """
    select app.change_workflow(%(id)s, %(name)s, %(department)s, %(to_department)s, %(status)s, %(expected)s)
"""
CORRECT: Final[LiteralString] = """
    select app.correct_workflow(%(id)s, %(corrections)s, %(reason)s, %(expected)s, %(draft)s, %(at)s)::text
"""
DROP: Final[LiteralString] = "select app.drop_draft(%(id)s)::text"
RESET: Final[LiteralString] = "select app.reset_workflow(%(id)s, %(expected)s)"
RATE: Final[LiteralString] = "select app.rate_workflow(%(id)s, %(rating)s, %(feedback)s, %(at)s)::text"
NOTE: Final[LiteralString] = "select app.note_on_workflow(%(id)s, %(type)s, %(text)s, %(visible_to)s, %(at)s)::text"
TAKE_BACK: Final[LiteralString] = "select app.take_back_note(%(id)s)::text"
VARIANTS: Final[LiteralString] = "select app.workflow_variants_told(%(id)s)::text"
NAME: Final[LiteralString] = "select app.name_variant(%(id)s, %(key)s, %(description)s, %(is_allowed)s, %(at)s)::text"
JUDGE: Final[LiteralString] = "select app.judge_variant(%(id)s, %(is_allowed)s, %(description)s, %(expected)s)::text"


def change(db: Transaction, sent: WorkflowChange, *, expected: str | None = None) -> Json[Workflow]:
    """Rename, move, archive or restore a workflow, if it still is what `expected`, its ETag, stands for.

    Raises NotFound for it or its new department, and Stale.
    """
    return reading.told(
        db.value(
            CHANGE,
            id=sent.id,
            name=sent.name,
            department=sent.department_id,
            to_department="department_id" in sent.model_fields_set,
            status=sent.status,
            expected=expected,
        )
    )


def correct(db: Transaction, sent: NewCorrection, *, expected: str | None = None, at: datetime) -> Json[Laid]:
    """Lay a correction over a workflow in the place of the one before.

    Where the workflow isn't any more what `expected` stands for, the correction is kept as a draft of its author's: see
    `laid`. Raises NotFound.
    """
    told = sent.corrections.model_dump(mode="json", exclude_defaults=True)
    return Json(
        db.json(
            CORRECT,
            id=sent.workflow_id,
            corrections=told,
            reason=sent.reason,
            expected=expected,
            draft=sent.draft_id,
            at=at,
        )
    )


def laid(kept: dict[str, Any]) -> dict[str, Any]:
    """What `correct` has kept, once it is kept. Raises Stale for a draft: nothing is overwritten, nothing lost."""
    if kept["status"] == "draft":
        detail = "Somebody has changed it since you looked. What you sent is kept as a draft of yours."
        raise Stale(detail, draft_id=kept["id"])
    return kept


def drop(db: Transaction, draft: UUID) -> Json[TakenBack]:
    """Throw a draft of the caller's own away. Raises NotFound for anybody else's, and for what holds."""
    return Json(db.json(DROP, id=draft))


def reset(db: Transaction, sent: Reset, *, expected: str | None = None) -> Json[Workflow]:
    """Take the correction back: the workflow is what people told again. Raises NotFound and Stale."""
    return reading.told(db.value(RESET, id=sent.workflow_id, expected=expected))


def rate(db: Transaction, sent: NewFeedback, *, at: datetime) -> Json[Feedback]:
    """Keep what an admin says of how well a workflow is told; the newest counts. Raises NotFound."""
    told = sent.model_dump(mode="json", exclude={"workflow_id", "rating"}, exclude_defaults=True)
    return Json(db.json(RATE, id=sent.workflow_id, rating=sent.rating, feedback=told, at=at))


def note(db: Transaction, sent: NewNote, *, at: datetime) -> Json[Note]:
    """Add a note. Agents heed it in talks with those who may see it. Raises NotFound."""
    return Json(
        db.json(NOTE, id=sent.workflow_id, type=sent.note_type, text=sent.note_text, visible_to=sent.visible_to, at=at)
    )


def take_back(db: Transaction, note_id: UUID) -> Json[TakenBack]:
    """Take a note back. Raises NotFound for one that isn't there (any more)."""
    return Json(db.json(TAKE_BACK, id=note_id))


def variants(db: Transaction, workflow: UUID) -> Json[list[WorkflowVariant]]:
    """The ways that differ from a workflow's model. Raises NotFound."""
    return Json(db.json(VARIANTS, id=workflow))


def name_variant(db: Transaction, sent: NewVariant, *, at: datetime) -> Json[WorkflowVariant]:
    """A way that an admin names. Raises NotFound, and Conflict (already_exists)."""
    key = f"named:{slug(sent.description)}"
    return Json(
        db.json(NAME, id=sent.workflow_id, key=key, description=sent.description, is_allowed=sent.is_allowed, at=at)
    )


def judge(db: Transaction, sent: VariantChange, *, expected: str | None = None) -> Json[WorkflowVariant]:
    """Call a variant fine or friction, or take that back. Raises NotFound and Stale."""
    return Json(db.json(JUDGE, id=sent.id, is_allowed=sent.is_allowed, description=sent.description, expected=expected))
