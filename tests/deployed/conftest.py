"""The collection deployed from template.yaml to an emulated AWS: a private PostgreSQL, an issuer, people."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from local import postgres
from local.identity.app import create_app
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from local.server import Listening, Serving
from tests.deployed.cloud import STAGE, Cloud, free_port, running

APP_URL = "https://app.vizdots.test"
PASSWORD = "correct horse battery"
SCHEDULER_SECRET = "only-our-own-jobs-know-this"


@dataclass(frozen=True)
class Deployed:
    """The deployed stack, and what it was deployed with."""

    cloud: Cloud
    http: httpx.Client
    database_url: str
    identity: Identity


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An account in which nothing is deployed yet."""
    with running(tmp_path_factory.mktemp("cloud")) as it:
        yield it


@pytest.fixture(scope="session")
def database() -> Iterator[postgres.Server]:
    """A PostgreSQL on the loopback that has never been migrated, with an owner who is no superuser."""
    folder = Path(tempfile.mkdtemp(prefix="vizdots-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    with postgres.Server(folder, port=free_port(), throwaway=True) as server:
        with psycopg.connect(server.url(), autocommit=True) as opened:
            opened.execute("create role vizdots_owner login createrole")
            opened.execute("create database vizdots owner vizdots_owner")
        yield server


@pytest.fixture(scope="session")
def deployed(cloud: Cloud, database: postgres.Server) -> Iterator[Deployed]:
    """`make deploy` of this repository, as an operator does it, into an account that has the secrets."""
    owner_url = database.url("vizdots", "vizdots_owner")
    secrets = {
        "database-url": database.url("vizdots", "vizdots_functions:a-password"),
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
        identity = Identity.open(owner_url, Settings(site_url=APP_URL, supabase_url=issuer))
        parts.enter_context(closing(identity))
        parts.enter_context(Serving(create_app(identity), listening))
        http = parts.enter_context(cloud.api(cloud.physical("Api")))
        yield Deployed(cloud, http, database.url("vizdots"), identity)
