"""Why we say of a workflow what we say: how many people, in how many weeks, and never who."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from frame.room import Room
from frame.visit import AdminVisit
from pages.admin.words import ROLES, spoken
from pages.admin.workflow import PATH
from pages.admin.workflow_words import claim
from vizdots import privacy
from vizdots.errors import Invalid, NotFound
from vizdots.texts import LABEL_LENGTH, WITHOUT_NUL
from vizdots.workflows import evidence, reading
from vizdots.workflows.evidence import Claim

room = Room()


class Asked(BaseModel):
    """What is asked about: a step by its key, a tool by its name, a version or a variant by its id."""

    kind: Claim
    key: Annotated[str, StringConstraints(max_length=LABEL_LENGTH, pattern=WITHOUT_NUL)] = ""

    def of(self, workflow: UUID) -> tuple[UUID, str | None]:
        """The id and the key that `evidence.why` takes. Raises NotFound."""
        if self.kind not in ("version", "variant"):
            return workflow, self.key or None
        try:
            return UUID(self.key), None
        except ValueError:
            raise NotFound(code="nothing_to_explain") from None


@room.get(PATH + "/why")
def show_why(visit: AdminVisit, workflow: UUID) -> Response:
    """The evidence; what an admin told of it themself is theirs to read."""
    form = visit.asked(Asked)
    if form.mistakes:
        raise Invalid("That is nothing that could be asked about.", code="invalid_question")
    kind, (of, key) = form.value.kind, form.value.of(workflow)
    why = visit.read(evidence.why, kind, of, key)
    if why["workflow_id"] != str(workflow):
        raise NotFound(code="nothing_to_explain")
    found = visit.read(reading.shown, workflow)
    part = _part(found, kind, key)
    label = (part or {}).get("label") or (part or {}).get("name") or why["label"]
    if label is None:
        raise NotFound(code="nothing_to_explain")
    return visit.page(
        "admin/workflows/why",
        workflow=found,
        why=why,
        part=part,
        claim=claim(kind, label),
        label=label,
        roles=spoken(ROLES),
        group=visit.read(privacy.shown)["min_group_size"],
    )


def _part(found: dict[str, Any], kind: Claim, key: str | None) -> dict[str, Any] | None:
    """The step or the tool as the model has it, with its origin; None for all else, and for what it has no more."""
    model = found["model"]
    if kind == "step":
        return next((step for step in model["steps"] if step["key"] == key), None)
    if kind == "tool":
        names = [(tool["ai_name"] or tool["name"], tool) for tool in model["tools"]]
        return next((tool for name, tool in names if name.casefold() == (key or "").casefold()), None)
    return None
