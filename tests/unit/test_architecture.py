"""The house keeps its directions, and each of the detectors that say so finds a planted fault."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import ROOT, RULES, Rule

# Of botocore, Powertools imports the bare package; signing a request for a secret comes later and is three modules.
HEAVY = {"openai", "stripe", "boto3", "botocore.session", "botocore.auth", "jinja2", "httpx", "httpx2", "supabase_auth"}
APPS = sorted(ROOT.glob("functions/*/*/app.py"))


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.__name__)
def test_the_house_keeps_its_rules(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


HANDLER = "functions/api/planted/app.py"
DOOR = "layers/common/common/planted.py"
PRODUCT = "shared/vizdots/planted.py"

FUNCTIONS = architecture.functions_use_common_and_vizdots_and_never_each_other
COMMON = architecture.common_knows_nothing_of_the_product_but_its_errors_and_its_transaction
VIZDOTS = architecture.the_product_touches_nothing
CLIENT = architecture.a_heavy_client_has_one_module
SERVICE = architecture.a_persons_request_never_acts_as_the_service
PACKAGE = architecture.packages_import_nothing_by_themselves
SHORT = architecture.handlers_are_short
CLOCK = architecture.rules_never_look_at_a_clock


@pytest.mark.parametrize(
    ("rule", "file", "fault"),
    [
        (FUNCTIONS, HANDLER, "from functions.api.me import app"),
        (FUNCTIONS, HANDLER, "import app"),
        (FUNCTIONS, HANDLER, "from ..me import app"),
        (FUNCTIONS, HANDLER, "def later():\n    from local import gateway"),
        (FUNCTIONS, "functions/cron/planted/helper.py", "import tests.people"),
        (COMMON, DOOR, "from vizdots import sessions"),
        (COMMON, DOOR, "from vizdots.sessions import listed"),
        (COMMON, DOOR, "import vizdots"),
        (COMMON, DOOR, "import local.gateway"),
        (VIZDOTS, PRODUCT, "from common import db"),
        (VIZDOTS, PRODUCT, "import psycopg"),
        (VIZDOTS, PRODUCT, "from openai import OpenAI"),
        (VIZDOTS, PRODUCT, "import boto3"),
        (VIZDOTS, PRODUCT, "import stripe"),
        (VIZDOTS, PRODUCT, "from aws_lambda_powertools import Logger"),
        (VIZDOTS, PRODUCT, "import httpx"),
        (VIZDOTS, PRODUCT, "import requests"),
        (VIZDOTS, PRODUCT, "from urllib.request import urlopen"),
        (VIZDOTS, PRODUCT, "from urllib import request"),
        (VIZDOTS, PRODUCT, "import http.client"),
        (VIZDOTS, PRODUCT, "import importlib\nimportlib.import_module('psycopg')"),
        (CLIENT, DOOR, "import openai"),
        (CLIENT, "layers/common/common/ai.py", "import stripe"),
        (CLIENT, HANDLER, "def later():\n    from openai import OpenAI"),
        (CLIENT, PRODUCT, "__import__('stripe')"),
        (SERVICE, HANDLER, "from common import db\ndb.as_service()"),
        (SERVICE, "functions/web/planted/app.py", "from common.db import as_service as door"),
        (SERVICE, HANDLER, "from common import db\ngetattr(db, 'as_service')()"),
        (SERVICE, HANDLER, "from common.db import Scope\nScope('service_role')"),
        (PACKAGE, "shared/vizdots/__init__.py", "from vizdots.errors import NotFound"),
        (PACKAGE, "layers/common/common/__init__.py", "import json"),
        (SHORT, HANDLER, "pass\n" * 61),
        (CLOCK, PRODUCT, "from datetime import datetime\ndatetime.now()"),
        (CLOCK, PRODUCT, "import datetime\ndatetime.datetime.now(datetime.UTC)"),
        (CLOCK, PRODUCT, "from datetime import date\ndate.today()"),
        (CLOCK, PRODUCT, "import time\nclock = time.time"),
        (CLOCK, PRODUCT, "from time import time"),
        (CLOCK, PRODUCT, "SHOW = 'select * from sessions where scheduled_for < now()'"),
        (CLOCK, PRODUCT, "SHOW = f'select {1} + current_timestamp'"),
    ],
    ids=lambda it: it.splitlines()[-1][:60] if isinstance(it, str) else None,
)
def test_a_planted_fault_is_found(rule: Rule, file: str, fault: str, tmp_path: Path) -> None:
    planted = tmp_path / file
    planted.parent.mkdir(parents=True)
    planted.write_text(fault)
    assert [each.partition(":")[0] for each in rule(tmp_path)] == [file]


@pytest.mark.parametrize(
    ("rule", "file", "right"),
    [
        (FUNCTIONS, HANDLER, "from common import db\nfrom vizdots import sessions\nimport json"),
        (COMMON, DOOR, "from vizdots import errors\nfrom vizdots.transaction import Json\nimport psycopg"),
        (
            VIZDOTS,
            PRODUCT,
            "from urllib.parse import quote\nfrom pydantic import BaseModel\nfrom vizdots import errors",
        ),
        (CLIENT, "layers/common/common/ai.py", "import openai"),
        (SERVICE, "functions/cron/planted/app.py", "from common import db\ndb.as_service()"),
        (PACKAGE, "shared/vizdots/__init__.py", '"""The product."""'),
        (SHORT, HANDLER, "pass\n" * 60),
        (CLOCK, PRODUCT, '"""Never now()."""\nimport time\nwatch = time.monotonic\nPLAN = "know() current_dates"'),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_what_is_right_is_left_alone(rule: Rule, file: str, right: str, tmp_path: Path) -> None:
    made = tmp_path / file
    made.parent.mkdir(parents=True)
    made.write_text(right)
    assert list(rule(tmp_path)) == []


# ---- what a function imports is what its cold start costs -----------------------------------------------------------


def in_a_fresh_python(program: str, folder: Path, **environment: str) -> set[str]:
    """The words that a program prints; it finds what a function finds: its own folder, common, vizdots, sql."""
    path = os.pathsep.join(str(each) for each in (folder, ROOT / "layers/common", ROOT / "shared", ROOT))
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return set(run.stdout.split())


MADE_OF_TEMPLATES = {"jinja2"}  # pages and mails are; what signs people in waits until somebody does


@pytest.mark.parametrize("file", APPS, ids=lambda it: "/".join(it.parts[-3:-1]))
def test_a_function_starts_without_what_it_may_never_use(file: Path) -> None:
    imported = in_a_fresh_python("import sys, app; print(*(name for name in sys.modules))", file.parent)
    assert "app" in imported
    writes = file.parent.parent.name == "web" or file.parent.name == "email"
    assert imported & HEAVY == (MADE_OF_TEMPLATES if writes else set())


def test_no_two_functions_call_a_module_of_their_own_alike() -> None:
    own = [each.stem for app in APPS for each in app.parent.iterdir() if each.suffix == ".py" or each.is_dir()]
    assert [name for name, times in Counter(own).items() if times > 1 and name not in {"app", "__pycache__"}] == []


def test_only_a_function_that_asks_a_model_pays_for_its_client_and_when_it_asks() -> None:
    program = """
import sys, app
from common import ai
print("before" if "openai" in sys.modules else "not-before")
asked = ai.ask([{"role": "user", "content": "hello"}], {"type": "object"}, str, seconds=3.9)
print(asked.outcome, "after" if "openai" in sys.modules else "not-after")
"""
    nobody_there = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
    said = in_a_fresh_python(program, ROOT / "functions/api/session_messages", **nobody_there)
    assert {"not-before", "after"} <= said
