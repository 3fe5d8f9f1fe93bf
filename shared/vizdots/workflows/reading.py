"""An organisation's workflows as its admins see them: the effective model, how it came to be, and how sure it is."""

import json
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import AwareDatetime, Field, PositiveInt

from vizdots import pages
from vizdots.pages import Page
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction
from vizdots.workflows import stored
from vizdots.workflows.effective import Effective
from vizdots.workflows.structure import Corrections, Structure, Variant

Status = Literal["active", "archived"]
Rating = Literal["accurate", "partially_right", "incorrect"]
NoteType = Literal["question", "clarification", "policy", "alert", "exception"]
Visibility = Literal["admins_only", "managers", "everyone"]


class Evidence(Answer):
    """How many people say so, in whole groups of `min_group_size`, and in how many weeks: never who, and never when."""

    at_least: int | None = Field(description="Null for fewer than a group.")
    reason: Literal["too_few_people"] | None
    weeks: int | None = Field(description="Different weeks in which somebody said so; null for fewer than a group.")


class DepartmentOf(Answer):
    """The department that a workflow belongs to."""

    id: UUID
    name: str


class VariantCounts(Answer):
    """How many ways differ from the model, by what the organisation says of them."""

    unclassified: int
    fine: int
    friction: int


class WorkflowSummary(Answer):
    """A workflow as lists show it."""

    id: UUID
    workflow_key: str
    name: str
    status: Status
    department: DepartmentOf | None
    version: PositiveInt
    steps: int = Field(description="Of the latest version.")
    tools: list[str]
    is_corrected: bool = Field(description="Whether a correction lies over it.")
    accuracy: Rating | None = Field(description="What an admin said of it last.")
    variants: VariantCounts
    questions: int = Field(description="Other workflows that may be this one: merge them, or keep them apart.")
    evidence: Evidence


class WorkflowVersion(Answer):
    """What most people told, at one time."""

    id: UUID
    number: PositiveInt
    by: Literal["ai", "owner", "admin", "system"]
    structure: Structure
    change_summary: str | None = Field(description="What it has otherwise than the version before.")


class Correction(Answer):
    """What somebody says is otherwise."""

    id: UUID
    by: Literal["owner", "admin"]
    at: AwareDatetime
    reason: str | None
    corrections: Corrections


class WorkflowVariant(Answer):
    """A way that differs from the model."""

    id: UUID
    workflow_id: UUID
    variant_key: str
    description: str | None
    details: Variant | dict[str, Any] = Field(description="Empty for one that an admin named.")
    is_allowed: bool | None = Field(description="True: fine; false: friction; null: nobody has said.")
    source: Literal["ai", "owner", "admin", "system"]
    evidence: Evidence
    etag: str


class ShownVariant(WorkflowVariant):
    """The same beside its workflow."""

    share: int | None = Field(description="Percent of those who tell of the workflow, in whole groups of both.")


class Note(Answer):
    """What an admin adds to a workflow; agents and people heed what they may see."""

    id: UUID
    note_type: NoteType
    note_text: str
    visible_to: Visibility
    created_at: AwareDatetime


class Feedback(Answer):
    """What an admin said of how well a workflow is told."""

    id: UUID
    rating: Rating
    feedback: dict[str, Any]
    by: Literal["owner", "admin"]
    at: AwareDatetime


class Resembling(Answer):
    """Another workflow that may be this one."""

    id: UUID
    name: str
    similarity: float = Field(ge=0, le=1)


class ShownEvidence(Answer):
    """The evidence for the parts of a workflow: steps by key, tools and data sources by name in small letters."""

    workflow: dict[str, Evidence] = Field(description="One entry, of the empty key.")
    step: dict[str, Evidence] = Field(default_factory=dict)
    tool: dict[str, Evidence] = Field(default_factory=dict)
    data_source: dict[str, Evidence] = Field(default_factory=dict)


class Workflow(Answer):
    """A workflow: as it holds now (`model`), and all that this is made of."""

    id: UUID
    workflow_key: str
    name: str
    also_known_as: list[str] = Field(description="What was merged into it was called so.")
    status: Status
    etag: str
    department: DepartmentOf | None
    model: Effective
    override: Correction | None = Field(description="The active correction.")
    drafts: list[Correction] = Field(description="The caller's own corrections that came too late to be laid over it.")
    versions: list[WorkflowVersion] = Field(description="The newest first.")
    variants: list[ShownVariant]
    notes: list[Note]
    feedback: Feedback | None
    resembles: list[Resembling]
    evidence: ShownEvidence


LIST: Final[LiteralString] = """
    select app.known_to_admins(
      %(department)s, %(status)s, %(search)s, %(after)s, %(after_id)s, %(limit)s)::text
"""
ONE: Final[LiteralString] = "select app.workflow_detail(%(id)s)"


def listed(
    db: Transaction,
    *,
    department: UUID | None = None,
    status: Status | Literal["all"] = "active",
    search: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Json[Page[WorkflowSummary]]:
    """The workflows by name: of a department, of a status, with these letters in their name."""
    return Json(
        db.json(LIST, department=department, status=status, search=search, limit=limit, **pages.start_by_name(cursor))
    )


def shown(db: Transaction, workflow: UUID) -> Json[Workflow]:
    """One workflow, whole, in one statement. Raises NotFound."""
    return told(db.value(ONE, id=workflow))


def told(detail: dict[str, Any]) -> Json[Workflow]:
    """What app.workflow_detail tells, with the effective model and the variants' shares."""
    of_all = detail["evidence"].get("workflow", {}).get("", {}).get("at_least")
    variants = [it | {"share": _share(it["evidence"]["at_least"], of_all)} for it in detail["variants"]]
    latest = detail["versions"][0]
    model = stored.model(latest["structure"], latest["number"], detail["override"])
    whole = detail | {"variants": variants, "model": model.model_dump(mode="json")}
    return Json(json.dumps(whole, ensure_ascii=False))


def _share(people: int | None, of_all: int | None) -> int | None:
    return round(100 * people / of_all) if people is not None and of_all else None
