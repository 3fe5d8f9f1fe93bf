"""The workflows of an organisation: a map of them by department, and a list to find one in."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from frame.room import Room
from frame.speech import N_, _
from frame.visit import AdminVisit
from pages.admin.words import spoken
from pages.admin.workflow_words import RATINGS
from vizdots import members, privacy
from vizdots.errors import Invalid
from vizdots.workflows import merging, reading

room = Room()

Which = Literal["active", "archived", "all"]
View = Literal["map", "list"]

STATUSES: Final[Mapping[Which, str]] = {"active": N_("Current"), "archived": N_("Archived"), "all": N_("All of them")}
A_PAGE: Final[Mapping[View, int]] = {"map": 100, "list": 50}


class Wanted(BaseModel):
    """Which workflows are looked for, and how they are shown."""

    search: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")] | None = (
        None
    )
    department_id: UUID | None = None
    status: Which = "active"
    view: View = "map"
    beside: UUID | None = None
    """The workflow that one of these may be the same as: they lead to both side by side."""


@room.get("/admin/workflows")
def show_workflows(visit: AdminVisit) -> Response:
    """A page of those that are looked for; what is still to be answered about them comes first."""
    form = visit.asked(Wanted)
    if form.mistakes:
        raise Invalid("One of the filters is none.", code="invalid_filter")
    wanted = form.value
    page = visit.read(
        reading.listed,
        department=wanted.department_id,
        status=wanted.status,
        search=wanted.search,
        limit=A_PAGE[wanted.view],
        cursor=visit.cursor,
    )
    shown = [each for each in page["items"] if each["id"] != str(wanted.beside)]
    query = wanted.model_dump(mode="json", exclude_defaults=True)
    departments = visit.read(members.choices)["departments"]
    return visit.page(
        "admin/workflows/index",
        workflows=shown,
        sections=_by_department(shown),
        next_cursor=page["next_cursor"],
        questions=visit.read(merging.questions)["items"],
        form=form,
        view=wanted.view,
        query=query,
        narrowed={name: value for name, value in query.items() if name not in ("view", "beside")},
        beside=visit.read(reading.shown, wanted.beside) if wanted.beside else None,
        departments={"": _("All departments")} | {each["id"]: each["name"] for each in departments},
        statuses=spoken(STATUSES),
        ratings=spoken(RATINGS),
        group=visit.read(privacy.shown)["min_group_size"],
    )


def _by_department(workflows: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The workflows of each department by its name; those of none come last, under an empty one."""

    def name(each: dict[str, Any]) -> str:
        return each["department"]["name"] if each["department"] else ""

    ordered = sorted(workflows, key=lambda each: (not name(each), name(each).casefold(), name(each)))
    return [(department, [*of_it]) for department, of_it in groupby(ordered, key=name)]
