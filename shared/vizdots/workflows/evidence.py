""" "Why are you saying this?": the evidence for whatever is said of work, down to the dots. API and pages ask alike."""

from typing import Final, Literal, LiteralString
from uuid import UUID

from pydantic import AwareDatetime, Field

from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction
from vizdots.workflows.reading import Evidence

Claim = Literal["workflow", "version", "step", "tool", "data_source", "variant"]


class OwnDot(Answer):
    """A dot of the caller's own that says so."""

    dot_id: UUID
    created_at: AwareDatetime


class Why(Answer):
    """What is said, by how many people in how many weeks, and where the caller said so themself."""

    kind: Claim
    id: UUID = Field(description="Of the version or the variant; of the workflow, for everything else.")
    key: str | None = Field(description="Of the step; the name of the tool or the data source.")
    label: str | None
    workflow_id: UUID
    workflow_name: str
    evidence: Evidence
    own: list[OwnDot] = Field(description="The caller's own dots, the newest first. Nobody sees anybody else's.")


WHY: Final[LiteralString] = "select app.why(%(kind)s, %(id)s, %(key)s)::text"


def why(db: Transaction, kind: Claim, claim: UUID, key: str | None = None) -> Json[Why]:
    """The evidence for a workflow, or a part of one. For its admins, and for whoever has told of it.

    Raises NotFound for all that isn't there, and for everybody else.
    """
    return Json(db.json(WHY, kind=kind, id=claim, key=key))
