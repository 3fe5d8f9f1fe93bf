"""The pages of workflows, as an admin's browser without a script uses them."""

import json
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import PAYLOADS, foreign, ready
from tests.people import ACME, FIELD, NOBODY, OFFICE, People
from tests.tellings import tell
from vizdots.flags import Switch

LIST: Final = "/admin/workflows"
SKIPS_DRIVE: Final = {"kind": "skipped", "step": {"key": "drive", "label": "DRIVE"}}


@pytest.fixture
def superuser(console: Console) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection, each statement committed at once."""
    with psycopg.connect(console.database.admin_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def visit(console: Console, superuser: psycopg.Connection[Any], people: People) -> str:
    """The page of a workflow that Ana and Adam tell of, Adam without driving."""
    tell(superuser, people.ana, "call", "drive", "repair", tools=("Excel",), sources=("Calendar",))
    workflow = console.look("select id from workflows")
    tell(superuser, people.admin, "call", "repair", workflow=workflow, tools=("Excel",), variants=("skipped:drive",))
    superuser.execute(
        "update workflow_variants set description = 'Skips “DRIVE”', details = %s", (json.dumps(SKIPS_DRIVE),)
    )
    return f"{LIST}/{workflow}"


@pytest.fixture
def twin(console: Console, superuser: psycopg.Connection[Any], people: People, visit: str) -> str:
    """The page of a workflow that may be the same."""
    more: dict[str, Any] = {"matched_by": "unsure", "similarity": 0.6, "resembles": visit.removeprefix(f"{LIST}/")}
    tell(superuser, people.colleague, "call", "pay", name="House call", **more)
    found = console.look("select id from workflows where workflow_key = 'house-call'")
    return f"{LIST}/{found}"


def switch_off(console: Console, *flags: Switch) -> None:
    """Turn features off at Acme."""
    off = json.dumps(dict.fromkeys(flags, False))
    console.look("update organizations set feature_flags = feature_flags || %s where id = %s returning 1", off, ACME)


def variant_of(console: Console, visit: str) -> str:
    """The way to the only variant."""
    return f"{visit}/variants/{console.look('select id from workflow_variants')}"  # noqa: S608 - a path


def listed(page: Page) -> list[str]:
    """The names of the workflows that a page leads to, in its order."""
    return [text for text, href in page.read.links if href.startswith(f"{LIST}/") and "Look at both" not in text]


def why_of(page: Page, about: str) -> str:
    """The address of the evidence for something."""
    return next(href for text, href in page.read.links if "/why?" in href and text.endswith(f"saying this? {about}"))


def press(visitor: Visitor, page: Page, do: str, **typed: Any) -> Page:
    """Press a button of the form that corrects."""
    form = next(each for each in page.read.forms if each.action.endswith("/correct"))
    return visitor.submit(form, do=do, **typed)


def rows(page: Page) -> list[str]:
    """The steps in the form that corrects."""
    form = next(each for each in page.read.forms if each.action.endswith("/correct"))
    return [value for name, value in form.fields if name == "name"]


def keys(page: Page) -> list[str]:
    """Their keys."""
    form = next(each for each in page.read.forms if each.action.endswith("/correct"))
    return [value for name, value in form.fields if name == "key"]


# ---- all of them -----------------------------------------------------------------------------------------------------


def test_before_anybody_has_told_it_says_where_workflows_come_from(adam: Visitor) -> None:
    page = adam.open(LIST)
    assert page.status == 200
    assert "Workflows come from check-ins" in page.text
    assert ("Workflows", LIST) in page.read.links


def test_they_are_on_a_map_by_department_with_how_many_say_so(
    adam: Visitor, visit: str, superuser: psycopg.Connection[Any], people: People
) -> None:
    tell(superuser, people.owner, "count", name="Month’s end")
    page = adam.open(LIST)
    assert listed(page) == ["Visit", "Month’s end"]
    assert "Field 1 Visit Fewer than 5 people 3 steps · Excel" in page.text
    assert "Office 1 Month’s end Fewer than 5 people 1 step" in page.text
    assert "Ana" not in page.text


def test_with_enough_people_they_are_counted_in_whole_groups(
    adam: Visitor, visit: str, superuser: psycopg.Connection[Any], people: People
) -> None:
    workflow = visit.removeprefix(f"{LIST}/")
    everybody = (people.colleague, people.her_manager, people.owner)
    for nth, person in enumerate(everybody):
        tell(superuser, person, "call", "drive", "repair", workflow=workflow, day=f"2026-02-{7 * nth + 1:02d}")
    assert "5 people or more, in 4 weeks" in adam.open(LIST).text
    assert "5 people or more say so, in 4 different weeks." in adam.open(why_of(adam.open(visit), "CALL")).text
    assert "Fewer than 5 people say so." in adam.open(why_of(adam.open(visit), "DRIVE")).text


def test_one_is_found_by_name_department_and_status(
    adam: Visitor, visit: str, superuser: psycopg.Connection[Any], people: People
) -> None:
    tell(superuser, people.owner, "count", name="Month’s end")
    for query, found in {
        "search=VIS": ["Visit"],
        f"department_id={OFFICE}": ["Month’s end"],
        f"view=list&department_id={FIELD}": ["Visit"],
        "view=list": ["Month’s end", "Visit"],
        "status=archived": [],
        "search=nothing": [],
    }.items():
        page = adam.open(f"{LIST}?{query}")
        assert (query, listed(page)) == (query, found)
        assert found or "No workflow fits" in page.text


@pytest.mark.parametrize("query", ["status=x", "department_id=x", "view=x", "search=%00", "cursor=x", "beside=x"])
def test_a_filter_that_is_none_is_refused(adam: Visitor, query: str) -> None:
    assert adam.open(f"{LIST}?{query}").status == 422


def test_many_come_in_pages(adam: Visitor, superuser: psycopg.Connection[Any], people: People) -> None:
    for nth in range(55):
        tell(superuser, people.ana, "call", name=f"Task {nth:02d}")
    page = adam.open(f"{LIST}?view=list")
    further = next(href for text, href in page.read.links if text == "More workflows")
    assert (len(listed(page)), "view=list" in further) == (50, True)
    assert listed(adam.open(further)) == [f"Task {nth}" for nth in range(50, 55)]
    assert len(listed(adam.open(LIST))) == 55


# ---- one of them -----------------------------------------------------------------------------------------------------


def test_a_workflow_is_shown_whole(adam: Visitor, visit: str) -> None:
    page = adam.open(visit)
    for told in (
        "CALL AI, version 1 · fewer than 5 people",
        "DRIVE AI, version 1",
        "Some skip this",
        "Excel AI, version 1",
        "Calendar",
        "Version 1",
        "First told.",
        "Skips “DRIVE”",
    ):
        assert told in page.text
    assert [name for name in page.read.all("svg") if name.get("class") == "diagram"]
    assert "Adam" not in page.text


@pytest.mark.parametrize("kind", ["bpmn", "mermaid", "csv"])
def test_it_can_be_taken_along(adam: Visitor, visit: str, kind: str) -> None:
    page = adam.open(f"{visit}/files/{kind}")
    assert page.status == 200
    assert page.headers["content-disposition"].startswith('attachment; filename="visit.')
    assert "DRIVE" in page.html
    assert adam.open(f"{visit}/files/{kind}x").status == 404


def test_why_is_answered_for_each_part_and_leads_to_own_dots_only(
    adam: Visitor, olivia: Visitor, visit: str, console: Console, people: People
) -> None:
    own = console.look("select id from answers where user_id = %s", people.admin.id)
    page = adam.open(visit)
    asked = {text.rpartition("saying this? ")[2]: href for text, href in page.read.links if "/why?" in href}
    assert len(asked) == 8  # the workflow, three steps, a tool, a source, a variant, a version
    for about, href in asked.items():
        told = adam.open(href)
        dots = [lead for _, lead in told.read.links if lead.startswith("/dots/")]
        assert told.status == 200
        assert "Fewer than 5 people say so." in told.text
        assert dots == ([] if about in ("DRIVE", "Calendar", "Version 1") else [f"/dots/{own}"])
        assert "Ana" not in told.text
        assert [lead for _, lead in olivia.open(href).read.links if lead.startswith("/dots/")] == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("kind=x", 422),
        ("kind=version&key=x", 404),
        (f"kind=variant&key={NOBODY}", 404),
        ("kind=step&key=nothing", 404),
    ],
)
def test_what_is_not_there_is_not_explained(adam: Visitor, visit: str, query: str, status: int) -> None:
    assert adam.open(f"{visit}/why?{query}").status == status


def test_a_part_of_another_workflow_is_not_this_ones(adam: Visitor, visit: str, twin: str, console: Console) -> None:
    version = console.look("select id from workflow_versions where workflow_id = %s", twin.removeprefix(f"{LIST}/"))
    assert adam.open(f"{twin}/why?kind=version&key={version}").status == 200
    assert adam.open(f"{visit}/why?kind=version&key={version}").status == 404


# ---- its name, place and standing ------------------------------------------------------------------------------------


def test_it_is_renamed_and_moved(adam: Visitor, visit: str) -> None:
    page = adam.submit(adam.open(visit).form(visit), name=" Service visit ", department_id=str(OFFICE))
    assert "Saved." in page.text
    assert "<h1>Service visit</h1>" in page.html
    assert page.form(visit)["department_id"] == str(OFFICE)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Please fill this in."),
        ("name", "\u200b", "can be read"),
        ("name", "x" * 201, "too long"),
        ("department_id", str(NOBODY), "This department is closed by now."),
    ],
)
def test_a_name_or_place_that_cannot_be_is_told_by_its_field(
    adam: Visitor, visit: str, field: str, value: str, told: str
) -> None:
    typed: dict[str, Any] = {field: value}
    page = adam.submit(adam.open(visit).form(visit), **typed)
    assert page.status == 422
    assert f"#field-{field}" in page.html
    assert told in page.text


def test_who_renames_too_late_is_told_keeps_what_they_typed_and_may_insist(
    adam: Visitor, olivia: Visitor, visit: str
) -> None:
    late = adam.open(visit).form(visit)
    olivia.submit(olivia.open(visit).form(visit), name="Call-out")
    page = adam.submit(late, name="Service visit")
    assert page.status == 412
    assert "Somebody else has changed this since you opened it." in page.text
    assert "By now it is: Call-out" in page.text
    again = page.form(visit)
    assert again["name"] == "Service visit"
    assert "<h1>Service visit</h1>" in adam.submit(again).html


def test_it_is_archived_and_restored(adam: Visitor, olivia: Visitor, visit: str) -> None:
    late = olivia.open(visit).form(f"{visit}/status")
    page = adam.submit(adam.open(visit).form(f"{visit}/status"), status="archived")
    assert "It is archived." in page.text
    assert listed(adam.open(LIST)) == []
    assert listed(adam.open(f"{LIST}?status=archived")) == ["Visit"]
    assert olivia.submit(late, status="archived").status == 412
    assert adam.submit(page.form(f"{visit}/status"), status="x").status == 422
    page = adam.submit(page.form(f"{visit}/status"), status="active")
    assert listed(adam.open(LIST)) == ["Visit"]


# ---- feedback --------------------------------------------------------------------------------------------------------


def test_that_it_is_right_is_said_with_one_button(adam: Visitor, visit: str) -> None:
    page = adam.submit(adam.open(visit).form(f"{visit}/feedback"), rating="accurate")
    assert "Thank you, noted." in page.text
    assert "Accurate said by an administrator" in page.text
    assert "Accurate" in adam.open(LIST).text


def test_what_is_wrong_is_said_in_full(adam: Visitor, visit: str) -> None:
    page = adam.open(f"{visit}/feedback?rating=incorrect")
    assert page.form(f"{visit}/feedback")["rating"] == "incorrect"
    page = adam.submit(
        page.form(f"{visit}/feedback"),
        wrong_steps=["drive"],
        missing=" Ask first \n\nWrite the bill",
        wrong_tools=["Excel"],
        does_not_exist="on",
        comment="So was it once.",
    )
    assert page.path == visit
    for told in (
        "Incorrect said by an administrator",
        "Nobody works so here at all",
        "Missing: Ask first; Write the bill",
        "Not done so: DRIVE",
        "Not used: Excel",
        "So was it once.",
    ):
        assert told in page.text


@pytest.mark.parametrize(
    ("field", "value"), [("rating", "x"), ("missing", "x" * 201), ("missing", "x\n" * 21), ("comment", "x" * 1001)]
)
def test_feedback_that_cannot_be_is_told_and_kept(adam: Visitor, visit: str, field: str, value: str) -> None:
    form = adam.open(f"{visit}/feedback?rating=x").form(f"{visit}/feedback")
    typed: dict[str, Any] = {"comment": "I’d say", field: value}
    page = adam.submit(form, **typed)
    assert page.status == 422
    assert f"#field-{field}" in page.html
    assert page.form(f"{visit}/feedback")["comment"] == (value if field == "comment" else "I’d say")


# ---- variants --------------------------------------------------------------------------------------------------------


def test_a_variant_is_called_friction_fine_and_neither(adam: Visitor, visit: str, console: Console) -> None:
    variant = variant_of(console, visit)
    page = adam.open(visit)
    for verdict, chip in {"friction": "Friction", "fine": "Fine", "neither": ""}.items():
        page = adam.submit(page.form(variant), verdict=verdict)
        assert page.status == 200
        assert f"Skips “DRIVE” {chip}".strip() in page.text
        told = {"friction": False, "fine": True, "neither": None}[verdict]
        assert console.look("select is_allowed from workflow_variants") is told
    assert adam.submit(page.form(variant), verdict="x").status == 422


def test_a_variant_that_somebody_judged_meanwhile_is_shown_first(
    adam: Visitor, olivia: Visitor, visit: str, console: Console
) -> None:
    variant = variant_of(console, visit)
    late = adam.open(visit).form(variant)
    olivia.submit(olivia.open(visit).form(variant), verdict="friction")
    page = adam.submit(late, verdict="fine")
    assert page.status == 412
    assert "Skips “DRIVE” Friction" in page.text
    assert console.look("select is_allowed from workflow_variants") is False


def test_another_way_is_named_once(adam: Visitor, visit: str) -> None:
    form = adam.open(visit).form(f"{visit}/variants")
    page = adam.submit(form, description="By train")
    assert "By train" in page.text
    assert "named by an administrator" in page.text
    assert adam.submit(form, description="By train").status == 200  # the same form, sent twice
    page = adam.submit(adam.open(visit).form(f"{visit}/variants"), description="by TRAIN")
    assert page.status == 409
    assert "There is such a variant already." in page.text
    assert adam.submit(adam.open(visit).form(f"{visit}/variants"), description="").status == 422


# ---- notes -----------------------------------------------------------------------------------------------------------


def test_a_note_is_added_for_those_who_may_see_it_and_taken_back(adam: Visitor, visit: str) -> None:
    form = adam.open(visit).form(f"{visit}/notes")
    page = adam.submit(form, note_text="Always ring first.", note_type="policy", visible_to="everyone")
    adam.submit(form, note_text="Always ring first.", note_type="policy", visible_to="everyone")
    assert "Always ring first. Rule of the house · Everybody" in adam.open(visit).text
    assert adam.open(visit).text.count("Always ring first. Rule") == 1
    back = next(each for each in page.read.forms if each.action.endswith("/take-back"))
    assert "The note is taken back." in adam.submit(back).text
    assert "Always ring first." not in adam.open(visit).text
    back.fields = [(name, "another" if name == "once" else value) for name, value in back.fields]
    assert adam.submit(back).status == 404


@pytest.mark.parametrize(
    ("field", "value"), [("note_text", ""), ("note_text", "x" * 4001), ("note_type", "x"), ("visible_to", "x")]
)
def test_a_note_that_cannot_be_is_told(adam: Visitor, visit: str, field: str, value: str) -> None:
    typed: dict[str, Any] = {"note_text": "Ring.", field: value}
    page = adam.submit(adam.open(visit).form(f"{visit}/notes"), **typed)
    assert page.status == 422
    assert f"#field-{field}" in page.html


# ---- corrections -----------------------------------------------------------------------------------------------------


def test_steps_are_moved_taken_out_put_back_and_added_before_anything_is_kept(
    adam: Visitor, visit: str, console: Console
) -> None:
    page = adam.open(f"{visit}/correct")
    assert rows(page) == ["CALL", "DRIVE", "REPAIR"]
    assert rows(page := press(adam, page, "down:call")) == ["DRIVE", "CALL", "REPAIR"]
    assert rows(page := press(adam, page, "up:repair")) == ["DRIVE", "REPAIR", "CALL"]
    assert rows(page := press(adam, page, "out:drive")) == ["REPAIR", "CALL"]
    assert "Taken out DRIVE" in page.text
    assert rows(page := press(adam, page, "back:drive")) == ["REPAIR", "CALL", "DRIVE"]
    assert rows(page := press(adam, page, "add", new_name="Greet", new_after="")) == [
        "Greet",
        "REPAIR",
        "CALL",
        "DRIVE",
    ]
    for nothing in ("up:greet", "down:drive", "out:nobody", "back:nobody", "up:nobody"):
        assert rows(press(adam, page, nothing)) == rows(page)
    assert console.look("select count(*) from workflow_overrides") == 0


def test_a_look_shows_what_it_becomes_and_saving_lets_it_hold(adam: Visitor, visit: str, console: Console) -> None:
    page = press(adam, adam.open(f"{visit}/correct"), "out:drive")
    typed: dict[str, Any] = {
        "name": ["Ring", "REPAIR"],
        "note": ["Mind the hour.", ""],
        "locked": ["repair"],
        "used": "Sheets",
        "reason": "We go by bike.",
        "new_name": "Write the bill",
        "new_after": "repair",
    }
    page = press(adam, page, "look", **typed)
    assert page.status == 200
    assert "Nothing is saved yet." in page.text
    assert "No longer: “DRIVE”" in page.text
    assert "New: “Write the bill”, after “REPAIR”" in page.text
    assert "Tool: Sheets" in page.text
    assert rows(page) == ["Ring", "REPAIR", "Write the bill"]
    assert console.look("select count(*) from workflow_overrides") == 0

    page = press(adam, page, "save")

    assert page.path == visit
    for told in (
        "Your correction holds.",
        "Corrected by an administrator",
        "We go by bike.",
        "AI, version 1: “CALL”; renamed by an administrator",
        "Mind the hour.",
        "REPAIR Locked",
        "Write the bill Added by an administrator",
        "Sheets Told as “Excel”, changed by an administrator",
    ):
        assert told in page.text
    assert "Corrected" in adam.open(LIST).text
    why = adam.open(why_of(page, "Write the bill"))
    assert "Added by an administrator" in why.text
    assert "We go by bike." in why.text
    assert "Told as “Excel”" in adam.open(why_of(page, "Sheets")).text
    page = adam.open(f"{visit}/correct")
    assert rows(page) == ["Ring", "REPAIR", "Write the bill"]
    assert [value for name, value in page.read.forms[-2].fields if name == "locked"] == ["repair"]


def test_a_correction_is_taken_back(adam: Visitor, olivia: Visitor, visit: str, console: Console) -> None:
    press(adam, press(adam, adam.open(f"{visit}/correct"), "out:drive"), "save")
    late = olivia.open(visit).form(f"{visit}/reset")
    press(adam, adam.open(f"{visit}/correct"), "save", reason="For good.")
    assert olivia.submit(late).status == 412
    page = adam.submit(adam.open(visit).form(f"{visit}/reset"))
    assert "What people told holds again." in page.text
    assert "DRIVE AI, version 1" in page.text
    assert console.look("select count(*) from workflow_overrides where status = 'active'") == 0
    assert not [form for form in page.read.forms if form.action.endswith("/reset")]


def test_who_corrects_too_late_keeps_a_draft_that_can_be_laid_over_what_is_now(
    adam: Visitor, olivia: Visitor, visit: str, console: Console
) -> None:
    late = press(adam, adam.open(f"{visit}/correct"), "out:drive")
    press(olivia, press(olivia, olivia.open(f"{visit}/correct"), "out:repair"), "save", reason="Others repair.")

    page = press(adam, late, "save", reason="We go by bike.")

    assert page.status == 412
    assert "Your correction is kept as a draft" in page.text
    assert "What holds by now Corrected by an owner" in page.text
    assert "Others repair." in page.text
    assert rows(page) == ["CALL", "REPAIR"]
    assert "REPAIR Locked" not in adam.open(visit).text
    assert "You have a draft of" in adam.open(visit).text
    assert "You have a draft of" not in olivia.open(visit).text

    lead = next(href for _, href in adam.open(visit).read.links if "/correct?draft=" in href)
    page = adam.open(lead)
    assert rows(page) == ["CALL", "REPAIR"]
    assert page.read.forms[-2]["reason"] == "We go by bike."
    assert olivia.open(lead).status == 404

    page = press(adam, page, "save")
    assert page.path == visit
    assert "We go by bike." in page.text
    assert "You have a draft of" not in page.text
    assert console.look("select count(*) from workflow_overrides where status = 'active'") == 1


def test_a_draft_can_be_thrown_away(adam: Visitor, olivia: Visitor, visit: str, console: Console) -> None:
    late = press(adam, adam.open(f"{visit}/correct"), "out:drive")
    press(olivia, press(olivia, olivia.open(f"{visit}/correct"), "out:repair"), "save")
    press(adam, late, "save")
    (drop,) = [form for form in adam.open(visit).read.forms if form.action.endswith("/drop")]

    assert olivia.submit(drop).status in (403, 404)
    page = adam.submit(drop)

    assert "The draft is gone." in page.text
    assert "You have a draft of" not in page.text
    assert console.look("select count(*) from workflow_overrides where status = 'active'") == 1
    assert adam.submit(drop).status == 404


def test_a_draft_can_be_insisted_on_at_once(adam: Visitor, olivia: Visitor, visit: str) -> None:
    late = press(adam, adam.open(f"{visit}/correct"), "out:drive")
    press(olivia, press(olivia, olivia.open(f"{visit}/correct"), "out:repair"), "save")
    page = press(adam, press(adam, late, "save"), "save")
    assert page.path == visit
    assert "You have a draft of" not in page.text


def test_what_people_tell_meanwhile_is_taken_out_by_nobody(
    adam: Visitor, visit: str, superuser: psycopg.Connection[Any], people: People
) -> None:
    open_form = adam.open(f"{visit}/correct")
    workflow = visit.removeprefix(f"{LIST}/")
    for person in (people.colleague, people.her_manager, people.owner):
        tell(superuser, person, "call", "drive", "repair", "pay", workflow=workflow)
    page = press(adam, open_form, "out:drive")
    assert "What people tell has changed since you opened this." in page.text
    page = press(adam, page, "save")
    assert [each in page.text for each in ("PAY AI, version 2", "DRIVE AI")] == [True, False]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ["", "b", "c"]}, "name-1"),
        ({"name": ["a", "\u200b", "c"]}, "name-2"),
        ({"name": ["a", "b", "x" * 201]}, "name-3"),
        ({"note": ["", "", "x" * 1001]}, "note-3"),
        ({"used": "x" * 201}, "used-1"),
        ({"reason": "x" * 1001}, "reason"),
        ({"new_name": "x" * 201}, "new_name"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_what_cannot_be_kept_is_told_by_its_field_and_stays(
    adam: Visitor, visit: str, typed: dict[str, Any], field: str
) -> None:
    for do in ("look", "save"):
        page = press(adam, adam.open(f"{visit}/correct"), do, **typed)
        assert page.status == 422
        assert f"#field-{field}" in page.html
        name, value = next(iter(typed.items()))
        form = next(each for each in page.read.forms if each.action.endswith("/correct"))
        assert [it for each, it in form.fields if each == name] == ([value] if isinstance(value, str) else value)


def test_nothing_corrected_is_told(adam: Visitor, visit: str, console: Console) -> None:
    page = press(adam, adam.open(f"{visit}/correct"), "save")
    assert page.status == 422
    assert "Nothing is otherwise yet" in page.text
    assert press(adam, adam.open(f"{visit}/correct"), "add", new_name="").status == 422
    assert console.look("select count(*) from workflow_overrides") == 0


def test_more_than_fits_is_told_and_stays(adam: Visitor, visit: str) -> None:
    page = adam.open(f"{visit}/correct")
    for nth in range(21):
        page = press(adam, page, "add", new_name=f"More {nth}", new_after="repair")
    page = press(adam, page, "save")
    assert (page.status, len(rows(page))) == (422, 24)
    assert "These are too many corrections" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"key": ["a b", "drive", "repair"]},
        {"name": ["only one"]},
        {"used": ["a", "b"]},
        {"version": "x"},
        {"draft_id": "x"},
    ],
    ids=lambda it: next(iter(it)),
)
def test_a_form_that_is_none_of_ours_is_refused(adam: Visitor, visit: str, typed: dict[str, Any]) -> None:
    assert press(adam, adam.open(f"{visit}/correct"), "look", **typed).status == 422


def test_there_is_no_draft_of_somebody_else(adam: Visitor, visit: str) -> None:
    for draft in (str(NOBODY), "x"):
        assert adam.open(f"{visit}/correct?draft={draft}").status == 404


# ---- two that may be one ---------------------------------------------------------------------------------------------


def test_two_that_may_be_one_are_asked_about_first_and_shown_side_by_side(adam: Visitor, visit: str, twin: str) -> None:
    page = adam.open(LIST)
    assert "“House call” may be the same as “Visit”." in page.text
    assert page.text.count("1 question") == 2
    assert "This may be the same as “Visit”: they are 60 % alike." in adam.open(twin).text
    lead = next(href for text, href in page.read.links if text.startswith("Look at both"))
    page = adam.open(lead)
    assert page.text.count("CALL in both") == 2
    assert "PAY in both" not in page.text


@pytest.mark.parametrize("stays", ["visit", "twin"])
def test_they_are_merged_under_the_name_that_was_chosen(
    adam: Visitor, visit: str, twin: str, stays: str, console: Console
) -> None:
    kept, gone = (visit, twin) if stays == "visit" else (twin, visit)
    pair = f"{twin}/beside/{visit.removeprefix(f'{LIST}/')}"
    page = adam.submit(adam.open(pair).form(f"{pair}/merge"), stays=kept.removeprefix(f"{LIST}/"))
    assert page.path == kept
    assert "Merged: all that was told counts here now." in page.text
    assert f"Also called: {'House call' if stays == 'visit' else 'Visit'}" in page.text
    assert adam.open(gone).status == 404
    assert "may be the same" not in adam.open(LIST).text
    assert console.look("select count(distinct workflow_id) from workflow_tellings") == 1


@pytest.mark.parametrize("stays", [None, "x", str(NOBODY)])
def test_which_one_stays_must_be_chosen(adam: Visitor, visit: str, twin: str, stays: str | None) -> None:
    pair = f"{twin}/beside/{visit.removeprefix(f'{LIST}/')}"
    page = adam.submit(adam.open(pair).form(f"{pair}/merge"), stays=stays)
    assert page.status == 422
    assert "Please choose the one that stays." in page.text


def test_who_merges_what_was_changed_meanwhile_is_told_first(
    adam: Visitor, olivia: Visitor, visit: str, twin: str
) -> None:
    pair = f"{twin}/beside/{visit.removeprefix(f'{LIST}/')}"
    late = adam.open(pair).form(f"{pair}/merge")
    olivia.submit(olivia.open(twin).form(twin), name="Home visit")
    page = adam.submit(late, stays=visit.removeprefix(f"{LIST}/"))
    assert page.status == 412
    assert page.form(f"{pair}/merge")["stays"] == visit.removeprefix(f"{LIST}/")
    assert "Home visit" in page.text
    assert adam.submit(page.form(f"{pair}/merge")).path == visit


def test_they_are_kept_apart_and_not_asked_about_again(adam: Visitor, visit: str, twin: str) -> None:
    pair = f"{twin}/beside/{visit.removeprefix(f'{LIST}/')}"
    page = adam.submit(adam.open(pair).form(f"{pair}/apart"))
    assert "They stay two." in page.text
    assert "may be the same" not in page.text
    assert "may be the same" not in adam.open(LIST).text
    assert not [form for form in adam.open(pair).read.forms if form.action.endswith("/apart")]


def test_any_two_can_be_merged_by_choosing_the_other_one(
    adam: Visitor, visit: str, superuser: psycopg.Connection[Any], people: People
) -> None:
    tell(superuser, people.owner, "count", name="Month’s end")
    lead = next(href for text, href in adam.open(visit).read.links if text == "Merge it with another workflow")
    page = adam.open(lead)
    assert "Choose the workflow that “Visit” is the same as." in page.text
    other = next(href for text, href in page.read.links if text == "Month’s end")
    assert other.startswith(f"{visit}/beside/")
    assert "Visit" not in [text for text, href in page.read.links if "/beside/" in href]
    assert adam.open(other).status == 200
    assert "beside=" in next(href for text, href in page.read.links if text == "As a list")


def test_a_workflow_is_not_beside_itself(adam: Visitor, visit: str) -> None:
    assert adam.open(f"{visit}/beside/{visit.removeprefix(f'{LIST}/')}").status == 404


# ---- who may, and what is off ----------------------------------------------------------------------------------------

FORMS: Final[dict[str, dict[str, str]]] = {
    "": {"name": "Forged"},
    "/status": {"status": "archived"},
    "/reset": {},
    "/notes": {"note_text": "Forged", "note_type": "policy"},
    f"/notes/{NOBODY}/take-back": {},
    "/variants": {"description": "Forged"},
    f"/variants/{NOBODY}": {"verdict": "fine"},
    "/feedback": {"rating": "accurate"},
    "/correct": {"do": "save", "new_name": "Forged"},
    f"/beside/{NOBODY}/merge": {"stays": str(NOBODY)},
    f"/beside/{NOBODY}/apart": {},
}
PAGES: Final = ("", "/correct", "/feedback", "/why?kind=workflow", "/files/csv", f"/beside/{NOBODY}")


def test_a_member_is_told_that_it_is_not_theirs(console: Console, visit: str, people: People) -> None:
    ready(console, people.ana)
    ana = console.signed_in(people.ana)
    for path in (LIST, *(visit + each for each in PAGES)):
        page = ana.open(path)
        assert (path, page.status) == (path, 403)
        assert "DRIVE" not in page.text
    token = ana.open("/settings").form("/settings/profile")["form_token"]
    for path, sent in FORMS.items():
        assert ana.post(visit + path, {**sent, "form_token": token}).status == 403


def test_to_strangers_it_is_not_there(console: Console, visit: str, people: People) -> None:
    stella = console.signed_in(people.stranger)
    console.look(
        "insert into user_profiles (org_id, user_id, confirmed_at) values (%s, %s, now()) returning 1",
        people.globex,
        people.stranger.id,
    )
    assert "Workflows come from check-ins" in stella.open(LIST).text
    for path in PAGES:
        assert (path, stella.open(visit + path).status) == (path, 404)
    token = stella.open("/admin/departments").form("/admin/departments")["form_token"]
    for path, sent in FORMS.items():
        assert (path, stella.post(visit + path, {**sent, "form_token": token}).status) == (path, 404)
    assert console.look("select count(*) from workflows where display_name <> 'Visit' or status <> 'active'") == 0


@pytest.mark.parametrize("path", FORMS)
def test_no_other_site_sends_these_forms(adam: Visitor, visit: str, path: str) -> None:
    assert adam.post(visit + path, FORMS[path], origin="https://evil.test").status == 403
    assert adam.post(visit + path, {**FORMS[path], "form_token": "x.y"}).status == 403


@pytest.mark.parametrize(
    ("flag", "told", "posts"),
    [
        ("WORKFLOW_OVERRIDES", "Correct it", ["/correct"]),
        ("ACCURACY_FEEDBACK", "Is it told rightly?", ["/feedback"]),
        ("OWNER_NOTES", "Add a note", ["/notes", f"/notes/{NOBODY}/take-back"]),
        ("RESET_TO_AI", "Back to what people told", ["/reset"]),
        ("WORKFLOW_VARIANTS", "Where people’s ways part", ["/variants", f"/variants/{NOBODY}"]),
    ],
)
def test_what_is_off_is_gone(
    adam: Visitor, visit: str, console: Console, flag: Switch, told: str, posts: list[str]
) -> None:
    press(adam, press(adam, adam.open(f"{visit}/correct"), "out:call"), "save")
    page = adam.open(visit)
    assert told in page.text
    token = page.form(visit)["form_token"]
    switch_off(console, flag)
    assert told not in adam.open(visit).text
    for path in posts:
        assert adam.post(visit + path, {**FORMS[path], "form_token": token}).status == 404
    if f"{posts[0]}" in PAGES:
        assert adam.open(visit + posts[0]).status == 404


def test_without_variants_nothing_is_told_of_them(adam: Visitor, visit: str, console: Console) -> None:
    switch_off(console, "WORKFLOW_VARIANTS")
    assert "skip this" not in adam.open(visit).text
    assert "skip" not in adam.open(f"{visit}/files/csv").html


def test_without_friction_a_variant_can_be_fine_only(adam: Visitor, visit: str, console: Console) -> None:
    variant = variant_of(console, visit)
    switch_off(console, "FRICTION_TRACKING")
    form = adam.open(visit).form(variant)
    assert [value for name, value, _ in form.buttons if name == "verdict"] == ["fine"]
    assert adam.submit(form, verdict="friction").status == 404
    assert adam.submit(form, verdict="fine").status == 200


# ---- whatever people type --------------------------------------------------------------------------------------------


def test_whatever_people_type_about_their_work_is_text(
    adam: Visitor, console: Console, visit: str, twin: str, superuser: psycopg.Connection[Any]
) -> None:
    workflow = visit.removeprefix(f"{LIST}/")
    step = json.dumps({"steps": [{"key": "call", "label": "@"}], "tools": ["@"], "data_sources": ["@"]})
    payload = json.dumps(
        {"added_steps": [{"key": "x", "label": "@"}], "custom_notes": {"call": "@"}, "locked_steps": []}
    )
    correct = (
        "insert into workflow_overrides"
        " (org_id, workflow_id, override_payload, override_reason, status, created_by, created_by_type)"
        " values (%s, %s, %s, %s, %s, %s, 'admin')"
    )
    adam.submit(adam.open(visit).form(f"{visit}/notes"), note_text="note")
    wrong = []
    for text in PAYLOADS:
        shown = " ".join(text.split())[:200]
        told = json.dumps(shown)[1:-1]
        superuser.execute("update workflows set display_name = %s", (shown,))
        superuser.execute("update workflow_steps set label = %s", (shown,))
        superuser.execute("update owner_notes set note_text = %s", (text,))
        superuser.execute("update workflow_variants set description = %s", (shown,))
        superuser.execute("alter table workflow_versions disable trigger user")
        superuser.execute("update workflow_versions set structure = %s", (step.replace("@", told),))
        superuser.execute("alter table workflow_versions enable trigger user")
        superuser.execute("delete from workflow_overrides where accuracy_rating is null")
        for status in ("active", "draft"):
            superuser.execute(
                correct,
                (ACME, workflow, payload.replace("@", told), text, status, People().admin.id),
            )
        paths = [LIST, f"{LIST}?view=list", f"{LIST}?beside={workflow}", visit, f"{visit}/correct", f"{visit}/feedback"]
        paths += [f"{visit}/why?kind=step&key=x", f"{visit}/beside/{twin.removeprefix(f'{LIST}/')}"]
        pages = [adam.open(path) for path in paths]
        lead = next(href for _, href in pages[3].read.links if "/correct?draft=" in href)
        pages += [adam.open(lead), press(adam, pages[4], "look", new_name=text[:200], reason=text)]
        pages.append(adam.submit(pages[5].form(f"{visit}/feedback"), rating="x", missing=text, comment=text))
        wrong += [f"{page.path}: {text}: {it}" for page in pages for it in foreign(page.read)]
        wrong += [f"{page.path} hides {text}: {page.status}" for page in pages if shown not in page.text]
    assert wrong == []
