"""Two workflows that may be one: an admin says whether they are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction
from vizdots.workflows import discovery, naming, reading, stored
from vizdots.workflows.reading import Workflow
from vizdots.workflows.structure import Step


class Merger(Input):
    """The workflow that turned out to be another one, and that other one, which stays."""

    id: UUID
    into: UUID


class Apart(Input):
    """Two workflows that resemble each other and are two all the same."""

    id: UUID
    other_id: UUID


class KeptApart(Answer):
    """They aren't asked about again."""

    workflow_id: UUID
    other_id: UUID
    decision: Literal["apart"]


class Named(Answer):
    """A workflow by its name."""

    id: UUID
    name: str


class Resemblance(Answer):
    """Two workflows that may be one."""

    one: Named
    other: Named
    similarity: float = Field(ge=0, le=1)


class Questions(Answer):
    """What nobody has answered yet, the most alike first."""

    items: list[Resemblance]
    more: int = Field(description="How many others there are.")


MOST_QUESTIONS: Final = 10  # at once: whoever answers them sees the others next

QUESTIONS: Final[LiteralString] = "select app.open_resemblances(%(most)s)::text"
WAYS: Final[LiteralString] = "select app.ways_to_merge(%(id)s, %(into)s)"
MERGE: Final[LiteralString] = """
    select app.merge_workflows(%(id)s, %(into)s, %(steps)s, to_jsonb(%(ways)s::jsonb[]), %(expected)s, %(at)s)
"""
KEEP_APART: Final[LiteralString] = "select app.keep_apart(%(id)s, %(other)s)::text"


def questions(db: Transaction) -> Json[Questions]:
    """Which workflows may be one, in the organisation that the caller administers."""
    return Json(db.json(QUESTIONS, most=MOST_QUESTIONS))


def merge(db: Transaction, sent: Merger, *, expected: str | None = None, at: datetime) -> Json[Workflow]:
    """Let a workflow be part of another one, which is told as it is then: what is told of the first counts for it.

    What the first was called leads to the other from now on, its notes move, its correction goes. `expected` is the
    first one's ETag. Raises NotFound, Stale, and Invalid for a workflow and itself.
    """
    ways = db.value(WAYS, id=sent.id, into=sent.into)
    source, target = ways["source"], ways["target"]
    steps = _as_steps_of(target, source)
    return reading.told(
        db.value(
            MERGE,
            id=sent.id,
            into=sent.into,
            steps={key: [it.model_dump() for it in found] for key, found in steps.items()},
            ways=[_differing(way, steps, target) for way in source["ways"]],
            expected=expected,
            at=at,
        )
    )


def keep_apart(db: Transaction, sent: Apart) -> Json[KeptApart]:
    """Say that two workflows are two. Raises NotFound where nobody asked."""
    return Json(db.json(KEEP_APART, id=sent.id, other=sent.other_id))


def _as_steps_of(target: dict[str, Any], source: dict[str, Any]) -> dict[str, tuple[Step, ...]]:
    """What each step of the source is in the target: steps that it has, or new ones."""
    vocabulary = [Step.model_construct(**it) for it in target["vocabulary"]]
    return {it["key"]: naming.named((it["label"],), (), vocabulary) for it in source["vocabulary"]}


def _differing(way: dict[str, Any], steps: dict[str, tuple[Step, ...]], target: dict[str, Any]) -> dict[str, Any]:
    """A way of the source in the target's steps, and how it differs from the target's model."""
    told = _once(step for key in way["steps"] for step in steps[key])
    model = stored.model(target["structure"], target["version_number"], target["override"]).structure
    variants = discovery.variants(told, way["tools"], model)
    return {"steps": [it.key for it in told], "tools": way["tools"], "variants": variants}


def _once(steps: Iterable[Step]) -> list[Step]:
    return list({it.key: it for it in steps}.values())
