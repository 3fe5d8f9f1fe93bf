"""GET /api/admin/mails and POST …/retry: whether mails arrive, and what an admin can do where they don't."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import TypeAdapter

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look
from tests.mailed import NOON, YESTERDAY, Mailed
from tests.people import ACME, GLOBEX, NOBODY, People, Person
from tests.wire import CountingProxy
from vizdots.mail_reports import MailKind, MailReport, Retried

PATH = "/api/admin/mails"
RETRY = f"{PATH}/retry"
NINA, OTTO, PIA = "nina@acme.test", "otto@acme.test", "pia@acme.test"
OUTBOX = "select array_agg(status order by created_at) from email_logs where member_id = %s"

Ask = Callable[..., Answer]


@pytest.fixture
def mailed(populated: Database) -> Mailed:
    """The mails of Acme, of which there are none yet."""
    return Mailed(populated)


@pytest.fixture
def ask(signed_in: Callable[[Person], Client], people: People) -> Ask:
    """Ask for the report as Acme's admin, on that Thursday noon, unless it is said who."""

    def asked(query: str = "", who: Person | None = None, **headers: str) -> Answer:
        return signed_in(who or people.admin).on(NOON).get(PATH, query=query, headers=headers)

    return asked


@pytest.fixture
def retry(signed_in: Callable[[Person], Client], people: People) -> Ask:
    """Have mails mailed again, likewise."""

    def asked(sent: dict[str, Any], who: Person | None = None, **headers: str) -> Answer:
        return signed_in(who or people.admin).on(NOON).post(RETRY, sent, headers=headers)

    return asked


def read(answer: Answer) -> MailReport:
    assert answer.status == 200, answer.body
    return TypeAdapter(MailReport).validate_python(answer.body)


def queued(answer: Answer) -> int:
    assert answer.status == 200, answer.body
    return Retried.model_validate(answer.body).queued


def assert_refused(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code), answer.body


def kind(report: MailReport, name: str) -> MailKind:
    (found,) = (each for each in report.kinds if each.kind == name)
    return found


# ---- the numbers -----------------------------------------------------------------------------------------------------


def test_on_the_first_day_there_is_nothing(ask: Ask) -> None:
    report = read(ask())
    assert [each.kind for each in report.kinds] == ["reminder", "invitation", "trial_ending"]
    invitation = kind(report, "invitation")
    assert (invitation.queued, invitation.sent, invitation.bounced, invitation.failed, invitation.given_up) == (0,) * 5
    assert kind(report, "reminder").sent is None  # of none as of few
    assert (report.dead_letters, report.failures.items, report.failures.all) == ([], [], 0)


def test_invitations_are_counted_one_by_one(mailed: Mailed, ask: Ask) -> None:
    for nth, (status, error_type, attempts) in enumerate(
        [
            ("queued", None, 0),
            ("sent", None, 1),
            ("sent", None, 1),
            ("bounced", None, 1),
            ("suppressed", "AddressSuppressed", 0),
            ("failed", "MessageRejected", 1),
            ("failed", "InternalServiceError", 5),
            ("suppressed", "TooLate", 2),
            ("suppressed", "InvitationOver", 0),
            ("suppressed", None, 0),
        ]
    ):
        member = mailed.waiting(f"guest{nth}@acme.test")
        mailed.mail(member, status, error_type=error_type, attempts=attempts, at=NOON - timedelta(days=nth % 3))
    report = read(ask("days=7"))
    told = kind(report, "invitation")
    assert (told.counts, told.queued, told.sent, told.bounced, told.failed, told.given_up) == ("mails", 1, 2, 2, 1, 2)
    assert told.complained is None
    assert [(each.day.day, each.sent, each.lost) for each in told.trend[-3:]] == [(3, 1, 1), (4, 1, 2), (5, 0, 2)]
    assert sorted((each.kind, each.error_type, each.count) for each in report.dead_letters) == [
        ("invitation", "InternalServiceError", 1),
        ("invitation", "TooLate", 1),
    ]


@pytest.mark.parametrize(("days", "step", "first", "number"), [("7", "day", 30, 7), ("30", "day", 7, 30)])
def test_short_windows_go_by_days(ask: Ask, days: str, step: str, first: int, number: int) -> None:
    report = read(ask(f"days={days}"))
    assert (report.step, report.first_day.day, len(report.kinds[0].trend)) == (step, first, number)
    assert report.kinds[0].trend[-1].day == report.today == NOON.date()


def test_a_quarter_goes_by_weeks(mailed: Mailed, ask: Ask) -> None:
    member = mailed.waiting(NINA)
    mailed.mail(member, "sent", at=NOON - timedelta(days=89))
    mailed.mail(member, "sent", at=NOON - timedelta(days=200))
    report = read(ask("days=90"))
    weeks = [each.day for each in kind(report, "invitation").trend]
    assert (report.step, report.first_day, len(weeks)) == ("week", weeks[0], 14)
    assert {each.weekday() for each in weeks} == {0}
    assert kind(report, "invitation").sent == kind(report, "invitation").trend[0].sent == 1


def test_days_are_those_of_the_organisation(mailed: Mailed, ask: Ask) -> None:
    mailed.mail(mailed.waiting(NINA), "sent", at=YESTERDAY.replace(hour=23, minute=30))  # in Berlin it is today
    assert [each.sent for each in kind(read(ask("days=7")), "invitation").trend][-2:] == [0, 1]


def test_others_mails_are_others(mailed: Mailed, ask: Ask, people: People) -> None:
    mailed.failed("guest@globex.test", org_id=GLOBEX)
    report = read(ask())
    assert (kind(report, "invitation").failed, report.failures.all) == (0, 0)
    theirs = read(ask(who=people.stranger))
    assert (kind(theirs, "invitation").failed, theirs.failures.all) == (1, 1)


# ---- what didn't arrive ----------------------------------------------------------------------------------------------


def test_a_failure_says_whose_why_and_what_to_do(mailed: Mailed, ask: Ask) -> None:
    bounced, failed = mailed.failed(NINA, "bounced"), mailed.failed(OTTO)
    given_up = mailed.mail(mailed.waiting(PIA), "failed", attempts=5, error_type="LimitExceededException", at=NOON)
    found = {each.id: each for each in read(ask()).failures.items}
    assert next(iter(found)) == given_up
    assert (found[bounced].email, found[bounced].display_name) == (NINA, "Nina Neu")
    assert [
        (found[each].reason, found[each].error_type, found[each].remedy) for each in (bounced, failed, given_up)
    ] == [
        ("bounced", None, "correct"),
        ("failed", "MessageRejected", "retry"),
        ("given_up", "LimitExceededException", "retry"),
    ]


def test_only_the_newest_invitation_of_somebody_who_still_waits_is_told(mailed: Mailed, ask: Ask, look: Look) -> None:
    member = mailed.waiting(NINA)
    mailed.mail(member, "failed", at=NOON - timedelta(days=60))  # whenever that was
    assert read(ask("days=7")).failures.all == 1
    mailed.mail(member, "sent")
    assert read(ask()).failures.all == 0
    mailed.mail(member, "bounced", at=NOON)
    assert read(ask()).failures.all == 1
    mailed.do("update organization_members set status = 'inactive' where id = %s", member)
    assert read(ask()).failures.all == 0
    mailed.do("update organization_members set status = 'active', user_id = %s where id = %s", uuid4(), member)
    assert read(ask()).failures.all == 0


def test_failures_come_in_pages(mailed: Mailed, ask: Ask) -> None:
    made = [mailed.failed(f"guest{nth}@acme.test") for nth in range(5)]
    seen: list[UUID] = []
    cursor: str | None = ""
    while cursor is not None:
        page = read(ask(f"limit=2{f'&cursor={cursor}' if cursor else ''}")).failures
        assert (page.all, page.to_retry) == (5, 5)
        seen += [each.id for each in page.items]
        cursor = page.next_cursor
    assert (len(seen), {*seen}) == (5, {*made})


@pytest.mark.parametrize("query", ["cursor=nothing", "limit=0", "limit=201", "days=8", "days=all", "days="])
def test_what_isnt_understood_is_refused(ask: Ask, query: str) -> None:
    assert ask(query).status == 422


def test_it_is_one_question(ask: Ask, wire: CountingProxy) -> None:
    ask()
    before = wire.trips
    ask("days=90")
    assert wire.trips - before == 1


# ---- once more -------------------------------------------------------------------------------------------------------


def test_a_failed_invitation_is_mailed_again(mailed: Mailed, ask: Ask, retry: Ask, look: Look) -> None:
    mail = mailed.failed(NINA)
    member = look("select member_id from email_logs where id = %s", mail)
    assert queued(retry({"mail_id": str(mail)})) == 1
    assert look(OUTBOX, member) == ["failed", "queued"]
    assert look("select invite_expires_at from organization_members where id = %s", member) == NOON + timedelta(days=14)
    assert read(ask()).failures.all == 0


def test_each_failure_is_retried_once(mailed: Mailed, retry: Ask) -> None:
    mail = mailed.failed(NINA)
    queued(retry({"mail_id": str(mail)}))
    assert_refused(retry({"mail_id": str(mail)}), 409, "not_failed")
    assert queued(retry({"all": True})) == 0


def test_what_is_sent_twice_is_done_once(mailed: Mailed, retry: Ask, look: Look) -> None:
    mail, key = mailed.failed(NINA), {"idempotency-key": "a key"}
    assert [queued(retry({"mail_id": str(mail)}, **key)) for _ in range(2)] == [1, 1]
    assert look("select count(*) from email_logs where status = 'queued'") == 1


@pytest.mark.parametrize("sent", ["one", "all"])
def test_of_two_at_once_one_mails(mailed: Mailed, retry: Ask, look: Look, sent: str) -> None:
    mail = mailed.failed(NINA)
    mailed.failed(OTTO)
    body, go = {"all": True} if sent == "all" else {"mail_id": str(mail)}, threading.Barrier(2)
    answers: list[Answer] = []

    def send() -> None:
        go.wait()
        answers.append(retry(body))
        db.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    told = sorted((each.status, each.body.get("queued") or 0) for each in answers)
    assert told == ([(200, 0), (200, 2)] if sent == "all" else [(200, 1), (409, 0)])
    assert (
        look(
            "select max(number) from (select count(*) as number from email_logs where status = 'queued'"
            " group by member_id) n"
        )
        == 1
    )


def test_an_address_that_takes_no_mails_is_corrected_first(mailed: Mailed, ask: Ask, retry: Ask, look: Look) -> None:
    mail = mailed.failed(NINA, "bounced")
    assert_refused(retry({"mail_id": str(mail)}), 409, "address_takes_no_mails")
    assert_refused(retry({"mail_id": str(mail), "email": "NINA@acme.test "}), 409, "address_takes_no_mails")
    assert queued(retry({"all": True})) == 0
    assert read(ask()).failures.to_retry == 0
    assert queued(retry({"mail_id": str(mail), "email": "Nina.Neu@acme.test"})) == 1
    assert look("select to_address from email_logs where status = 'queued'") == "nina.neu@acme.test"
    assert look("select count(*) from organization_members where invited_email = 'nina.neu@acme.test'") == 1
    assert read(ask()).failures.all == 0
    entry = look(
        "select after::text from audit_log where entity_type = 'organization_members' order by seq desc limit 1"
    )
    assert "nina" not in entry


def test_nobody_gets_the_address_of_somebody_else(mailed: Mailed, retry: Ask, people: People, look: Look) -> None:
    mail = mailed.failed(NINA, "bounced")
    refused = retry({"mail_id": str(mail), "email": people.ana.email})
    assert_refused(refused, 409, "already_member")
    assert look("select count(*) from organization_members where invited_email = %s", NINA) == 1
    assert look("select count(*) from email_logs where status = 'queued'") == 0


def test_all_are_mailed_again_but_those_who_need_an_owner_or_another_address(
    mailed: Mailed, ask: Ask, retry: Ask, people: People, look: Look
) -> None:
    mailed.failed(NINA)
    mailed.failed(OTTO, "bounced")
    theirs = mailed.failed(PIA, role="admin")
    failures = read(ask()).failures
    assert {each.email: each.remedy for each in failures.items} == {
        NINA: "retry",
        OTTO: "correct",
        PIA: "ask_an_owner",
    }
    assert (failures.all, failures.to_retry) == (3, 1)
    assert queued(retry({"all": True})) == 1
    assert_refused(retry({"mail_id": str(theirs)}), 403, "owners_only")
    assert_refused(retry({"mail_id": str(theirs), "email": "mine@acme.test"}), 403, "owners_only")
    assert read(ask(who=people.owner)).failures.to_retry == 1
    assert queued(retry({"all": True}, who=people.owner)) == 1
    assert look("select array_agg(to_address order by to_address) from email_logs where status = 'queued'") == [
        NINA,
        PIA,
    ]


def test_a_mail_that_didnt_fail_isnt_mailed_again(mailed: Mailed, retry: Ask, people: People) -> None:
    sent = mailed.mail(mailed.waiting(NINA), "sent")
    assert_refused(retry({"mail_id": str(sent)}), 409, "not_failed")
    taken_up = mailed.mail(people.ana.member_id, "failed")
    assert_refused(retry({"mail_id": str(taken_up)}), 409, "not_failed")


def test_what_is_no_invitation_of_theirs_reads_like_none(mailed: Mailed, retry: Ask, people: People) -> None:
    reminder = mailed.mail(people.ana.member_id, "failed", template="reminder")
    foreign = mailed.failed("guest@globex.test", org_id=GLOBEX)
    answers = [retry({"mail_id": str(each)}) for each in (reminder, foreign, NOBODY)]
    for each in answers:
        assert_refused(each, 404, "mail_not_found")
    assert answers[0].body == answers[1].body == answers[2].body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all": False},
        {"all": True, "mail_id": str(NOBODY)},
        {"all": True, "email": NINA},
        {"mail_id": "nobody"},
        {"mail_id": str(NOBODY), "email": "no address"},
        {"mail_id": str(NOBODY), "more": 1},
    ],
)
def test_one_or_all_and_nothing_else(retry: Ask, body: dict[str, Any]) -> None:
    assert_refused(retry(body), 422, "invalid_fields")


# ---- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ana", "her_manager", "colleague", "former"])
def test_only_admins_see_and_retry(mailed: Mailed, ask: Ask, retry: Ask, people: People, who: str, look: Look) -> None:
    mail, person = mailed.failed(NINA), getattr(people, who)
    code = "no_organisation" if who == "former" else "admins_only"
    assert_refused(ask(who=person), 403, code)
    assert_refused(retry({"mail_id": str(mail)}, who=person), 403, code)
    assert_refused(retry({"all": True}, who=person), 403, code)
    assert look("select count(*) from email_logs where status = 'queued'") == 0


def test_a_stranger_is_told_to_sign_in(nobody: Client) -> None:
    assert nobody.get(PATH).status == 401
    assert nobody.post(RETRY, {"all": True}).status == 401


def test_an_admin_of_two_organisations_says_which(
    mailed: Mailed, ask: Ask, retry: Ask, people: People, populated: Database
) -> None:
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(
            "insert into organization_members (org_id, user_id, role, status) values (%s, %s, 'admin', 'active')",
            (GLOBEX, people.admin.id),
        )
    mail = mailed.failed(NINA)
    assert_refused(ask(), 409, "choose_organisation")
    assert_refused(retry({"mail_id": str(mail)}, **{"x-org-id": str(GLOBEX)}), 404, "mail_not_found")
    assert queued(retry({"mail_id": str(mail)}, **{"x-org-id": str(ACME)})) == 1
