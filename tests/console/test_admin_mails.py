"""Whether mails arrive, as an admin sees it, and what they do where they don't."""

from datetime import timedelta

import pytest

from tests.console.conftest import Console, Form, Page, Visitor
from tests.mailed import NOON, Mailed
from tests.people import People

PATH = "/admin/mails"
NINA, OTTO = "nina@acme.test", "otto@acme.test"
QUEUED = "select array_agg(to_address order by to_address) from email_logs where status = 'queued'"


@pytest.fixture
def mailed(console: Console) -> Mailed:
    """The mails of Acme, of which there are none yet."""
    return Mailed(console.database)


@pytest.fixture
def admin(console: Console, people: People) -> Visitor:
    """The admin's browser, on that Thursday noon."""
    visitor = console.signed_in(people.admin)
    visitor.at = NOON
    return visitor


def again(page: Page) -> Form:
    """The form that has one invitation mailed again."""
    return page.form(PATH)


def correction(page: Page) -> Form:
    """The form that corrects an address."""
    return next(each for each in page.read.forms if "email" in dict(each.fields))


def test_on_the_first_day_the_page_says_what_will_be_here(admin: Visitor) -> None:
    page = admin.open(PATH)
    assert page.status == 200
    assert "Nothing to tell yet" in page.text
    assert ("Invite somebody", "/admin/members/new") in page.read.links
    assert "How they arrive" not in page.text


def test_a_few_reminders_change_nothing_on_the_page(mailed: Mailed, admin: Visitor, people: People) -> None:
    mailed.crowd(10)
    mailed.mail(people.ana.member_id, "bounced", template="reminder")
    assert "Nothing to tell yet" in admin.open(PATH).text


def test_numbers_come_kind_by_kind(mailed: Mailed, admin: Visitor) -> None:
    for member in mailed.crowd(20)[:7]:
        mailed.mail(member, "sent", template="reminder")
    mailed.mail(mailed.waiting(NINA), "sent")
    page = admin.open(PATH)
    assert "Invitations On their way0 Sent1" in page.text
    assert "Sent5 people or more" in page.text
    assert "On their way– fewer than 5 people" in page.text
    assert "Reminders by day, at most 5" in page.text
    assert "The end of the trial Fewer than 5 people, or nearly everybody: not told" in page.text
    assert [each["href"] for each in page.read.all("a") if each.get("class") == "chip"] == [
        f"{PATH}?days=7",
        PATH,
        f"{PATH}?days=90",
    ]
    quarter = admin.open(f"{PATH}?days=90")
    assert "Reminders by week, at most 5" in quarter.text


def test_a_failure_says_why_and_is_mailed_again(console: Console, mailed: Mailed, admin: Visitor) -> None:
    mailed.failed(NINA)
    page = admin.open(PATH)
    assert "1 invitation didn’t arrive" in page.text
    assert "The mail service refused what it says, or where it goes. (MessageRejected)" in page.text
    done = admin.submit(again(page))
    assert (done.status, done.path) == (200, PATH)
    assert "A new invitation is on its way." in done.text
    assert "didn’t arrive" not in done.text.replace("Sent Didn’t arrive", "")
    assert console.look(QUEUED) == [NINA]


def test_all_that_can_be_are_mailed_again_at_once(console: Console, mailed: Mailed, admin: Visitor) -> None:
    mailed.failed(NINA)
    mailed.failed(OTTO)
    mailed.failed("pia@acme.test", "bounced")
    page = admin.open(PATH)
    assert "Mail 2 again" in page.text
    (every,) = (each for each in page.read.forms if ("all", "on") in each.fields)
    done = admin.submit(every)
    assert "New invitations are on their way." in done.text
    assert "1 invitation didn’t arrive" in done.text
    assert console.look(QUEUED) == [NINA, OTTO]


def test_an_address_is_corrected_where_it_is_wrong(
    console: Console, mailed: Mailed, admin: Visitor, people: People
) -> None:
    mailed.failed(NINA, "bounced")
    page = admin.open(PATH)
    assert "Its address takes no mails." in page.text
    for typed, status, told in [
        (NINA, 409, "This is the address that takes no mails."),
        ("", 409, "This is the address that takes no mails."),
        ("nina", 422, "Please check the e-mail address"),
        (people.ana.email, 409, "There is somebody with this address already."),
    ]:
        refused = admin.submit(correction(page), email=typed)
        assert (refused.status, told in refused.text) == (status, True)
        assert correction(refused)["email"] == typed
        assert console.look(QUEUED) is None
    done = admin.submit(correction(page), email="nina.neu@acme.test")
    assert "A new invitation is on its way." in done.text
    assert console.look(QUEUED) == ["nina.neu@acme.test"]


def test_who_comes_second_is_told_so(console: Console, mailed: Mailed, admin: Visitor, people: People) -> None:
    mailed.failed(NINA)
    page = admin.open(PATH)
    owner = console.signed_in(people.owner)
    owner.at = NOON + timedelta(seconds=1)
    owner.submit(again(owner.open(PATH)))
    late = admin.submit(again(page))
    assert late.status == 409
    assert "Somebody has dealt with this invitation meanwhile." in late.text
    assert console.look(QUEUED) == [NINA]


def test_a_form_that_is_sent_twice_mails_once(console: Console, mailed: Mailed, admin: Visitor) -> None:
    mailed.failed(NINA)
    page = admin.open(PATH)
    for _ in range(2):
        assert admin.submit(again(page)).status == 200
    assert console.look(QUEUED) == [NINA]


def test_who_is_to_run_the_organisation_is_an_owners_to_invite(
    console: Console, mailed: Mailed, admin: Visitor, people: People
) -> None:
    mailed.failed(NINA, role="admin")
    page = admin.open(PATH)
    assert "Only owners invite those who are to run the organisation." in page.text
    assert "Mail it again" not in page.text
    owner = console.signed_in(people.owner)
    owner.at = NOON
    assert "Mail it again" in owner.open(PATH).text


def test_what_was_given_up_is_told_with_why(mailed: Mailed, admin: Visitor) -> None:
    mailed.mail(mailed.waiting(NINA), "failed", attempts=5, error_type="InternalServiceError")
    for member in mailed.crowd(20)[:5]:
        mailed.mail(member, "failed", template="reminder", attempts=5, error_type="Odd")
    page = admin.open(PATH)
    assert "Reminders The mail service didn’t take it. (Odd) 5 people or more" in page.text
    assert "Invitations The mail service was down. (InternalServiceError) 1" in page.text


@pytest.mark.parametrize("query", ["days=8", "cursor=none"])
def test_an_address_that_was_made_up_is_refused(admin: Visitor, query: str) -> None:
    assert admin.open(f"{PATH}?{query}").status == 422


@pytest.mark.parametrize("who", ["ana", "her_manager"])
def test_members_have_no_such_page(console: Console, mailed: Mailed, people: People, who: str) -> None:
    mailed.failed(NINA)
    mailed.do(
        "insert into user_profiles (org_id, user_id, profile_json, confirmed_at)"
        " select org_id, user_id, '{}', now() from organization_members where status = 'active'"
    )
    page = console.signed_in(getattr(people, who)).open(PATH)
    assert page.status == 403
    assert NINA not in page.html


def test_whoever_isnt_signed_in_is_asked_to(console: Console) -> None:
    assert console.visitor().open(PATH).path.startswith("/sign-in")
