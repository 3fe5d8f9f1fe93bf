"""Two workflows that may be one: side by side, to merge them or to keep them apart."""

from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import _
from frame.visit import AdminVisit
from pages.admin.workflow import LIST, PATH
from vizdots import privacy
from vizdots.errors import NotFound, Stale
from vizdots.workflows import merging, reading

room = Room()

PAIR: Final = PATH + "/beside/{other:uuid}"


class Stays(BaseModel):
    """Which of the two stays, and what the other one was when the form was made."""

    stays: UUID
    etag_of_first: str = ""
    etag_of_second: str = ""


@room.get(PAIR)
def show_pair(visit: AdminVisit, workflow: UUID, other: UUID) -> Response:
    """Both, and what may become of them."""
    return _pair(visit, workflow, other, Form())


@room.post(PAIR + "/merge")
def merge_pair(visit: AdminVisit, workflow: UUID, other: UUID) -> Response:
    """One of them becomes part of the other."""
    form = visit.form(Stays)
    goes = {workflow: other, other: workflow}.get(form.value.stays) if not form.mistakes else None
    if goes is None:
        told = _("Please choose the one that stays.")
        return _pair(visit, workflow, other, form.with_mistake("stays", told), 422)
    sent = form.value
    expected = sent.etag_of_first if goes == workflow else sent.etag_of_second
    try:
        visit.write(merging.merge, merging.Merger(id=goes, into=sent.stays), expected=expected, at=visit.at)
    except Stale as refused:
        return _pair(visit, workflow, other, form, refused.status)
    return visit.to(f"{LIST}/{sent.stays}", said="workflows_merged")


@room.post(PAIR + "/apart")
def keep_apart(visit: AdminVisit, workflow: UUID, other: UUID) -> Response:
    """They are two, and nobody asks again."""
    visit.write(merging.keep_apart, merging.Apart(id=workflow, other_id=other))
    return visit.to(f"{LIST}/{workflow}", said="workflows_apart")


def _pair(visit: AdminVisit, workflow: UUID, other: UUID, form: Form[Any], status: int = 200) -> Response:
    if workflow == other:
        raise NotFound(code="workflow_not_found")
    both = [visit.read(reading.shown, each) for each in (workflow, other)]
    names: list[set[str]] = [{step["label"].casefold() for step in each["model"]["steps"]} for each in both]
    return visit.page(
        "admin/workflows/pair",
        status,
        both=both,
        in_both=names[0] & names[1],
        is_asked=str(other) in [each["id"] for each in both[0]["resembles"]],
        is_stale=status == Stale.status,
        form=form,
        group=visit.read(privacy.shown)["min_group_size"],
    )
