"""The collection deployed from template.yaml to an emulated AWS, with a database, an issuer and a person of its own."""

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg.types.json import Jsonb

from local import postgres
from local.identity.app import create_app
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from local.server import Listening, Serving
from tests.deployed.cloud import STAGE, Cloud, free_port, running
from tests.deployed.next_deploy import NextDeploy
from vizdots.schedules import WEEKDAYS

APP_URL = "https://app.vizdots.test"
PASSWORD = "correct horse battery"
SCHEDULER_SECRET = "only-our-own-jobs-know-this"
PROBE = Path(__file__).with_name("probe.py")
EVERY_DAY = {day: {"on": True, "start": "00:00", "end": "23:59"} for day in WEEKDAYS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deploy last: what takes a second to find wrong needn't wait for what takes a minute to build."""
    items.sort(key=lambda item: item.path.is_relative_to(PROBE.parent))


@dataclass(frozen=True)
class Deployed:
    """The deployed stack, and what it was deployed with. `http` is a stranger's client of its API."""

    cloud: Cloud
    http: httpx.Client
    database: psycopg.Connection
    database_url: str
    issuer: str
    identity: Identity = field(repr=False)


@dataclass(frozen=True)
class Person:
    """A member of an organisation, and their signed-in client."""

    user_id: UUID
    http: httpx.Client


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An account in which nothing is deployed yet; the developer's own is out of sight."""
    with pytest.MonkeyPatch.context() as patch, running(tmp_path_factory.mktemp("cloud")) as it:
        for name in [name for name in os.environ if name.startswith(("AWS_", "SAM_"))]:
            patch.delenv(name)
        yield it


@pytest.fixture(scope="session")
def empty_database() -> Iterator[postgres.Server]:
    """A PostgreSQL on the loopback with a database that was never migrated; its owner is no superuser."""
    folder = Path(tempfile.mkdtemp(prefix="vizdots-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    with postgres.Server(folder, port=free_port(), throwaway=True) as server:
        with psycopg.connect(server.url(), autocommit=True) as opened:
            opened.execute("create role vizdots_owner login createrole")
            opened.execute("create database vizdots owner vizdots_owner")
        yield server


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, empty_database: postgres.Server) -> Iterator[Deployed]:
    """What `make deploy` makes of this repository in an account that has its secrets."""
    owner_url = empty_database.url("vizdots", "vizdots_owner")
    secrets = {
        "database-url": empty_database.url("vizdots", "vizdots_functions:a-password"),
        "database-admin-url": owner_url,
        "scheduler-secret": SCHEDULER_SECRET,
    }
    manager = cloud.client("secretsmanager")
    for name, value in secrets.items():
        manager.create_secret(Name=f"vizdots/{STAGE}/{name}", SecretString=value)
    with ExitStack() as parts:
        listening = parts.enter_context(closing(Listening(0)))
        issuer = f"http://127.0.0.1:{listening.port}"
        cloud.deploy(AppUrl=APP_URL, SupabaseUrl=issuer)
        settings = Settings(site_url=APP_URL, supabase_url=issuer)
        identity = parts.enter_context(closing(Identity.open(owner_url, settings)))
        parts.enter_context(Serving(create_app(identity), listening))
        manager.create_secret(Name=f"vizdots/{STAGE}/supabase-service-role-key", SecretString=identity.service_role_key)
        database = parts.enter_context(psycopg.connect(empty_database.url("vizdots"), autocommit=True))
        http = parts.enter_context(cloud.api(cloud.physical("Api")))
        yield Deployed(cloud, http, database, empty_database.url("vizdots"), issuer, identity)


@pytest.fixture(scope="session")
def ana(deployed: Deployed) -> Iterator[Person]:
    """A member who works every day and has signed in with her password; no check-in has been planned for her yet."""
    email = "ana@acme.test"
    user_id = deployed.identity.ensure_user(email, PASSWORD).id
    organisation = deployed.database.execute(
        "insert into organizations (name, setup_completed_at, schedule_config)"
        " values ('Acme', '2026-01-01', %s) returning id",
        (Jsonb(EVERY_DAY),),
    ).fetchone()
    assert organisation
    deployed.database.execute(
        "insert into organization_members (org_id, user_id, status, display_name, job_title, invited_email,"
        " invite_status) values (%s, %s, 'active', 'Ana Pérez', 'Dispatcher', %s, 'accepted')",
        (organisation[0], user_id, email),
    )
    signed_in = httpx.post(
        f"{deployed.issuer}/auth/v1/token?grant_type=password",
        headers={"apikey": deployed.identity.anon_key},
        json={"email": email, "password": PASSWORD},
    ).raise_for_status()
    with deployed.cloud.api(deployed.cloud.physical("Api")) as http:
        http.headers["Authorization"] = f"Bearer {signed_in.json()['access_token']}"
        yield Person(user_id, http)


@pytest.fixture(scope="session")
def probe(deployed: Deployed) -> Callable[[str], str]:
    """Deploys a probe in the role of one of our functions (its logical id); gives the probe's ARN."""
    functions = deployed.cloud.client("lambda")

    @cache
    def deploy(logical_id: str) -> str:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.write(PROBE, "app.py")
        ours = functions.get_function_configuration(FunctionName=deployed.cloud.physical(logical_id))
        made = functions.create_function(
            FunctionName=f"probe-as-{logical_id}",
            Runtime=ours["Runtime"],
            Role=ours["Role"],
            Handler="app.handler",
            Timeout=30,
            Code={"ZipFile": code.getvalue()},
        )
        return str(made["FunctionArn"])

    return deploy


@pytest.fixture
def next_deploy(deployed: Deployed, tmp_path: Path) -> NextDeploy:
    """A deploy that would change nothing yet."""
    return NextDeploy(deployed.cloud, tmp_path)
