"""Mails go out once, whoever dies on the way: real workers and queues, an SES that refuses, and a kill now and then."""

import json
import os
import queue
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest

from common import db, mail
from common import queue as queues
from local import ses, template
from local.aws import AwsStandIn
from local.pump import Pump
from local.server import Listening, Serving
from tests.conftest import Database
from tests.functions import sqs
from tests.functions.conftest import ISSUER, Look, eventually, invoke_here, looking_at, variables
from tests.people import ACME, People, become
from vizdots import delivery

ROOT: Final = Path(__file__).resolve().parents[2]
DUE: Final = 5_000
WORKERS: Final = 4


@dataclass
class Post:
    """SQS and SES as the functions find them, and what SES was given."""

    aws: AwsStandIn
    queue_url: str
    dead_url: str
    sent: list[ses.Sent] = field(default_factory=list)
    faults: list[ses.Fault] = field(default_factory=list)
    """What SES answers next, the last first; afterwards it takes whatever comes."""
    unreliable: float = 0.0
    """The share of calls that SES refuses for a moment."""
    events: "queue.Queue[ses.Sent | None]" = field(default_factory=queue.Queue)

    def take(self, mail: ses.Sent) -> None:
        """A mail was taken: it is counted, and SES will tell of it."""
        self.sent.append(mail)
        self.events.put(mail)

    def fault(self) -> ses.Fault | None:
        """What SES says instead of taking a mail."""
        if self.faults:
            return self.faults.pop()
        if random.random() < self.unreliable:
            return random.choice([ses.Fault(429, "TooManyRequestsException"), ses.Fault(500, "InternalServiceError")])
        return None

    def to(self) -> Counter[str]:
        """How many mails each address was sent."""
        return Counter(each.to for each in self.sent)


@pytest.fixture
def post(populated: Database) -> Iterator[Post]:
    """The post office of a test, with its queue and its dead letters."""
    stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})
    names = {name: each.name for name, each in stack.queues.items()}
    with ExitStack() as parts:
        patch = parts.enter_context(pytest.MonkeyPatch.context())
        aws = parts.enter_context(AwsStandIn())
        aws.create(stack)
        client = aws.sqs()
        mails, dead = (client.get_queue_url(QueueName=names[it])["QueueUrl"] for it in ("Mails", "DeadMails"))
        post = Post(aws, mails, dead)
        listening = Listening(0)
        parts.enter_context(Serving(ses.create_app(post.take, post.fault), listening))
        for name, value in environment(populated, post, listening.port).items():
            patch.setenv(name, value)
        for cached in (mail._ses, queues._sqs):
            cached.cache_clear()
            parts.callback(cached.cache_clear)
        yield post


def environment(database: Database, post: Post, ses_port: int) -> dict[str, str]:
    """What the functions are given."""
    return {
        **variables(database.functions_url),
        **post.aws.variables,
        "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{ses_port}",
        "MAIL_QUEUE_URL": post.queue_url,
        "EMAIL_FROM": "hello@vizdots.test",
        "EMAIL_CONFIG_SET": "vizdots-test",
    }


def wait_for_check_ins(database: Database, people: int = 0) -> None:
    """A check-in waits for Ana, and for so many people besides; Acme works around the clock."""
    week = {
        day: {"on": True, "start": "00:00", "end": "23:59"}
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    }
    with psycopg.connect(database.admin_url) as connection:
        connection.execute(
            "update organizations set timezone = 'UTC', schedule_config = %s where id = %s", (json.dumps(week), ACME)
        )
        connection.execute(
            "insert into organization_members (org_id, user_id, status, display_name, invited_email, invite_status)"
            " select %s, gen_random_uuid(), 'active', 'Person ' || n, 'p' || n || '@acme.test', 'accepted'"
            " from generate_series(1, %s) n",
            (ACME, people),
        )
        connection.execute(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date)"
            " select org_id, user_id, 'pulse', '{pulse_weekly}', now() - interval '30 hours', current_date - 1"
            " from organization_members"
            " where org_id = %s and (invited_email = 'ana@acme.test' or invited_email like 'p%%')",
            (ACME,),
        )


def deliver(post: Post) -> None:
    """Let the worker have whatever is in the queue."""
    stack = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})
    source = next(each for each in stack.sources if each.function == "EmailFunction")
    pump = Pump(source, post.aws.sqs(), invoke_here, wait=lambda _: None, clock=iter(range(10**6)).__next__)
    while pump.deliver():
        pass


def remind() -> Any:
    """The reminders' job, now."""
    return invoke_here("RemindersFunction", {"time": datetime.now(UTC).isoformat()})


# ---- the sunny path --------------------------------------------------------------------------------------------------


def test_a_reminder_reaches_its_person_once(populated: Database, post: Post, look: Look) -> None:
    wait_for_check_ins(populated)
    assert [remind(), remind()] == [{"reminders": 1}, {"reminders": 0}]
    deliver(post)
    (sent,) = post.sent
    assert sent.to == "ana@acme.test"
    assert "Ana" in sent.text
    assert sent.tags == {"mail": str(look("select id from email_logs")), "template": "reminder"}
    assert look("select row(status, provider_message_id)::text from email_logs") == f"(sent,{sent.message_id})"
    assert sent.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_invitation_carries_a_key_that_only_its_hash_is_kept_of(
    populated: Database, post: Post, people: People, look: Look
) -> None:
    member = invite(populated, people)
    invoke_here("OutboxFunction", {"time": datetime.now(UTC).isoformat()})
    deliver(post)
    (sent,) = post.sent
    token = sent.text.partition("/invitations/")[2].split()[0]
    assert (
        look("select member_id from app.invitation_tokens where token_hash = sha256(%s::bytea)", token.encode())
        == member
    )
    assert look("select invite_status from organization_members where id = %s", member) == "sent"
    assert token not in str(look("select array_agg(l)::text from email_logs l"))


def test_a_later_invitation_says_that_it_is_one(populated: Database, post: Post, people: People) -> None:
    member = invite(populated, people)
    for _ in range(2):
        invoke_here("OutboxFunction", {"time": datetime.now(UTC).isoformat()})
        deliver(post)
        queue_invitation(populated, people, member)
    first, later = post.sent
    assert first.subject.endswith("invites you to VizDots")
    assert later.subject == "Your invitation to VizDots is still open"
    assert "The link in the earlier mail no longer works" in later.text
    assert not [name for sent in post.sent for name in sent.headers if name.startswith("List-")]


def test_an_invitation_that_ses_refused_for_now_is_still_the_first(
    populated: Database, post: Post, people: People
) -> None:
    invite(populated, people)
    post.faults = [ses.Fault(500, "InternalServiceError")]
    for at in (datetime.now(UTC), datetime.now(UTC) + timedelta(hours=2)):
        invoke_here("OutboxFunction", {"time": at.isoformat()})
        deliver(post)
    (sent,) = post.sent
    assert sent.subject.endswith("invites you to VizDots")


def invite(database: Database, people: People) -> UUID:
    """The owner invites somebody; the mail waits in the outbox."""
    with psycopg.connect(database.admin_url) as connection:
        row = connection.execute(
            "insert into organization_members (org_id, invited_email, display_name)"
            " values (%s, 'nina@acme.test', 'Nina New') returning id",
            (ACME,),
        ).fetchone()
    assert row is not None
    member = UUID(str(row[0]))
    queue_invitation(database, people, member)
    return member


def queue_invitation(database: Database, people: People, member: UUID) -> None:
    """The owner lets a member be mailed their invitation."""
    with psycopg.connect(database.admin_url) as connection:
        become(connection, "authenticated", json.dumps(people.owner.claims))
        connection.execute("select app.queue_invitations(array[%s], now())", (member,))


# ---- what can go wrong -----------------------------------------------------------------------------------------------


def test_a_message_that_nobody_can_read_goes_to_the_dead_letters_and_stops_no_other(
    populated: Database, post: Post
) -> None:
    wait_for_check_ins(populated)
    client = post.aws.sqs()
    client.set_queue_attributes(QueueUrl=post.queue_url, Attributes={"VisibilityTimeout": "0"})
    client.send_message(QueueUrl=post.queue_url, MessageBody="this is no mail")
    remind()
    deliver(post)
    assert post.to() == {"ana@acme.test": 1}
    dead = client.receive_message(QueueUrl=post.dead_url).get("Messages", [])
    assert [each["Body"] for each in dead] == ["this is no mail"]


@pytest.mark.parametrize(
    ("fault", "status", "again"),
    [
        (ses.Fault(400, "MessageRejected"), "failed", False),
        (ses.Fault(500, "InternalServiceError"), "queued", True),
        (ses.Fault(400, "LimitExceededException", "Daily message quota exceeded"), "queued", True),
        (ses.Fault(429, "TooManyRequestsException", "Daily message quota exceeded."), "queued", True),
        (ses.Fault(403, "AccessDeniedException"), "queued", True),
    ],
    ids=lambda it: it.code if isinstance(it, ses.Fault) else "",
)
def test_what_ses_refuses_is_tried_again_where_that_can_help(
    populated: Database, post: Post, look: Look, fault: ses.Fault, status: str, again: bool
) -> None:
    wait_for_check_ins(populated)
    remind()
    post.faults = [fault]
    deliver(post)
    assert post.sent == []
    assert look("select status from email_logs") == status
    assert look("select claimed_until is null and due_at > now() from email_logs") is True
    invoke_here("OutboxFunction", {"time": (datetime.now(UTC) + timedelta(hours=2)).isoformat()})
    deliver(post)
    assert len(post.sent) == int(again)


def test_an_empty_quota_stops_asking(populated: Database, post: Post, look: Look) -> None:
    wait_for_check_ins(populated, 9)
    remind()
    post.faults = [ses.Fault(500, "never asked")] * 8 + [
        ses.Fault(400, "LimitExceededException", "Daily quota exceeded")
    ]
    deliver(post)
    assert len(post.faults) == 8
    assert (
        look("select count(*) from email_logs where status = 'queued' and due_at > now() + interval '50 minutes'") == 10
    )


def test_whoever_is_too_fast_waits_a_moment_within_the_call(
    populated: Database, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "FIRST_PAUSE", 0.001)
    wait_for_check_ins(populated)
    remind()
    post.faults = [ses.Fault(429, "TooManyRequestsException", "Maximum sending rate exceeded.")] * (mail.TRIES - 1)
    deliver(post)
    assert len(post.sent) == 1


def test_after_five_attempts_it_has_failed(populated: Database, post: Post, look: Look) -> None:
    wait_for_check_ins(populated)
    remind()
    for attempt in range(6):
        post.faults = [ses.Fault(500, "InternalServiceError")]
        invoke_here("OutboxFunction", {"time": (datetime.now(UTC) + timedelta(hours=2 * attempt)).isoformat()})
        deliver(post)
    assert look("select row(status, attempts, error_type)::text from email_logs") == "(failed,5,InternalServiceError)"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("update organization_members set unsubscribed_at = now() where display_name = 'Ana Alba'", "Unsubscribed"),
        ("update organization_members set status = 'inactive' where display_name = 'Ana Alba'", "NotActive"),
        ("update organization_members set snoozed_until = now() + interval '1 day'", "NothingToRemindOf"),
        (
            "update organization_members set snoozed_from = now() - interval '1 day',"
            " snoozed_until = now() + interval '1 day'",
            "NothingToRemindOf",
        ),
        ("update sessions set started_at = now(), completed_at = now()", "NothingToRemindOf"),
        ("insert into app.suppressed_addresses values ('ana@acme.test', 'bounced')", "AddressSuppressed"),
        ("update email_logs set created_at = now() - interval '4 days'", "TooLate"),
    ],
)
def test_what_isnt_wanted_any_more_is_not_sent(
    populated: Database, post: Post, look: Look, change: str, why: str
) -> None:
    wait_for_check_ins(populated)
    remind()
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(change.encode())
    deliver(post)
    assert post.sent == []
    assert look("select row(status, error_type)::text from email_logs") == f"(suppressed,{why})"


def test_an_absence_that_is_still_to_come_stops_no_reminder(populated: Database, post: Post) -> None:
    wait_for_check_ins(populated)
    remind()
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(
            "update organization_members set snoozed_from = now() + interval '1 day',"
            " snoozed_until = now() + interval '9 days'"
        )
    deliver(post)
    assert len(post.sent) == 1


def test_a_mail_that_another_worker_may_be_sending_is_left_to_it(populated: Database, post: Post, look: Look) -> None:
    wait_for_check_ins(populated)
    remind()
    at, only = datetime.now(UTC), look("select id from email_logs")
    assert [each.id for each in db.service_step(delivery.claim, [only], [b"0" * 32], at=at)] == [only]
    assert db.service_step(delivery.claim, [only], [b"0" * 32], at=at) == []
    deliver(post)
    assert post.sent == []
    # It died. When its claim has ended, the mail is handed over again.
    later = at + delivery.CLAIM
    assert db.service_step(delivery._due, at=later) == [only]
    assert [each.attempt for each in db.service_step(delivery.claim, [only], [b"0" * 32], at=later)] == [2]


def test_what_ses_tells_ends_the_doubt(populated: Database, post: Post, look: Look) -> None:
    wait_for_check_ins(populated)
    remind()
    at, only = datetime.now(UTC), look("select id from email_logs")
    db.service_step(delivery.claim, [only], [b"0" * 32], at=at)  # … sent, and died before it said so
    assert db.service_step(delivery.note, "sent", mail=only, message_id="0107-1", addresses=(), at=at)
    assert db.service_step(delivery._due, at=at + delivery.CLAIM) == []
    assert look("select row(status, provider_message_id)::text from email_logs") == "(sent,0107-1)"


# ---- all of it at once -----------------------------------------------------------------------------------------------


def test_5000_reminders_arrive_once_each_though_workers_die_and_ses_refuses(populated: Database, post: Post) -> None:
    wait_for_check_ins(populated, DUE - 1)
    post.unreliable = 0.1
    look, killed = looking_at(populated), 0
    teller = threading.Thread(target=tell, args=(post,))
    teller.start()
    with ExitStack() as parts:
        listening = parts.enter_context(closing(Listening(0)))
        parts.enter_context(Serving(sqs.create_app(sqs.Queue(visibility=3)), listening))
        quick = {"AWS_ENDPOINT_URL_SQS": f"http://127.0.0.1:{listening.port}"}
        parts.callback(teller.join)
        parts.callback(post.events.put, None)

        def start(role: str) -> "subprocess.Popen[str]":
            started = subprocess.Popen(
                [sys.executable, "-m", "tests.functions.mail_process", role],
                cwd=ROOT,
                env={**os.environ, **quick, "LOG_LEVEL": "CRITICAL", "PYTHONPATH": os.pathsep.join(sys.path)},
                stdout=subprocess.DEVNULL,
                text=True,
            )
            parts.callback(started.wait)
            parts.callback(started.kill)
            return started

        jobs = [start("reminders"), start("reminders")]
        workers = [start("worker") for _ in range(WORKERS)]
        start("outbox")
        mark = 0

        def all_sent() -> bool:
            nonlocal killed, mark
            if len(post.sent) >= mark and killed < 12:  # one dies after each few hundred mails, whatever it is doing
                mark = len(post.sent) + random.randint(200, 500)
                victim = random.randrange(WORKERS)
                workers[victim].kill()
                workers[victim] = start("worker")
                killed += 1
            return len(post.sent) >= DUE and look("select count(*) from email_logs where status = 'sent'") == DUE

        eventually(all_sent, "all reminders were sent", within=300)
        for job in jobs:
            assert job.wait(60) == 0
    assert killed >= 8
    assert len(post.to()) == DUE
    assert {*post.to().values()} == {1}


def tell(post: Post) -> None:
    """SES's events, as the webhook takes them."""
    while (sent := post.events.get()) is not None:
        about = UUID(sent.tags["mail"])
        db.service_step(delivery.note, "sent", mail=about, message_id=sent.message_id, addresses=(), at=sent.at)
    db.close()
