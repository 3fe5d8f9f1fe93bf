"""A person's own work: the workflows that they have told of, and how what they told stands beside the model."""

import json
from typing import Any, Final, LiteralString
from uuid import UUID

from pydantic import AwareDatetime, Field

from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction
from vizdots.workflows import stored
from vizdots.workflows.effective import Effective
from vizdots.workflows.reading import Evidence, NoteType
from vizdots.workflows.structure import Step


class OwnTelling(Answer):
    """What the person said of it last."""

    id: UUID = Field(description="Of the dot.")
    created_at: AwareDatetime
    is_private: bool = Field(description="A private dot counts in no model.")
    steps: list[Step]
    tools: list[str]


class NoteForMe(Answer):
    """A note of the organisation's that the person may see."""

    note_type: NoteType
    note_text: str


class OwnWorkflow(Answer):
    """A workflow that the person has told of."""

    id: UUID
    name: str
    model: Effective | None = Field(description="Null while only private dots tell of it.")
    dot: OwnTelling
    evidence: Evidence = Field(description="How many tell of it.")
    notes: list[NoteForMe]


class OwnWorkflows(Answer):
    """All of them, what was told last first."""

    items: list[OwnWorkflow]


MINE: Final[LiteralString] = "select app.my_work()"


def told(db: Transaction) -> Json[OwnWorkflows]:
    """The workflows that the caller has told of, as they are in the organisation they act in."""
    return Json(json.dumps({"items": [_with_model(it) for it in db.value(MINE)]}, ensure_ascii=False))


def _with_model(it: dict[str, Any]) -> dict[str, Any]:
    structure, number, override = (it.pop(name) for name in ("structure", "version_number", "override"))
    return it | {"model": stored.model(structure, number, override).model_dump(mode="json") if structure else None}
