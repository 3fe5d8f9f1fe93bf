"""The audit log: who changed what, as a file to keep, and the proof that nobody has tampered with it."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Annotated, Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field
from starlette.responses import Response

from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _
from frame.visit import AdminVisit
from pages.admin import audit_words
from pages.admin.words import spoken
from vizdots import audit

room = Room()

PATH: Final = "/admin/audit-log"
A_PAGE: Final = 50  # entries
A_DAY: Final = timedelta(days=1)
BACKWARDS: Final = N_("Please choose a day that isn’t before the first one.")

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]


class Filters(BaseModel):
    """Which entries somebody wants to see; days are those of the organisation, both of them included."""

    actor: UUID | Literal["system"] | None = None
    entity_type: audit.Entity | None = None
    entity_id: UUID | None = None
    action: audit.Action | None = None
    since: Day | None = None
    until: Day | None = None


@room.get(PATH)
def show_log(visit: AdminVisit) -> Response:
    """A page of it, newest first, day by day."""
    form = _filters(visit)
    if form.mistakes:
        return _page(visit, form, {"items": [], "next_cursor": None}, 422)
    return _page(visit, form, visit.read(audit.listed, _meant(visit, form.value), limit=A_PAGE, cursor=visit.cursor))


@room.get(f"{PATH}/download")
def download(visit: AdminVisit) -> Response:
    """The same entries as a file; where one doesn't hold them all, first the choice of the file."""
    form = _filters(visit)
    if form.mistakes:
        return _page(visit, form, {"items": [], "next_cursor": None}, 422)
    export = visit.caller.read(audit.exported, _meant(visit, form.value), cursor=visit.cursor)
    if export.next_cursor and "file" not in visit.request.query_params:
        return visit.page("admin/audit_log/files", export=export, query=_query(form))
    return visit.file(audit.file_name(visit.at), export.lines, "application/x-ndjson")


@room.get(f"{PATH}/verify")
def verify(visit: AdminVisit) -> Response:
    """Whether the log is whole, and what to do if it isn't."""
    told = visit.read(audit.verified)
    broken = told["first_broken"]
    return visit.page(
        "admin/audit_log/verified",
        verified=told,
        how=broken and broken["how"],
        broken=_line(visit, broken and broken["entry"]),
        proved=_line(visit, told["last_proved"]),
    )


def _filters(visit: AdminVisit) -> Form[Filters]:
    form = visit.asked(Filters)
    if not form.mistakes and form.value.since and form.value.until and form.value.since > form.value.until:
        return form.with_mistake("until", _(BACKWARDS))
    return form


def _meant(visit: AdminVisit, filters: Filters) -> audit.Filter:
    """The filters with their days as moments: from the first midnight to the one after the last."""
    zone = ZoneInfo(visit.zone)
    return audit.Filter(
        **filters.model_dump(exclude={"since", "until"}),
        since=datetime.combine(filters.since, time(), zone) if filters.since else None,
        until=datetime.combine(filters.until + A_DAY, time(), zone) if filters.until else None,
    )


def _page(visit: AdminVisit, form: Form[Filters], entries: dict[str, Any], status: int = 200) -> Response:
    zone = ZoneInfo(visit.zone)
    admins = {each["id"]: each["name"] or _("Somebody without a name") for each in visit.read(audit.admins)["items"]}
    lines = [audit_words.line(each, visit.zone) for each in entries["items"]]
    days = groupby(lines, key=lambda each: datetime.fromisoformat(each.at).astimezone(zone).date())
    return visit.page(
        "admin/audit_log/index",
        status,
        form=form,
        query=_query(form),
        days=[(day, [*of_it]) for day, of_it in days],
        next_cursor=entries["next_cursor"],
        actors=_with_chosen(admins | {"system": _("VizDots")}, form, lines),
        about=next((each.about for each in lines), ""),
        kinds=spoken(audit_words.KINDS),
        actions=spoken(audit_words.ACTIONS),
    )


def _with_chosen(actors: dict[str, str], form: Form[Filters], lines: list[audit_words.Line]) -> dict[str, str]:
    """The actors to choose from; whoever is chosen is among them, though they may be no admin any more."""
    chosen = str(form.typed.get("actor", ""))
    if chosen and chosen not in actors and not form.mistakes:
        actors = actors | {chosen: lines[0].who if lines else _("Somebody who has left")}
    return actors


def _query(form: Form[Filters]) -> dict[str, str]:
    """The filters as an address has them."""
    return {name: form.typed[name] for name in Filters.model_fields if form.typed.get(name)}


def _line(visit: AdminVisit, entry: dict[str, Any] | None) -> audit_words.Line | None:
    return None if entry is None else audit_words.line(entry, visit.zone)
