"""The third step of the set-up wizard: who is to be invited, typed one by one or taken from a list."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.responses import Response

from frame import forms
from frame.forms import Form
from frame.room import Room
from frame.speech import N_, _
from frame.visit import FounderVisit
from pages.admin.setup import PAGES, STALE, choices, facts, save, seen, under_way
from vizdots import roster, setup, setup_people
from vizdots import setup_steps as steps
from vizdots.errors import Invalid, Stale

room = Room()

HERE: Final = PAGES["people"]
ROWS: Final = 5  # to type people into
SHOWN: Final = 50  # people on a page
MOST_TOLD: Final = 100  # problems of a list; whoever has mended those is told the next ones
MENDED_HERE: Final = 50_000  # bytes of a list that are given back, to be mended where they stand
FIELDS: Final = ("name", "email", "job_title", "department", "supervisor_email", "role")

# What doesn't fit together, told at the field where it shows.
MISFITS: Final[Mapping[str, str]] = {
    "duplicate_email": N_("This address is in the list already."),
    "own_email": N_("This is your own address: you are in already."),
    "unknown_supervisor": N_("Nobody in the list has this address."),
    "supervises_themself": N_("Nobody supervises themself."),
    "supervisors_in_a_circle": N_("With this, people would supervise each other in a circle."),
    "unknown_department": N_("There is no such department any more."),
}

Found = dict[str, Any]
People = list[steps.Person]


@room.get("/setup/people")
def show_people(visit: FounderVisit) -> Response:
    """Those in the list, and the two ways to add more; or one of them, to be changed."""
    found = under_way(visit, "people")
    email = visit.request.query_params.get("change", "")
    person = next((each for each in _listed(found) if each.email == email), None)
    return _page(visit, found, changed=email if person else "", typing=Form(_as_fields(person) if person else {}))


@room.post("/setup/people")
def keep_people(visit: FounderVisit) -> Response:
    """Add those who were typed, or change the one whom the form is about."""
    found = under_way(visit, "people")
    listed, email = _listed(found), str(visit.sent.get("changed", ""))
    typed, form = _typed(visit)
    if not typed and not form.mistakes:
        form = form.with_mistake("name-0", _("Please fill this in."))
    if form.mistakes:
        return _page(visit, found, 422, changed=email, typing=form)
    if email:
        people = setup_people.changed(listed, email, next(iter(typed.values())))
        rows = {nth: 0 for nth, each in enumerate(listed) if each.email == email}
    else:
        people = [*listed, *typed.values()]
        rows = {len(listed) + nth: row for nth, row in enumerate(typed)}
    try:
        return _keep(visit, people, said="person_changed" if email else "people_added")
    except Stale:
        form = form.with_mistake("", _(STALE))
    except Invalid as refused:
        for place, field, code in _misfits(refused):
            form = form.with_mistake(
                f"{field}-{rows[place]}" if place in rows else "", _(MISFITS.get(code, forms.CHECK))
            )
    return _page(visit, under_way(visit, "people"), 422, changed=email, typing=form)


@room.post("/setup/people/remove")
def remove_person(visit: FounderVisit) -> Response:
    """Take somebody out of the list."""
    left = setup_people.without(_listed(under_way(visit, "people")), str(visit.sent.get("email", "")))
    return _keep_or_tell(visit, left, said="person_removed")


@room.post("/setup/people/move")
def move_people(visit: FounderVisit) -> Response:
    """Give everybody whose department is gone another one, or none."""
    found = under_way(visit, "people")
    listed, names = _listed(found), found["steps"]["departments"]["names"]
    gone = setup_people.astray(listed, names)
    where = {name: str(visit.sent.get(f"to-{nth}", "")) or None for nth, name in enumerate(gone)}
    return _keep_or_tell(visit, setup_people.moved(listed, where), said="people_moved")


@room.post("/setup/people/list", files=1)
def take_list(visit: FounderVisit) -> Response:
    """Add everybody of a list that was pasted or brought as a file; or nobody, and why, line by line."""
    found = under_way(visit, "people")
    content = _content(visit)
    mended_here = content.decode(errors="replace") if len(content) <= MENDED_HERE else ""
    form: Form[Any] = Form({"list": mended_here, "create": "on" if visit.sent.get("create") else ""})
    if not content.strip():
        return _page(visit, found, 422, listing=form.with_mistake("list", _("Please paste a list, or choose a file.")))
    departments = found["steps"]["departments"]["names"]
    try:
        taken = setup_people.taken(
            content, _listed(found), departments, visit.caller.email.lower(), create=bool(form.typed["create"])
        )
        if taken.problems:
            return _page(visit, found, 422, listing=form, problems=taken.problems)
        if len(taken.departments) > len(departments):
            told = setup.DepartmentsStep(step="departments", data=steps.Departments(names=[*taken.departments]))
            found = visit.write(setup.save, told, founder=visit.caller.email, expected=seen(visit))
            return _keep(visit, taken.people, said="people_added", expected=found["etag"])
        return _keep(visit, taken.people, said="people_added")
    except Stale:
        form = form.with_mistake("", _(STALE))
    except (Invalid, ValidationError):
        form = form.with_mistake("list", _("Together with those who are in the list already, this doesn’t fit."))
    return _page(visit, under_way(visit, "people"), 422, listing=form)


@room.post("/setup/people/done")
def go_on(visit: FounderVisit) -> Response:
    """On to the last step, with those in the list; also with nobody."""
    people = steps.People(people=_listed(under_way(visit, "people")))
    try:
        return save(visit, setup.PeopleStep(step="people", data=people))
    except (Stale, Invalid):
        return visit.to(HERE)  # which shows what has changed meanwhile


# ---- the list --------------------------------------------------------------------------------------------------------


def _listed(found: Found) -> People:
    return steps.People.model_validate(found["steps"]["people"] or {"people": []}).people


def _keep(visit: FounderVisit, people: Sequence[steps.Person], *, said: str, expected: str | None = None) -> Response:
    """Keep the list, and show it. Raises Stale and Invalid."""
    told = setup.PeopleStep(step="people", data=steps.People(people=[*people]))
    visit.write(setup.save, told, founder=visit.caller.email, expected=expected or seen(visit))
    return visit.to(HERE, said=said)


def _keep_or_tell(visit: FounderVisit, people: People, *, said: str) -> Response:
    try:
        return _keep(visit, people, said=said)
    except (Stale, Invalid):
        return _page(visit, under_way(visit, "people"), 422, typing=Form({}, {"": _(STALE)}))


def _misfits(refused: Invalid) -> list[tuple[int, str, str]]:
    """Place in the list, field and code of each thing that doesn't fit."""
    paths = [(str(each["path"]).split("."), str(each["type"])) for each in refused.fields.get("errors", ())]  # type: ignore[attr-defined]
    return [(int(path[-2]), path[-1], code) for path, code in paths]


# ---- what is typed ---------------------------------------------------------------------------------------------------


def _typed(visit: FounderVisit) -> tuple[dict[int, steps.Person], Form[Any]]:
    """Those who were typed, by the row of the form; and the form, with what is wrong in it."""
    typed = {name: str(value) for name, value in visit.sent.items()}
    people: dict[int, steps.Person] = {}
    mistakes: dict[str, str] = {}
    for row in range(ROWS):
        told = {name: typed[f"{name}-{row}"] for name in FIELDS if typed.get(f"{name}-{row}", "").strip()}
        if not told.keys() - {"department", "role"}:  # which a select always tells
            continue
        read = forms.read(steps.Person, told)
        mistakes |= {f"{name}-{row}": mistake for name, mistake in read.mistakes.items()}
        if not read.mistakes:
            people[row] = read.value
    return people, Form(typed, mistakes)


def _as_fields(person: steps.Person) -> dict[str, str]:
    return {f"{name}-0": value for name, value in person.model_dump(include={*FIELDS}).items() if value}


def _content(visit: FounderVisit) -> bytes:
    """What was brought as a file, else what was pasted."""
    file = visit.sent.get("file")
    brought = file.file.read() if isinstance(file, UploadFile) else b""
    return brought or str(visit.sent.get("list", "")).encode()


def _page(visit: FounderVisit, found: Found, status: int = 200, **shown: Any) -> Response:
    people, departments = _listed(found), found["steps"]["departments"]["names"]
    asked = visit.request.query_params.get("from", "")
    first = int(asked) if asked.isdecimal() and int(asked) < len(people) else 0
    names = {each.email: each.name for each in people} | {visit.caller.email.lower(): _("you")}
    problems: Sequence[roster.Problem] = shown.pop("problems", ())
    lines = [
        {"line": it.line, "column": it.column, "told": _(roster.MESSAGES[it.code]) % it.facts}
        for it in problems[:MOST_TOLD]
    ]
    return visit.page(
        "admin/setup/people",
        status,
        **{"typing": Form({}), "listing": Form({"create": "on"}), "changed": ""} | shown,
        problems=lines,
        problem_count=len(problems),
        people=people[first : first + SHOWN],
        count=len(people),
        first=first,
        shown=SHOWN,
        rows=range(1 if shown.get("changed") else ROWS),
        names=names,
        departments=choices(departments, _("None")),
        gone=setup_people.astray(people, departments),
        columns=roster.COLUMNS,
        **facts(found, "people"),
    )
