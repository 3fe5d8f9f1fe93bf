"""The pages about members, as an admin's browser without a script uses them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import PAYLOADS, foreign, put_everywhere, ready
from tests.invitations import NINA, Invitations
from tests.people import ACME, FIELD, OFFICE, People, Person

PATH = "/admin/members"


def of(person: Person) -> str:
    """The path of somebody's page."""
    return f"{PATH}/{person.member_id}"


def place(console: Console, person: Person, column: str) -> Any:
    """A column of somebody's membership."""
    return console.look(f"select {column} from organization_members where id = %s", person.member_id)  # noqa: S608


def names(page: Page) -> list[str]:
    """Who is in the table."""
    return [text for text, href in page.read.links if href.startswith(f"{PATH}/a")]


def add(visitor: Visitor, **more: Any) -> Page:
    """Fill in the form of somebody new."""
    typed = {"display_name": "Nina New", "email": "nina@acme.test"} | more
    return visitor.submit(visitor.open(f"{PATH}/new").form(f"{PATH}/new"), **typed)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_an_admin_finds_everybody_who_is_here_by_name(adam: Visitor) -> None:
    assert names(adam.open(PATH)) == ["Adam Admin", "Ana Alba", "Carl Colleague", "Mara Manager", "Olivia Owner"]


@pytest.mark.parametrize(
    ("filled", "found"),
    [
        ({"search": "TECHN"}, ["Ana Alba", "Carl Colleague"]),
        ({"department_id": str(OFFICE)}, ["Adam Admin", "Olivia Owner"]),
        ({"role": "owner"}, ["Olivia Owner"]),
        ({"level": "manager"}, ["Mara Manager"]),
        ({"status": "inactive"}, ["Fred Former"]),
    ],
)
def test_the_form_narrows_the_list_and_keeps_what_was_chosen(
    adam: Visitor, filled: dict[str, Any], found: list[str]
) -> None:
    page = adam.submit(adam.open(PATH).form(PATH), **filled)
    assert names(page) == found
    assert {name: page.form(PATH)[name] for name in filled} == filled


def test_whoever_finds_nobody_is_told_how_to_go_on(adam: Visitor) -> None:
    page = adam.open(f"{PATH}?search=nobody")
    assert "Nobody fits" in page.text
    assert ("Show all again", PATH) in page.read.links


def test_pages_follow_each_other_with_their_filters(console: Console, adam: Visitor) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into organization_members (org_id, display_name, invited_email, job_title)"
            " select %s, 'Person ' || to_char(n, '00'), n || '@acme.test', 'Fitter' from generate_series(1, 60) n",
            (ACME,),
        )
    page = adam.open(f"{PATH}?search=fitter")
    assert len(names(page)) < 60
    (more,) = [href for text, href in page.read.links if text == "More people"]
    assert "search=fitter" in more
    page = adam.open(more)
    assert "More people" not in page.text
    assert (f"{PATH}?search=fitter") in [href for text, href in page.read.links if text == "From the start"]


@pytest.mark.parametrize("query", ["role=king", "department_id=x", "cursor=x", "status=x", "search=" + "x" * 201])
def test_an_address_that_asks_for_nonsense_is_told_so(adam: Visitor, query: str) -> None:
    assert adam.open(f"{PATH}?{query}").status == 422


# ---- who may come ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [PATH, f"{PATH}/new", of(People().ana), of(People().colleague)])
def test_they_are_for_admins(console: Console, people: People, path: str) -> None:
    for person in (people.ana, people.her_manager):
        ready(console, person)
        assert console.signed_in(person).open(path).status == 403
        ready_no_more = "delete from user_profiles where user_id = %s returning 1"
        console.look(ready_no_more, person.id)
    assert console.visitor().open(path).path.startswith("/sign-in")
    ids = path.startswith(f"{PATH}/a")
    assert console.signed_in(people.stranger).open(path).status == (404 if ids else 200)


def test_no_form_of_theirs_is_taken_from_anybody_else(console: Console, people: People, adam: Visitor) -> None:
    ready(console, people.ana)
    ana = console.signed_in(people.ana)
    token = ana.open("/settings").form("/sign-out")["form_token"]
    etag = adam.open(of(people.ana)).form(of(people.ana))["etag"]
    for path, fields in (
        (f"{PATH}/new", {"display_name": "Me", "email": "me@acme.test", "role": "owner"}),
        (of(people.ana), {"display_name": "Ana", "role": "owner", "etag": etag}),
        (f"{of(people.colleague)}/status", {"status": "inactive", "etag": ""}),
    ):
        assert ana.post(path, {"form_token": token, **fields}).status == 403
        assert adam.post(path, fields).status == 403
    assert place(console, people.ana, "role") == "member"
    assert console.look("select count(*) from organization_members where org_id = %s", ACME) == 6


# ---- somebody new ----------------------------------------------------------------------------------------------------


def test_somebody_is_added_and_invited(console: Console, adam: Visitor, people: People) -> None:
    page = add(
        adam,
        email="Nina@acme.test",
        job_title="Fitter",
        department_id=str(FIELD),
        supervisor=people.her_manager.email,
        language_code="pl",
    )
    assert "their invitation is on its way" in page.text
    assert "Mara Manager" in page.text
    assert console.look("select to_address || language_code from email_logs") == "nina@acme.testpl"


def test_or_added_without_a_mail(console: Console, adam: Visitor) -> None:
    page = add(adam, invite=None)
    assert "They are added." in page.text
    assert "None was sent yet." in page.text
    assert console.look("select count(*) from email_logs") == 0


def test_a_form_sent_twice_adds_one(console: Console, adam: Visitor) -> None:
    form = adam.open(f"{PATH}/new").form(f"{PATH}/new")
    typed: dict[str, Any] = {"display_name": "Nina", "email": "nina@acme.test"}
    first, second = (adam.submit(form, **typed) for _ in range(2))
    assert first.path == second.path
    assert console.look("select count(*) from email_logs") == 1


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"email": "nina"}, "email", "looks like name@example.com"),
        ({"email": "ana@acme.test"}, "email", "somebody with this address already"),
        ({"email": ""}, "email", "Please fill this in."),
        ({"display_name": " "}, "display_name", "Please"),
        ({"supervisor": "nobody@acme.test"}, "supervisor", "Nobody who is active"),
        ({"supervisor": "stella@globex.test"}, "supervisor", "Nobody who is active"),
        ({"supervisor": "fred@acme.test"}, "supervisor", "Nobody who is active"),
        ({"department_id": "00000000-0000-4000-8000-000000000000"}, "department_id", "closed by now"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_loses_nothing(
    console: Console, adam: Visitor, typed: dict[str, Any], field: str, told: str
) -> None:
    page = add(adam, **{"job_title": "Fitter", **typed})
    assert page.status in (409, 422)
    assert f"#field-{field}" in page.html
    assert told in page.text
    assert page.form(f"{PATH}/new")["job_title"] == "Fitter"
    assert console.look("select count(*) from organization_members where org_id = %s", ACME) == 6


def test_only_an_owner_is_offered_roles(console: Console, adam: Visitor, olivia: Visitor) -> None:
    assert 'name="role"' not in adam.open(f"{PATH}/new").html
    assert add(adam, role="admin").status == 403
    assert "Administrator" in add(olivia, role="admin").text
    assert console.look("select role from organization_members where invited_email = 'nina@acme.test'") == "admin"


# ---- one of them -----------------------------------------------------------------------------------------------------


def test_a_place_is_changed_and_remembered(console: Console, adam: Visitor, people: People) -> None:
    form = adam.open(of(people.ana)).form(of(people.ana))
    page = adam.submit(
        form,
        display_name="Ana A. Alba",
        job_title="Lead",
        department_id=str(OFFICE),
        supervisor=people.owner.email,
        level="manager",
        can_view_reports="on",
    )
    assert "Their place is saved." in page.text
    assert "Department: Field → Office" in page.text
    assert "Level: Team member → Manager" in page.text
    assert place(console, people.ana, "supervisor") == people.owner.member_id
    assert place(console, people.ana, "can_view_reports") is True
    assert place(console, people.ana, "schedule_override") is None


def test_what_isnt_touched_stays(console: Console, adam: Visitor, people: People) -> None:
    before = console.look("select to_jsonb(m) from organization_members m where id = %s", people.ana.member_id)
    adam.submit(adam.open(of(people.ana)).form(of(people.ana)))
    assert console.look("select to_jsonb(m) from organization_members m where id = %s", people.ana.member_id) == before


def test_somebodys_own_days_are_kept_and_taken_back(console: Console, adam: Visitor, people: People) -> None:
    page = adam.open(of(people.ana))
    mornings: dict[str, Any] = {"monday_on": "on", "monday_start": "7:00", "monday_end": "12:00"}
    page = adam.submit(page.form(of(people.ana)), **mornings, sunday_on="off", sunday_start="", sunday_end="")
    assert place(console, people.ana, "schedule_override") == {
        "monday": {"on": True, "start": "07:00", "end": "12:00"},
        "sunday": {"on": False, "start": "09:00", "end": "17:00"},
    }
    page = adam.submit(page.form(of(people.ana)), monday_start="13:00", sunday_on="on", sunday_end="late")
    assert page.status == 422
    assert "Monday: The end should be later than the start." in page.text
    assert "Sunday: Please give both times like 09:00." in page.text
    assert "#field-monday_end" in page.html
    page = adam.submit(page.form(of(people.ana)), monday_on="", sunday_on="")
    assert page.status == 200
    assert place(console, people.ana, "schedule_override") is None


def test_the_second_of_two_admins_loses_nothing_and_overwrites_nothing(
    console: Console, adam: Visitor, olivia: Visitor, people: People
) -> None:
    path = of(people.ana)
    hers, his = olivia.open(path).form(path), adam.open(path).form(path)
    olivia.submit(hers, job_title="Lead", department_id=str(OFFICE))

    page = adam.submit(his, job_title="Chief")

    assert page.status == 412
    assert "Somebody else has changed this" in page.text
    assert "By now it is: Lead" in page.text
    assert "By now it is: Office" in page.text
    assert page.form(path)["job_title"] == "Chief"
    assert place(console, people.ana, "job_title") == "Lead"
    page = adam.submit(page.form(path))
    assert page.status == 200
    assert place(console, people.ana, "job_title") == "Chief"


def test_a_mistake_in_between_doesnt_hide_what_somebody_else_did(
    console: Console, adam: Visitor, olivia: Visitor, people: People
) -> None:
    path = of(people.ana)
    his = adam.open(path).form(path)
    olivia.submit(olivia.open(path).form(path), job_title="Lead")
    page = adam.submit(his, job_title="Chief", supervisor="nobody@acme.test")
    assert page.status == 422
    page = adam.submit(page.form(path), supervisor=people.her_manager.email)
    assert page.status == 412
    assert place(console, people.ana, "job_title") == "Lead"


@pytest.mark.parametrize(
    ("person", "typed", "field"),
    [
        ("her_manager", {"supervisor": "ana@acme.test"}, "supervisor"),
        ("ana", {"supervisor": "ana@acme.test"}, "supervisor"),
        ("ana", {"supervisor": "nobody@acme.test"}, "supervisor"),
        ("ana", {"department_id": "00000000-0000-4000-8000-000000000000"}, "department_id"),
        ("ana", {"display_name": ""}, "display_name"),
        ("ana", {"job_title": "x" * 201}, "job_title"),
    ],
)
def test_what_cant_be_is_told_at_its_field(
    console: Console, adam: Visitor, people: People, person: str, typed: dict[str, Any], field: str
) -> None:
    path = of(getattr(people, person))
    page = adam.submit(adam.open(path).form(path), **typed)
    assert page.status == 422
    assert f"#field-{field}" in page.html
    assert console.look("select count(*) from member_role_history") == 0


def test_ones_own_place_is_for_others_to_settle(
    console: Console, olivia: Visitor, adam: Visitor, people: People
) -> None:
    for visitor, person in ((adam, people.admin), (olivia, people.owner)):
        path = of(person)
        page = visitor.open(path)
        assert {name for name, _ in page.form(path).fields}.isdisjoint({"level", "role", "can_view_reports"})
        assert not [form for form in page.read.forms if form.action.endswith("/status")]
        page = visitor.submit(page.form(path), job_title="Anything", role="member", level="ic", can_view_reports="on")
        assert page.status == 200
        assert place(console, person, "role || level || can_view_reports") == f"{person.role}{person.level}false"


def test_an_owners_place_is_for_owners(adam: Visitor, people: People) -> None:
    page = adam.open(of(people.owner))
    assert "Only owners change the place of an owner." in page.text
    assert {form.action for form in page.read.forms} == {"/sign-out", "/preferences"}


# ---- their invitation ------------------------------------------------------------------------------------------------


@pytest.fixture
def invitations(console: Console) -> Invitations:
    """Who waits to be invited."""
    return Invitations(console.database, console.stand_in)


def wish(visitor: Visitor, member: UUID, action: str) -> Page:
    """Press the button of somebody's page that does this to their invitation."""
    form = visitor.open(f"{PATH}/{member}").form(f"{PATH}/{member}/invitation")
    assert ("action", action) in {(name, value) for name, value, _ in form.buttons}
    return visitor.submit(form, action=action)


def wishes(page: Page) -> list[str]:
    """What can be done to somebody's invitation."""
    forms = [form for form in page.read.forms if form.action.endswith("/invitation")]
    return [value for form in forms for _, value, _ in form.buttons]


def states(page: Page) -> str:
    """What the list tells of Nina."""
    return page.text.partition(NINA)[2].partition("Olivia")[0]


def test_somebody_is_invited_mailed_and_comes_no_more_once_it_is_taken_back(
    console: Console, adam: Visitor, invitations: Invitations
) -> None:
    nina = invitations.place()
    assert "Not invited yet" in states(adam.open(PATH))
    page = wish(adam, nina, "send")
    assert "Their invitation is on its way." in page.text
    assert "On its way. It holds until" in page.text
    assert wishes(page) == ["resend", "revoke"]
    invitations.deliver()
    page = adam.open(f"{PATH}/{nina}")
    assert "Mailed on" in page.text
    assert "It holds until" in page.text
    assert "Invited" in states(adam.open(PATH))
    link = f"/invitations/{invitations.token()}"
    assert console.visitor().open(link).status == 200

    page = wish(adam, nina, "revoke")
    assert "Their invitation is taken back." in page.text
    assert "Taken back. The last one was mailed on" in page.text
    assert wishes(page) == ["send"]
    assert console.visitor().open(link).status == 410


def test_one_that_has_run_out_is_told_and_mailed_once_more(
    console: Console, adam: Visitor, invitations: Invitations
) -> None:
    nina = invitations.place()
    invitations.queue(nina, at=datetime.now(UTC) - timedelta(days=15))
    assert "Invitation has run out" in states(adam.open(PATH))
    page = adam.open(f"{PATH}/{nina}")
    assert "It ran out on" in page.text
    assert wishes(page) == ["resend"]
    assert "On its way. It holds until" in wish(adam, nina, "resend").text
    outbox = "select array_agg(status order by created_at) from email_logs where to_address = %s"
    assert console.look(outbox, NINA) == ["suppressed", "queued"]


def test_another_mail_waits_five_minutes_and_says_so(console: Console, adam: Visitor, invitations: Invitations) -> None:
    nina = invitations.place()
    invitations.queue(nina, at=datetime.now(UTC) - timedelta(minutes=2, seconds=30))
    page = wish(adam, nina, "resend")
    assert page.status == 429
    assert 0 < int(page.headers["retry-after"]) <= 150
    assert "They were sent an invitation a moment ago. Another one can go to them in 3 minutes." in page.text
    assert "On its way. It holds until" in page.text
    assert console.look("select count(*) from email_logs where to_address = %s", NINA) == 1


def test_a_button_pressed_twice_sends_one_mail(console: Console, adam: Visitor, invitations: Invitations) -> None:
    nina = invitations.place()
    form = adam.open(f"{PATH}/{nina}").form(f"{PATH}/{nina}/invitation")
    assert [adam.submit(form, action="send").status for _ in range(2)] == [200, 200]
    assert console.look("select count(*) from email_logs where to_address = %s", NINA) == 1


def test_whoever_has_come_meanwhile_is_told_to_have(
    console: Console, adam: Visitor, invitations: Invitations, people: People
) -> None:
    assert wishes(adam.open(of(people.ana))) == []
    nina = invitations.place()
    form = adam.open(f"{PATH}/{nina}").form(f"{PATH}/{nina}/invitation")
    come = "update organization_members set user_id = gen_random_uuid(), status = 'active', invite_status = 'accepted'"
    console.look(f"{come} where id = %s returning id", nina)
    page = adam.submit(form, action="send")
    assert page.status == 409
    assert "They have accepted their invitation meanwhile." in page.text
    assert wishes(page) == []


def test_whoever_is_to_run_the_organisation_is_invited_by_its_owners(
    console: Console, adam: Visitor, olivia: Visitor, invitations: Invitations
) -> None:
    nina = invitations.place(role="admin")
    path = f"{PATH}/{nina}"
    page = adam.open(path)
    assert "Only owners invite those who are to run the organisation." in page.text
    assert wishes(page) == []
    token = page.form("/sign-out")["form_token"]
    assert adam.post(f"{path}/invitation", {"form_token": token, "action": "send"}).status == 403
    assert console.look("select count(*) from email_logs") == 0
    assert "Their invitation is on its way." in wish(olivia, nina, "send").text


def test_without_an_address_there_is_nothing_to_press(adam: Visitor, invitations: Invitations) -> None:
    page = adam.open(f"{PATH}/{invitations.place(None)}")
    assert "There is no address that an invitation could go to." in page.text
    assert wishes(page) == []


def test_invitations_are_not_for_members_strangers_or_nonsense(
    console: Console, adam: Visitor, people: People, invitations: Invitations
) -> None:
    nina = invitations.place()
    path = f"{PATH}/{nina}/invitation"
    ready(console, people.ana)
    ana, stella = console.signed_in(people.ana), console.signed_in(people.stranger)
    for visitor, home, status in ((ana, "/settings", 403), (stella, PATH, 404)):
        token = visitor.open(home).form("/sign-out")["form_token"]
        assert visitor.post(path, {"form_token": token, "action": "send"}).status == status
    token = adam.open(PATH).form("/sign-out")["form_token"]
    assert adam.post(path, {"form_token": token, "action": "accept"}).status == 422
    assert adam.post(path, {"action": "send"}).status == 403
    assert console.look("select count(*) from email_logs") == 0


# ---- leaving and coming back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("choice", "boss"), [("up", "owner"), ("keep", "her_manager")])
def test_whoever_leaves_hands_their_people_up_or_not(
    console: Console, adam: Visitor, people: People, choice: str, boss: str
) -> None:
    page = adam.open(of(people.her_manager))
    assert "2 people report to them" in page.text
    form = page.form(f"{of(people.her_manager)}/status")
    page = adam.submit(form, status="inactive", reports_to=choice)
    assert "They are deactivated." in page.text
    assert place(console, people.ana, "supervisor") == getattr(people, boss).member_id
    assert place(console, people.her_manager, "status") == "inactive"


def test_whoever_left_comes_back(console: Console, adam: Visitor, people: People) -> None:
    form = adam.open(of(people.former)).form(f"{of(people.former)}/status")
    assert "They can come back." in adam.submit(form, status="active").text
    assert place(console, people.former, "status") == "active"


def test_nobody_is_sent_away_by_an_old_page(console: Console, adam: Visitor, olivia: Visitor, people: People) -> None:
    path = of(people.ana)
    old = adam.open(path).form(f"{path}/status")
    olivia.submit(olivia.open(path).form(path), job_title="Lead")
    page = adam.submit(old, status="inactive")
    assert page.status == 412
    assert "Below is what holds by now." in page.text
    assert place(console, people.ana, "status") == "active"


# ---- what is typed is text -------------------------------------------------------------------------------------------


def test_whatever_is_typed_is_text_on_every_page(console: Console, adam: Visitor, people: People) -> None:
    found: dict[str, list[str]] = {}
    for text in PAYLOADS:
        put_everywhere(console, people.ana, text)
        pages = [
            adam.open(PATH),
            adam.open(of(people.ana)),
            add(adam, display_name=text, job_title=text[:200], email=text),
        ]
        pages.append(adam.send("GET", PATH, [("search", text[:200])]))
        wrong = [f"{page.path}: {it}" for page in pages for it in foreign(page.read)]
        if wrong:
            found[text] = wrong
    assert found == {}
