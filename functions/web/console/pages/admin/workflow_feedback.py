"""How well a workflow is told: one button where it is right, a form where it isn't."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from frame.forms import Form, told
from frame.room import Room
from frame.visit import AdminVisit
from pages.admin.words import spoken
from pages.admin.workflow import LIST, PATH
from pages.admin.workflow_words import RATINGS
from vizdots.errors import NotFound
from vizdots.texts import Text
from vizdots.workflows import reading, steering
from vizdots.workflows.reading import Rating

room = Room()

FEEDBACK: Final = PATH + "/feedback"


class Opinion(BaseModel):
    """What an admin says: what is missing stands line by line."""

    rating: Rating
    missing: str = ""
    wrong_steps: list[str] = []
    wrong_tools: list[str] = []
    does_not_exist: bool = False
    comment: Text | None = None


@room.get(FEEDBACK)
def show_feedback(visit: AdminVisit, workflow: UUID) -> Response:
    """The form for what isn't right."""
    rating = visit.request.query_params.get("rating")
    return _form(visit, workflow, Form({"rating": rating if rating in RATINGS else "partially_right"}))


@room.post(FEEDBACK)
def give_feedback(visit: AdminVisit, workflow: UUID) -> Response:
    """Keep it; the newest counts."""
    form = visit.form(Opinion)
    if form.mistakes:
        return _form(visit, workflow, form, 422)
    lines = [line.strip() for line in form.value.missing.splitlines() if line.strip()]
    try:
        sent = steering.NewFeedback.model_validate(
            form.value.model_dump(exclude={"missing"}) | {"workflow_id": workflow, "missing_steps": lines}
        )
    except ValidationError as error:
        for each in error.errors():
            name = str(each["loc"][0])
            form = form.with_mistake("missing" if name == "missing_steps" else name, told(each))
        return _form(visit, workflow, form, 422)
    visit.write(steering.rate, sent, at=visit.at)
    return visit.to(f"{LIST}/{workflow}", said="feedback_given")


def _form(visit: AdminVisit, workflow: UUID, form: Form[Any], status: int = 200) -> Response:
    if not visit.has("ACCURACY_FEEDBACK"):
        raise NotFound(code="feature_off")
    found = visit.read(reading.shown, workflow)
    return visit.page("admin/workflows/feedback", status, workflow=found, form=form, ratings=spoken(RATINGS))
