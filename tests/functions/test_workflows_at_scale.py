"""A thousand workflows with twenty versions each: the list and one of them take as many statements as ever."""

from collections.abc import Callable, Iterator
from typing import Final

import psycopg
import pytest

from common import db
from tests.conftest import Database, Servers
from tests.functions.conftest import Answer, Client, functions_use, invoke_here, looking_at, token_of
from tests.people import ACME, FIELD, People, acting
from tests.tellings import hire
from tests.wire import CountingProxy
from vizdots.pages import Page
from vizdots.workflows import reading

ROUTE: Final = "/api/admin/workflows"
WORKFLOWS, VERSIONS, TELLERS, STEPS = 1_000, 20, 50, 8

# Each workflow: eight steps, twenty versions, ten people's tellings, four variants, a correction, feedback, two notes.
GROWN: Final = """
create temporary table flow on commit drop as
  select n, gen_random_uuid() as id from generate_series(1, %(workflows)s) n;
create temporary table teller on commit drop as
  select user_id, row_number() over (order by user_id) - 1 as nth
  from organization_members where org_id = %(acme)s and display_name like 'Tess%%';
insert into workflows (id, org_id, workflow_key, display_name, department_id)
  select id, %(acme)s, 'process-' || n, 'Process ' || n, case when n %% 2 = 0 then %(field)s::uuid end from flow;
insert into workflow_steps (org_id, workflow_id, step_key, label)
  select %(acme)s, id, 'step-' || s, 'Step ' || s from flow, generate_series(1, %(steps)s) s;
create temporary table said on commit drop as
  select f.id as workflow, t.user_id, f.n, t.nth, gen_random_uuid() as session, gen_random_uuid() as dot,
    timestamptz '2020-01-01' + f.n * interval '1 day' as day
  from flow f join teller t on (t.nth + f.n) %% 5 = 0;
insert into sessions
  (id, org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, started_at, completed_at)
  select session, %(acme)s, user_id, 'workflow_mapper', '{workflow_discovery}', day, day::date, day, day from said;
insert into answers (id, org_id, session_id, user_id, agent_code, topic_code, raw_text, created_at)
  select dot, %(acme)s, session, user_id, 'workflow_mapper', 'workflow_discovery', 'so we do it', day from said;
insert into workflow_tellings (dot_id, org_id, workflow_id, step_keys, tools, data_sources, is_whole, matched_by)
  select dot, %(acme)s, workflow, array(select 'step-' || s from generate_series(1, %(steps)s) s),
    '{SAP}', '{Calendar}', true, 'key'
  from said;
insert into workflow_versions
  (org_id, workflow_id, version_number, created_by_type, structure, source_dot_ids, change_summary)
  select %(acme)s, f.id, v, 'ai', '{"tools": ["SAP"], "data_sources": ["Calendar"]}' || jsonb_build_object('steps', (
      select jsonb_agg(jsonb_build_object('key', 'step-' || s, 'label', 'Step ' || s) order by (s + v) %% 3, s)
      from generate_series(1, %(steps)s) s)), f.dots, 'In another order.'
  from (select workflow as id, array_agg(dot) as dots from said group by 1) f, generate_series(1, %(versions)s) v;
with made as (
  insert into workflow_variants (org_id, workflow_id, variant_key, description, is_allowed)
  select %(acme)s, id, 'skipped:step-' || s, 'Skips step ' || s, case s when 1 then true when 2 then false end
  from flow, generate_series(1, 4) s returning id, workflow_id)
insert into workflow_variant_dot_links (org_id, variant_id, dot_id)
  select %(acme)s, made.id, said.dot from made join said on said.workflow = made.workflow_id;
insert into workflow_overrides (org_id, workflow_id, status, override_payload, accuracy_rating, created_by)
  select %(acme)s, id, status, '{"removed_steps": ["step-3"]}', rating, null
  from flow, (values ('active', null), ('archived', null), ('draft', 'accurate')) o (status, rating);
insert into owner_notes (org_id, workflow_id, note_type, note_text)
  select %(acme)s, id, 'policy', 'Heed this.' from flow, generate_series(1, 2);
insert into workflow_resemblances (org_id, workflow_id, other_id, similarity)
  select %(acme)s, a.id, b.id, 0.6 from flow a join flow b on b.n = a.n + 1;
"""


@pytest.fixture(scope="module")
def grown(postgres: Servers, people: People) -> Iterator[Database]:
    """An organisation with a past, made at once."""
    made = postgres.populated()
    with psycopg.connect(made.admin_url) as superuser:
        hire(superuser, TELLERS)
        superuser.execute("set local session_replication_role = replica")  # nobody's chain of ten thousand entries
        with psycopg.ClientCursor(superuser) as cursor:
            sizes = {"workflows": WORKFLOWS, "versions": VERSIONS, "steps": STEPS}
            cursor.execute(GROWN.encode(), {"acme": ACME, "field": FIELD, **sizes})
    with psycopg.connect(made.admin_url, autocommit=True) as superuser:
        superuser.execute("vacuum analyze")
    with functions_use(made):
        yield made
    postgres.drop(made)


@pytest.fixture
def adam(grown: Database, people: People) -> Client:
    """The client of Adam, an admin."""
    return Client(invoke_here, token_of(people.admin.id, people.admin.email))


@pytest.fixture
def some_workflow(grown: Database) -> str:
    """One of the thousand."""
    found: str = looking_at(grown)("select id::text from workflows where workflow_key = 'process-500'")
    return found


def test_the_list_one_of_it_and_why_are_one_statement_each(
    adam: Client, grown: Database, some_workflow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks: dict[str, Callable[[], Answer]] = {
        "list": lambda: adam.get(ROUTE),
        "a long list": lambda: adam.get(ROUTE, query="limit=200&status=all"),
        "search": lambda: adam.get(ROUTE, query="q=99"),
        "detail": lambda: adam.get(f"{ROUTE}/{some_workflow}"),
        "variants": lambda: adam.get(f"{ROUTE}/variants", query=f"workflow_id={some_workflow}"),
        "why": lambda: adam.get("/api/evidence", query=f"kind=step&id={some_workflow}&key=step-1"),
    }
    with CountingProxy(grown.functions_url) as wire:
        monkeypatch.setenv("DATABASE_URL", wire.url)
        db.close()
        adam.get(ROUTE)  # opens the connection
        counted = {}
        for name, ask in asks.items():
            before = wire.trips
            assert ask().status == 200
            counted[name] = wire.trips - before
        db.close()
    assert counted == dict.fromkeys(asks, 1)


def test_every_workflow_is_on_one_page_and_all_of_it_is_there(adam: Client) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = adam.get(ROUTE, query=f"limit=200{cursor and '&cursor='}{cursor}").body
        Page[reading.WorkflowSummary].model_validate(page)
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert (len(seen), len({*seen})) == (WORKFLOWS, WORKFLOWS)
    told = adam.get(ROUTE, query="limit=1&q=process+500").body["items"][0]
    assert (told["version"], told["steps"], told["is_corrected"], told["accuracy"]) == (20, 8, True, "accurate")
    assert told["variants"] == {"unclassified": 2, "fine": 1, "friction": 1}
    assert (told["questions"], told["evidence"]["at_least"]) == (2, 10)


def test_one_of_them_is_whole(adam: Client, some_workflow: str) -> None:
    answer = adam.get(f"{ROUTE}/{some_workflow}")
    reading.Workflow.model_validate(answer.body)
    assert len(answer.body["versions"]) == VERSIONS
    assert (len(answer.body["variants"]), len(answer.body["notes"])) == (4, 2)
    assert {it["share"] for it in answer.body["variants"]} == {100}


# Pages of 8 kB that a statement looks at: what it costs, however busy the machine is. Counted row by row, the list took
# 55,000; set-based it takes 5,300.
@pytest.mark.parametrize(
    ("statement", "at_most"),
    [
        ("select app.known_to_admins(null, 'active', null, null, null, 50)", 10_000),
        ("select app.known_to_admins(null, 'all', '99', null, null, 50)", 10_000),
        ("select app.workflow_detail('{one}')", 2_000),
        ("select app.workflow_variants_told('{one}')", 2_000),
        ("select app.why('step', '{one}', 'step-1')", 2_000),
        ("select app.open_resemblances(10)", 20_000),  # of a thousand that are open
    ],
)
def test_what_is_looked_at_grows_with_the_answer_and_not_with_what_there_is(
    grown: Database, people: People, some_workflow: str, statement: str, at_most: int
) -> None:
    explain = "explain (analyze, buffers, format json) " + statement.format(one=some_workflow)
    with psycopg.connect(grown.functions_url) as connection, acting(connection, "authenticated", people.admin):
        connection.execute(explain.encode())  # the catalogue is read once a connection
        row = connection.execute(explain.encode()).fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < at_most
