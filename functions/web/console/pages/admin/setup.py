"""The set-up wizard: four steps from an account to an organisation, kept between visits and devices.

The third, which is about people, has a room of its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from frame import cookies
from frame.forms import Form, told
from frame.room import Room
from frame.speech import N_, _
from frame.visit import Elsewhere, FounderVisit
from pages.admin import weeks, zones
from vizdots import organizations, setup
from vizdots import setup_steps as steps
from vizdots.errors import Conflict, Invalid, Stale
from vizdots.schedules import SCHEDULER_RUNS_AT, USUAL_WEEK, Week
from vizdots.texts import Name

room = Room()

BEGIN: Final = "/setup"
DONE: Final = "/setup/done"
PAGES: Final[dict[steps.StepName, str]] = {
    "company": "/setup/company",
    "departments": "/setup/departments",
    "people": "/setup/people",
    "settings": "/setup/launch",
}
STALE: Final = N_(
    "You have changed this in another window meanwhile. Below is what you typed here: save it again to keep it."
)


class DepartmentList(BaseModel):
    """The departments, one in each line."""

    names: str = ""


class Founder(BaseModel):
    """Who the founder is."""

    display_name: Name
    job_title: Name | None = None


class Hours(BaseModel):
    """When people work; it comes field by field."""

    schedule: Week


# ---- the way in ------------------------------------------------------------------------------------------------------


@room.get("/setup")
def show_beginning(visit: FounderVisit) -> Response:
    """What lies ahead; on to the next step where a set-up is under way. Whoever waits for an invitation is told so."""
    found = visit.read(setup.shown)
    if found["state"] == "in_progress":
        raise Elsewhere(page_of(found["next_step"]))
    return visit.page("admin/setup/begin", email=visit.caller.email, completed=found["completed"])


@room.post("/setup")
def begin(visit: FounderVisit) -> Response:
    """Begin, or go on."""
    return visit.to(page_of(visit.write(setup.begin, at=visit.at)["next_step"]))


# ---- company and departments -----------------------------------------------------------------------------------------


@room.get("/setup/company")
def show_company(visit: FounderVisit) -> Response:
    """What the company is called, where it is, how large."""
    found = under_way(visit, "company")
    return _company(visit, found, Form(found["steps"]["company"] or {}))


@room.post("/setup/company")
def keep_company(visit: FounderVisit) -> Response:
    """Keep it, and on to the departments."""
    form = visit.form(steps.Company)
    if not form.mistakes:
        try:
            return save(visit, setup.CompanyStep(step="company", data=form.value))
        except Stale:
            form = form.with_mistake("", _(STALE))
        except Invalid:
            form = form.with_mistake("timezone", _("Please choose one of the time zones."))
    return _company(visit, under_way(visit, "company"), form, 422)


def _company(visit: FounderVisit, found: dict[str, Any], form: Form[Any], status: int = 200) -> Response:
    bands = choices(organizations.SIZE_BANDS, _("I’d rather not say"))
    places = zones.by_continent(visit)
    return visit.page("admin/setup/company", status, form=form, zones=places, bands=bands, **facts(found, "company"))


@room.get("/setup/departments")
def show_departments(visit: FounderVisit) -> Response:
    """Its departments, one in each line."""
    found = under_way(visit, "departments")
    names = (found["steps"]["departments"] or {"names": []})["names"]
    return visit.page("admin/setup/departments", form=Form({"names": "\n".join(names)}), **facts(found, "departments"))


@room.post("/setup/departments")
def keep_departments(visit: FounderVisit) -> Response:
    """Keep them, and on to the people; a name that was written twice, in whatever case, is told."""
    form = visit.form(DepartmentList)
    names = [line.strip() for line in str(form.typed.get("names", "")).splitlines() if line.strip()]
    try:
        return save(visit, setup.DepartmentsStep(step="departments", data=steps.Departments(names=names)))
    except ValidationError as error:
        form = form.with_mistake("names", _departments_mistake(error, names))
    except Stale:
        form = form.with_mistake("", _(STALE))
    return visit.page(
        "admin/setup/departments", 422, form=form, **facts(under_way(visit, "departments"), "departments")
    )


def _departments_mistake(error: ValidationError, names: list[str]) -> str:
    first = error.errors()[0]
    if first["type"] == "repeated_name":
        return _("Each department needs a name of its own: one of these stands here twice.")
    if first["loc"] == ("names",):
        return _("These are too many: at most %(most)s departments fit.") % {"most": steps.MOST_DEPARTMENTS}
    return _("Please check “%(name)s”: %(mistake)s") % {
        "name": names[int(first["loc"][1])][:40],
        "mistake": told(first),
    }


# ---- settings, and launch --------------------------------------------------------------------------------------------


@room.get("/setup/launch")
def show_launch(visit: FounderVisit) -> Response:
    """The week, who the founder is, and what happens next."""
    found = under_way(visit, "settings")
    known = found["steps"]["settings"] or {"schedule": USUAL_WEEK, "display_name": "", "job_title": ""}
    return _launch(visit, found, Form({**known, **weeks.as_typed(known["schedule"])}))


@room.post("/setup/launch")
def launch(visit: FounderVisit) -> Response:
    """Keep the last step, and found the organisation: all of it, or nothing. Sent twice, it is founded once."""
    form = visit.form(Founder)
    try:
        hours = Hours.model_validate({"schedule": weeks.read(visit.sent)})
    except ValidationError as error:
        for name, mistake in weeks.mistakes(error).items():
            form = form.with_mistake(name, mistake)
        hours = None
    if hours is None or form.mistakes:
        return _launch(visit, under_way(visit, "settings"), form, 422)

    told = steps.Launch(schedule=hours.schedule, **form.value.model_dump())
    step = setup.SettingsStep(step="settings", data=told)
    try:
        # By itself: the form's key is for what comes after it.
        visit.step(setup.save, step, founder=visit.caller.email, expected=seen(visit))
        done = visit.write(setup.complete, at=visit.at)
    except Stale:
        return _launch(visit, under_way(visit, "settings"), form.with_mistake("", _(STALE)), 422)
    except Conflict as refused:
        return visit.to(DONE if refused.code == "already_completed" else BEGIN)
    visit.jar.keep(cookies.ORGANISATION, done["org_id"], seconds=cookies.A_YEAR)
    return visit.to(DONE)


@room.get("/setup/done")
def show_done(visit: FounderVisit) -> Response:
    """What has happened, and what will."""
    completed = visit.read(setup.shown)["completed"]
    if completed is None:
        raise Elsewhere(BEGIN)
    zone = ZoneInfo(completed["timezone"])
    ends = datetime.fromisoformat(completed["trial_ends_at"]).astimezone(zone).date()
    return visit.page("admin/setup/done", completed=completed, next_run=_next_run(visit), trial_ends=ends)


def _launch(visit: FounderVisit, found: dict[str, Any], form: Form[Any], status: int = 200) -> Response:
    return visit.page(
        "admin/setup/launch",
        status,
        form=form,
        weekdays=weeks.names(),
        told=found["steps"],
        **facts(found, "settings"),
    )


def _next_run(visit: FounderVisit) -> str:
    run = visit.at.replace(hour=SCHEDULER_RUNS_AT.hour, minute=0, second=0, microsecond=0)
    return (run if run > visit.at else run + timedelta(days=1)).isoformat()


# ---- what the steps share --------------------------------------------------------------------------------------------


def page_of(step: steps.StepName | None) -> str:
    """The page of a step; without one everything is told, and only the launch is left."""
    return PAGES[step or "settings"]


def under_way(visit: FounderVisit, step: steps.StepName) -> dict[str, Any]:
    """The set-up, `vizdots.setup.Setup`; whoever isn't as far as this step is led to the one where they are."""
    found: dict[str, Any] = visit.read(setup.shown)
    if found["state"] != "in_progress":
        raise Elsewhere(BEGIN)
    due: steps.StepName = found["next_step"] or "settings"
    if steps.STEPS.index(step) > steps.STEPS.index(due):
        raise Elsewhere(page_of(due))
    return found


def facts(found: dict[str, Any], step: steps.StepName) -> dict[str, Any]:
    """What the frame of each step tells: where it is, and which others there are to go to."""
    due = steps.STEPS.index(found["next_step"] or "settings")
    nth = steps.STEPS.index(step)
    ways = [(PAGES[each] if at <= due else "", each) for at, each in enumerate(steps.STEPS)]
    return {"etag": found["etag"], "ways": ways, "step": step, "nth": nth + 1}


def choices(names: Iterable[str], none: str) -> list[tuple[str, str]]:
    """The options of a select that may be left empty."""
    return [("", none), *((name, name) for name in names)]


def seen(visit: FounderVisit) -> str | None:
    """The ETag of what the form was made from."""
    etag = visit.sent.get("etag")
    return etag if isinstance(etag, str) and etag else None


def save(visit: FounderVisit, sent: setup.Step, *, said: str = "") -> Response:
    """Keep a step and go on to what is next. Raises what `vizdots.setup.save` raises, but for what is over."""
    try:
        found = visit.write(setup.save, sent, founder=visit.caller.email, expected=seen(visit))
    except Conflict:  # completed in another window, or never begun: the beginning knows
        return visit.to(BEGIN)
    return visit.to(page_of(next_after(sent.step, found["next_step"])), said=said)


def next_after(step: steps.StepName, due: steps.StepName | None) -> steps.StepName | None:
    """The step after this one; or one before that, where what was changed has opened it again."""
    following = steps.STEPS[steps.STEPS.index(step) + 1]
    return following if due is None or steps.STEPS.index(due) >= steps.STEPS.index(following) else due
