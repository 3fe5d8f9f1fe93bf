"""The demo organisations: a history that the product itself has made, not one that was written into its tables."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from typing import Any, LiteralString

import httpx
import psycopg
import pytest

from local import up
from local.demo.client import Client
from local.demo.founding import PASSWORD
from local.demo.load import load
from local.demo.people import Change, Organization, Person, acme, globex
from local.demo.voices import Voice, feeling
from local.environments import Environments
from local.folder import Running
from local.gateway import Routes
from local.identity.app import create_app
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from local.product import functions
from local.server import Listening, Serving
from tests.conftest import Database, Servers
from vizdots import outputs
from vizdots.agents import MAX_EXCHANGES, TOPICS, AgentCode, TopicCode
from vizdots.interview import scripted

A_WEDNESDAY = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
A_SUNDAY = datetime(2026, 3, 8, 11, 30, tzinfo=UTC)

ACME = replace(acme(), weeks=2)
GLOBEX = replace(globex(), weeks=1)
ORGANIZATIONS = (ACME, GLOBEX)
PEOPLE = [(organization, person) for organization in ORGANIZATIONS for person in organization.people]
ACTIVE = [person for _, person in PEOPLE if not person.invited]


@dataclass(frozen=True)
class Loaded:
    """A product with its demo: what is in its database, and who can sign in."""

    running: Running
    identity: Identity
    said: list[str]

    def load(self, organizations: Sequence[Organization], now: datetime, say: Callable[[str], None]) -> None:
        load(self.running, self.identity, say, organizations=organizations, now=now)

    def rows(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """What a superuser, who sees everybody's rows, finds."""
        with psycopg.connect(self.running.admin_url) as admin:
            return admin.execute(statement).fetchall()

    def sign_in(self, email: str) -> httpx.Response:
        url = f"{self.running.url}/auth/v1/token?grant_type=password"
        return httpx.post(url, json={"email": email, "password": PASSWORD}, headers={"apikey": self.identity.anon_key})


@pytest.fixture(scope="module")
def start(postgres: Servers) -> Iterator[Callable[[], Loaded]]:
    """Starts what the functions need, with an empty database."""
    with ExitStack() as parts:

        def started() -> Loaded:
            database: Database = postgres.migrated()
            parts.callback(postgres.drop, database)
            listening = parts.enter_context(closing(Listening(0)))
            url = f"http://localhost:{listening.port}"
            settings = Settings(site_url=url, supabase_url=url)
            identity = parts.enter_context(closing(Identity.open(database.owner_url, settings)))
            parts.enter_context(Serving(create_app(identity), listening))
            variables = {
                "DATABASE_URL": database.functions_url,
                "SCHEDULER_SECRET": "a secret of the tests",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # nobody: the history needs no AWS
            }
            return Loaded(Running(os.getpid(), url, database.admin_url, database.owner_url, variables), identity, [])

        yield started


@pytest.fixture(scope="module")
def demo(start: Callable[[], Loaded]) -> Loaded:
    """Two weeks of Acme and one of Globex, up to a Wednesday afternoon."""
    made = start()
    made.load(ORGANIZATIONS, A_WEDNESDAY, made.said.append)
    return made


@pytest.fixture(scope="module")
def asking(demo: Loaded) -> Iterator[Environments]:
    """The functions, for whoever signs in to the demo."""
    with open(os.devnull, "w") as nowhere, functions(demo.running, log=nowhere) as environments:  # noqa: PTH123
        yield environments


# ---- who is there --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [person.email for person in ACTIVE])
def test_everybody_signs_in_with_the_password_of_the_demo(demo: Loaded, email: str) -> None:
    answer = demo.sign_in(email)

    assert answer.status_code == 200, answer.text
    assert answer.json()["user"]["email"] == email


def test_make_up_loads_the_demo_and_announces_its_accounts(demo: Loaded) -> None:
    assert load in up.FIRST_RUN
    assert [demo.sign_in(email).status_code for email in up.ACCOUNTS] == [200] * 6


def test_whoever_has_not_accepted_their_invitation_cannot_sign_in(demo: Loaded) -> None:
    (invited,) = [person for _, person in PEOPLE if person.invited]

    assert demo.sign_in(invited.email).json()["error_code"] == "invalid_credentials"
    assert demo.rows("select to_address, template from public.email_logs where status = 'queued'") == [
        (invited.email, "invitation")
    ]
    assert demo.rows("select invited_email, user_id from public.organization_members where status = 'invited'") == [
        (invited.email, None)
    ]


def test_the_promised_accounts_are_what_they_are_said_to_be(demo: Loaded, asking: Environments) -> None:
    told = {
        "owner@acme.test": ("owner", "en", "admin"),
        "admin@acme.test": ("admin", "en", "admin"),
        "manager@acme.test": ("member", "en", "dashboard"),
        "employee@acme.test": ("member", "en", "dashboard"),
        "empleada@acme.test": ("member", "es", "dashboard"),
        "owner@globex.test": ("owner", "en", "admin"),
    }
    found = {}
    for email in told:
        me = _client(demo, asking, email).ask("GET", "/api/me", A_WEDNESDAY)
        found[email] = (me["membership"]["role"], me["membership"]["preferred_language_code"], me["next"])

    assert found == told


def test_acme_has_three_departments_of_four_to_twelve_people_and_supervisors_above_them(demo: Loaded) -> None:
    sizes = demo.rows("""
        select d.name, count(*)::int from public.departments d
        join public.organizations o on o.id = d.org_id and o.name = 'Acme Field Services'
        join public.organization_members m on m.org_id = d.org_id and m.department_id = d.id
        group by d.name order by d.name
    """)
    without = demo.rows("select invited_email from public.organization_members where supervisor is null order by 1")

    assert [name for name, _ in sizes] == ["Installations", "Maintenance", "Office"]
    assert all(4 <= size <= 12 for _, size in sizes)
    assert without == [("owner@acme.test",), ("owner@globex.test",)]


def test_members_differ_in_what_the_pages_have_to_show(demo: Loaded) -> None:
    ((overrides, snoozed, leads),) = demo.rows("""
        select count(schedule_override), count(*) filter (where snoozed_until > '2026-03-04'),
          count(*) filter (where has_direct_reports)
        from public.organization_members
    """)

    assert (overrides >= 2, snoozed, leads >= 5) == (True, 1, True)


# ---- what happened -------------------------------------------------------------------------------------------------


def test_dots_come_from_completed_check_ins_alone_and_hold_the_words_said_in_them(demo: Loaded) -> None:
    ((dots, completed, true_to_word),) = demo.rows("""
        select (select count(*) from public.answers),
          (select count(*) from public.sessions where completed_at is not null),
          (select count(*) from public.answers a join public.sessions s on s.id = a.session_id
            where s.completed_at = a.created_at and a.raw_text = (
              select string_agg(t.content, E'\\n' order by t.turn) from public.session_messages t
              where t.session_id = s.id and t.role = 'person'))
    """)

    assert dots > 100
    assert (completed, true_to_word) == (dots, dots)


def test_nobody_is_asked_more_often_than_the_caps_allow(demo: Loaded) -> None:
    ((a_week, a_day),) = demo.rows("""
        select max(this_week), max(today) from (
          select count(*) over (partition by org_id, user_id, date_trunc('week', scheduled_date)) as this_week,
            count(*) over (partition by org_id, user_id, scheduled_date) as today
          from public.sessions where source <> 'manual') as asked
    """)
    ((waiting,),) = demo.rows("""
        select max(open) from (
          select (select count(*) from public.sessions o where (o.org_id, o.user_id) = (s.org_id, s.user_id)
            and o.source <> 'manual' and o.created_at <= s.created_at
            and (o.completed_at is null or o.completed_at > s.created_at)) as open
          from public.sessions s) as at_each_start
    """)

    assert a_week == 3
    assert a_day <= 2
    assert waiting == 2


def test_some_answer_late_and_some_have_yet_to_begin(demo: Loaded) -> None:
    ((late, not_begun),) = demo.rows("""
        select count(*) filter (where completed_at::date > scheduled_date), count(*) filter (where started_at is null)
        from public.sessions
    """)

    assert late > 0
    assert not_begun > 0


def test_nothing_happened_before_the_founding_or_after_the_loading(demo: Loaded) -> None:
    ((first, last),) = demo.rows("""
        select min(m.created_at - o.created_at) > interval '0', max(m.created_at)
        from public.session_messages m join public.organizations o on o.id = m.org_id
    """)

    assert first
    assert last <= A_WEDNESDAY


def test_dots_come_in_at_least_four_languages(demo: Loaded) -> None:
    languages = {language for (language,) in demo.rows("select distinct language_code from public.answers")}

    assert languages >= {"en", "es", "de", "ja", "pl"}


def test_one_department_gets_worse_and_one_gets_better(demo: Loaded) -> None:
    means = dict(
        demo.rows("""
        select d.name, avg((a.answer_json ->> 'rating')::int) filter (where a.created_at >= '2026-03-01')
          - avg((a.answer_json ->> 'rating')::int) filter (where a.created_at < '2026-03-01')
        from public.answers a join public.departments d on d.id = a.department_id
        where a.agent_code = 'pulse' group by d.name
    """)
    )

    assert means["Installations"] < -0.4
    assert means["Office"] > 0.4


def test_profiles_hold_what_the_check_ins_brought_to_light(demo: Loaded) -> None:
    unlearned = demo.rows("""
        select a.agent_code, p.profile_json from public.answers a
        join public.user_profiles p on (p.org_id, p.user_id) = (a.org_id, a.user_id)
        where not p.profile_json ? case a.agent_code when 'pulse' then 'morale_trend'
            when 'pain_scanner' then 'pain_points' when 'role_mapper' then 'role_summary'
            when 'workflow_mapper' then 'main_workflows' else 'current_focus' end
          and (a.agent_code <> 'pulse' or a.answer_json ->> 'rating' is not null)
    """)
    ((profiles, confirmed),) = demo.rows("select count(*), count(confirmed_at) from public.user_profiles")

    assert unlearned == []
    assert profiles - confirmed <= sum(person.unconfirmed for person in ACTIVE)
    assert confirmed == sum(not person.unconfirmed for person in ACTIVE)


def test_processes_are_told_by_several_people_in_their_own_ways(demo: Loaded) -> None:
    told = demo.rows("""
        select answer_json ->> 'workflow_name', count(distinct user_id)::int,
          count(distinct answer_json -> 'steps')::int
        from public.answers where agent_code = 'workflow_mapper' group by 1 order by 2 desc, 1
    """)
    name, people, ways = told[0]

    assert people >= 3, name
    assert ways >= 2


def test_the_audit_log_proves_itself(demo: Loaded) -> None:
    proofs = demo.rows("""
        select o.name, app.verify_audit_log(o.id), (select count(*) > 20 from public.audit_log l where l.org_id = o.id)
        from public.organizations o order by o.name
    """)

    assert proofs == [("Acme Field Services", None, True), ("Globex", None, True)]


def test_a_model_may_speak_from_now_on_but_has_not_spoken_yet(demo: Loaded) -> None:
    assert demo.rows("select distinct allow_llm from public.organizations") == [(True,)]
    assert demo.rows("select count(*) from public.ai_logs where model <> 'scripted'") == [(0,)]


@pytest.mark.parametrize("email", ["employee@acme.test", "empleada@acme.test"])
def test_a_check_in_is_waiting_for_whoever_tries_it_first(demo: Loaded, asking: Environments, email: str) -> None:
    client = _client(demo, asking, email)

    waiting = client.ask("GET", "/api/sessions?status=pending", A_WEDNESDAY)["items"]

    assert len(waiting) >= 1
    assert waiting[0]["scheduled_date"] == "2026-03-04"


def test_it_tells_how_far_it_is(demo: Loaded) -> None:
    assert [line.strip() for line in demo.said] == [
        "Acme Field Services is founded, with 30 people",
        "Living through 2 weeks … week 1 of 2",
        "Globex is founded, with 4 people",
        "Living through 2 weeks … week 2 of 2",
    ]


# ---- again, and begun anew -----------------------------------------------------------------------------------------


def test_a_second_load_does_nothing(demo: Loaded) -> None:
    everything: LiteralString = """
        select (select count(*) from public.organizations), (select count(*) from public.sessions),
          (select count(*) from public.session_messages), (select count(*) from public.audit_log),
          (select count(*) from auth.users), (select count(*) from demo.loads)
    """
    before, said = demo.rows(everything), list[str]()

    demo.load(ORGANIZATIONS, A_SUNDAY, said.append)

    assert demo.rows(everything) == before
    assert said == []


def test_an_interrupted_load_begins_anew_and_comes_to_the_same(start: Callable[[], Loaded]) -> None:
    small = replace(globex(), weeks=2)
    story: LiteralString = """
        select m.invited_email, s.agent_code, s.scheduled_date, s.source, s.completed_at, a.raw_text
        from public.sessions s join public.organization_members m on (m.org_id, m.user_id) = (s.org_id, s.user_id)
        left join public.answers a on a.session_id = s.id
        order by 1, 2, 3
    """

    class PowerCutError(Exception):
        """What ends a load in the middle."""

    def cut(line: str) -> None:
        if "week 2" in line:
            raise PowerCutError

    interrupted, whole = start(), start()
    with pytest.raises(PowerCutError):
        interrupted.load([small], A_SUNDAY, cut)
    assert interrupted.rows("select min(name), count(*) from public.organizations") == [("Globex", 1)]
    interrupted.load([small], A_SUNDAY, interrupted.said.append)
    whole.load([small], A_SUNDAY, whole.said.append)

    assert interrupted.rows("select count(*) from public.organizations") == [(1,)]
    assert interrupted.rows(story) == whole.rows(story)
    assert len(whole.rows(story)) > 10


def test_a_check_in_is_waiting_on_a_sunday_too(start: Callable[[], Loaded]) -> None:
    diligent = replace(globex().people[1], diligent=True)
    made = start()

    made.load([replace(globex(), weeks=1, people=(globex().owner, diligent))], A_SUNDAY, made.said.append)

    assert made.rows("""
        select m.invited_email, s.source, s.scheduled_date::text from public.sessions s
        join public.organization_members m on (m.org_id, m.user_id) = (s.org_id, s.user_id)
        where s.completed_at is null and m.invited_email = 'nina.shaw@globex.test'
    """) == [("nina.shaw@globex.test", "manual", "2026-03-08")]


def test_whoever_takes_a_new_role_is_asked_about_it_within_the_week(start: Callable[[], Loaded]) -> None:
    new_role = Change(
        week=2,
        who="leo.brandt@globex.test",
        what="new_role",
        to={"job_title": "Lead engineer", "level": "manager", "has_direct_reports": True},
    )
    made = start()

    made.load([replace(globex(), weeks=2, changes=(new_role,))], A_SUNDAY, made.said.append)

    assert made.rows("""
        select distinct s.scheduled_date - h.created_at::date between 0 and 6, s.source, s.topic_codes
        from public.sessions s join public.organization_members m on (m.org_id, m.user_id) = (s.org_id, s.user_id)
        join public.member_role_history h on h.member_id = m.id and h.new_value = 'Lead engineer'
        where 'role_change' = any (s.topic_codes)
    """) == [(True, "triggered", ["role_change"])]


# ---- what people say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("organization", "person"), [each for each in PEOPLE if not each[1].invited])
def test_all_that_people_say_is_understood_by_the_scripted_interviewer(
    organization: Organization, person: Person
) -> None:
    department = organization.department_of(person)
    voice = Voice(person, department.kind)
    topics: list[tuple[AgentCode, TopicCode]] = [(agent, topic) for agent in TOPICS for topic in TOPICS[agent]]

    for number in range(6):
        for agent, topic in topics:
            dice = Random(f"{person.email} {topic} {number}")
            talk = voice.begin(topic, feeling(person, department, number / 5, number + 1, dice), dice)
            reply = scripted.opening(agent, topic, person.language, person.first_name)
            said: list[str] = []
            understood = None
            while True:
                said.append(talk.answer(reply, len(said)))
                turn = scripted.respond(agent, topic, person.language, said, understood)
                reply, understood = turn.reply, turn.extracted
                if turn.is_complete or len(said) == MAX_EXCHANGES:
                    break

            assert outputs.missing(agent, topic, understood) == [], said
            assert turn.language_code == person.language, said[-1]
            assert turn.concern == "none", said


def _client(demo: Loaded, functions_of: Environments, email: str) -> Client:
    return Client(Routes(functions_of.stack.routes), functions_of.invoke, demo.identity.issue_token(email))
