"""The whole product on a port of its own, and a real Chromium in front of it."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from local.folder import Folder
from tests.functions.conftest import eventually
from tests.people import ACME, People, Person, become, populate
from tests.tellings import tell
from tools import browser as chromium

ROOT: Final = Path(__file__).resolve().parents[2]
PASSWORD: Final = "correct horse battery"
PATHS: Final = [str(ROOT / each) for each in ("layers/common", "shared", ".")]
PATIENCE: Final = 15_000  # ms that a step may take on a busy machine

expect.set_options(timeout=PATIENCE)

SPEAKERS: Final = {"ana@acme.test": "en", "carl@acme.test": "es", "mara@acme.test": "ja"}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say it loudly where nothing was looked at."""
    if chromium.found() is None:
        terminalreporter.section(chromium.NONE_HERE)


@dataclass(frozen=True)
class Product:
    """The running product: its address, its database as the superuser, and its identity service's admin."""

    url: str
    admin_url: str
    service_key: str

    def do(self, statement: str, *parameters: object) -> Any:
        """Change or look into the database: the first column of the first row, None without one."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            cursor = connection.execute(statement, parameters or None)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def account(self, user_id: str, email: str) -> None:
        """An account with a confirmed address and the password of all tests."""
        headers = {"apikey": self.service_key, "Authorization": f"Bearer {self.service_key}"}
        body = {"id": user_id, "email": email, "password": PASSWORD, "email_confirm": True}
        httpx.post(f"{self.url}/auth/v1/admin/users", headers=headers, json=body).raise_for_status()

    def invite(self, email: str, name: str) -> None:
        """A membership that waits for its person, and the mail that tells them."""
        member = self.do(
            "insert into organization_members (org_id, invited_email, display_name, job_title)"
            " values (%s, %s, %s, 'Technician') returning id",
            ACME,
            email,
            name,
        )
        with psycopg.connect(self.admin_url) as connection:
            become(connection, "authenticated", json.dumps(People().admin.claims))
            connection.execute("select app.queue_invitations(array[%s::uuid], now())", (member,))

    def tell(self, person: Person, *steps: str, **told: Any) -> str:
        """Let somebody tell of their work in a check-in; the id of the workflow that it tells of."""
        with psycopg.connect(self.admin_url) as connection:
            dot = tell(connection, person, *steps, **told)
        return str(self.do("select workflow_id from workflow_tellings where dot_id = %s", dot))

    def mail(self, to: str) -> str:
        """The link of the newest mail to an address, which may be on its way."""
        found: list[dict[str, str]] = []

        def has_come() -> bool:
            found[:] = httpx.get(f"{self.url}/mailbox.json", params={"to": to}).raise_for_status().json()
            return bool(found)

        eventually(has_come, f"a mail to {to} came")
        return found[0]["link"]


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """`make up` without its demo, with the people of tests/people.py in it."""
    with ExitStack() as parts:
        folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="vizdots-browser-"))
        log = parts.enter_context(Path(folder, "log").open("w+"))
        running = subprocess.Popen(
            [sys.executable, "-m", "local", "--folder", f"{folder}/data", "up", "--port", "0", "--empty"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, "LOG_LEVEL": "ERROR", "PYTHONPATH": os.pathsep.join(PATHS)},
        )
        parts.callback(_stop, running)
        assert running.stdout is not None
        parts.enter_context(closing(running.stdout))
        url = next((line.split()[1] for line in running.stdout if line.startswith("Ready: ")), None)
        assert url, f"it doesn't start: {Path(folder, 'log').read_text()}"
        told = Folder(Path(folder, "data")).require_running()
        made = Product(url, told.admin_url, told.variables["SUPABASE_SERVICE_ROLE_KEY"])
        populate(told.owner_url)
        for person in People().all():
            made.account(str(person.id), person.email)
        for email, language in SPEAKERS.items():
            made.do(
                "update organization_members set preferred_language_code = %s where invited_email = %s", language, email
            )
        made.do(
            "insert into user_profiles (org_id, user_id, profile_json, confirmed_at)"
            " select org_id, user_id, '{}', now() from organization_members where user_id is not null"
        )
        yield made


@pytest.fixture(scope="session")
def newcomer(product: Product) -> str:
    """The address of somebody who belongs to Acme and has seen nothing of it yet."""
    user_id, email = "c0000000-0000-4000-8000-000000000001", "welcome@acme.test"
    product.account(user_id, email)
    product.do(
        "insert into organization_members (org_id, user_id, status, display_name, invited_email, invite_status)"
        " values (%s, %s, 'active', 'Wanda Welcome', %s, 'accepted')",
        ACME,
        user_id,
        email,
    )
    return email


@pytest.fixture(scope="session")
def founder(product: Product) -> str:
    """The address of somebody who has told the wizard everything but when to launch; and Acme's owner is through."""
    user_id, email = "c0000000-0000-4000-8000-000000000002", "fiona@initech.test"
    product.account(user_id, email)
    product.account("c0000000-0000-4000-8000-000000000003", "hopeful@initech.test")
    people = [
        {"name": "Ida Indian", "email": "ida@initech.test", "department": "Sales", "role": "admin"},
        {"name": "Ole Office", "email": "ole@initech.test", "supervisor_email": "ida@initech.test"},
    ]
    told = {
        "company": {"name": "Initech", "timezone": "Europe/Berlin"},
        "departments": {"names": ["Sales", "Support"]},
        "people": {"people": people},
    }
    product.do("insert into setup_drafts (user_id, draft) values (%s, %s)", user_id, json.dumps(told))
    product.do(
        "insert into setup_drafts (user_id, org_id, people_invited, completed_at) values (%s, %s, 5, now())",
        str(People().owner.id),
        ACME,
    )
    return email


def _stop(running: "subprocess.Popen[str]") -> None:
    running.terminate()
    running.wait(20)


@pytest.fixture(scope="session")
def engine() -> Iterator[Browser]:
    """Chromium, started once; each test has a context of its own."""
    path = chromium.found()
    if path is None:
        pytest.skip(chromium.NONE_HERE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.flags())
        yield launched
        launched.close()


@dataclass
class Watch:
    """What went wrong in a browser that no test asked for: it fails the test at its end."""

    own: str
    wrong: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Expressions of what a test provokes."""

    def over(self, context: BrowserContext) -> None:
        """Look at everything that happens in a context."""
        context.on("console", lambda it: self.wrong.append(it.text) if it.type in ("error", "warning") else None)
        context.on("weberror", lambda it: self.wrong.append(str(it.error)))
        context.on("request", lambda it: self._is_ours(it.url))

    def _is_ours(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" != self.own:
            self.wrong.append(f"a request to {parts.netloc}")

    def left(self) -> list[str]:
        """What nobody expected."""
        return [each for each in self.wrong if not any(re.search(it, each) for it in self.expected)]


Open = Callable[..., Page]


@pytest.fixture
def watch(product: Product) -> Iterator[Watch]:
    """Fails the test on any console message, script error, or request to somebody else."""
    made = Watch(product.url)
    yield made
    assert made.left() == []


@pytest.fixture
def visit(product: Product, engine: Browser, watch: Watch) -> Iterator[Open]:
    """Gives a page in a new context: `visit("/", language="de", width=320, dark=True, script=False)`."""
    with ExitStack() as parts:

        def opened(
            path: str = "/",
            *,
            language: str = "en-GB",
            width: int = 1280,
            dark: bool = False,
            script: bool = True,
            signed_in: Any = None,
        ) -> Page:
            context = engine.new_context(
                base_url=product.url,
                locale=language,
                viewport={"width": width, "height": 800},
                color_scheme="dark" if dark else "light",
                java_script_enabled=script,
                storage_state=signed_in,
            )
            context.set_default_timeout(PATIENCE)
            parts.callback(context.close)
            watch.over(context)
            page = context.new_page()
            page.goto(path)
            return page

        yield opened


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in on the page for it, whatever its language."""
    page.goto("/sign-in")
    page.fill("main input[name=email]", email)
    page.fill("main input[name=password]", password)
    page.click("main form button")
    page.wait_for_load_state()


@pytest.fixture(scope="session")
def signed_in(product: Product, engine: Browser) -> Callable[[str], Any]:
    """Gives what a browser keeps of somebody who has signed in: each of them signs in once."""

    @cache
    def kept(email: str) -> Any:
        context = engine.new_context(base_url=product.url)
        sign_in(context.new_page(), email)
        state = context.storage_state()
        context.close()
        return state

    return kept


@pytest.fixture
def member(visit: Open, signed_in: Callable[[str], Any]) -> Open:
    """Gives a page on which somebody is signed in: `member("ana@acme.test", "/dots", width=375)`."""
    return lambda email, path="/dashboard", **how: visit(path, signed_in=signed_in(email), **how)
