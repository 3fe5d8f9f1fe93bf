"""What docs/runbook.md promises an operator."""

from datetime import UTC, datetime

import psycopg

from common import migrations
from local import postgres
from tests.deployed.cloud import STAGE, make
from tests.deployed.conftest import Deployed, Person


def test_a_rotated_database_url_is_taken_up_without_a_deploy(deployed: Deployed, ana: Person) -> None:
    assert ana.http.get("/api/me").status_code == 200  # signed in as the old role, connected and warm
    old, new = "vizdots_functions", "vizdots_functions_b"
    address = deployed.database_url.partition("@")[2]
    url = f"postgresql://{new}:another-password@{address}"
    migrations.ensure_login(f"postgresql://vizdots_owner@{address}", url)
    deployed.cloud.client("secretsmanager").put_secret_value(SecretId=f"vizdots/{STAGE}/database-url", SecretString=url)
    deployed.database.execute(f"alter role {old} nologin")
    deployed.database.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (old,))

    assert ana.http.get("/api/me").status_code == 200
    present = deployed.database.execute("select distinct usename from pg_stat_activity where datname = 'vizdots'")
    assert new in [name for (name,) in present]


def test_make_migrate_brings_a_database_up_by_hand(empty_database: postgres.Server) -> None:
    with psycopg.connect(empty_database.url(), autocommit=True) as opened:
        opened.execute("create database by_hand owner vizdots_owner")
    owner, functions = (empty_database.url("by_hand", who) for who in ("vizdots_owner", "vizdots_by_hand:a-password"))
    make("migrate", f"DATABASE_URL={owner}", f"FUNCTIONS_URL={functions}")
    with psycopg.connect(empty_database.url("by_hand", "vizdots_by_hand"), autocommit=True) as opened:
        opened.execute("set role authenticated")
        assert opened.execute("select count(*) from agents").fetchone()


def test_an_operator_wakes_the_scheduler_for_a_time_of_their_choice(deployed: Deployed) -> None:
    function = deployed.cloud.outputs()["SchedulerFunction"]
    answer = deployed.cloud.invoke(function, {"time": f"{datetime.now(UTC):%Y-%m-%dT08:00:00Z}"})
    assert answer.keys() >= {"people", "created"}
