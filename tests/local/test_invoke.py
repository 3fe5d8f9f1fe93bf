"""`make invoke` without an event: the sample of events/ comes now, and is otherwise as it was recorded."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local import template
from local.invoke import sample
from local.template import Function

ROOT = Path(__file__).parents[2]
NOW = datetime(2031, 5, 4, 3, 2, 1, tzinfo=UTC)
FUNCTIONS = {each.name: each for each in template.read(ROOT / "template.yaml").functions.values()}


def recorded(function: Function) -> Any:
    return json.loads((ROOT / "events" / (function.name.replace("/", "_") + ".json")).read_text())


def test_the_scheduler_runs_for_now() -> None:
    made, before = sample(FUNCTIONS["cron/scheduler"], NOW), recorded(FUNCTIONS["cron/scheduler"])
    assert made.pop("time") == "2031-05-04T03:02:01Z"
    assert before.pop("time") != "2031-05-04T03:02:01Z"
    assert made == before


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name.startswith("api/")])
def test_a_request_comes_now(name: str) -> None:
    made, before = sample(FUNCTIONS[name], NOW), recorded(FUNCTIONS[name])
    assert made["requestContext"].pop("timeEpoch") == NOW.timestamp() * 1000
    assert made["requestContext"].pop("time") == "04/May/2031:03:02:01 +0000"
    del before["requestContext"]["timeEpoch"], before["requestContext"]["time"]
    assert made == before


def test_what_has_no_time_stays_as_it_is() -> None:
    assert sample(FUNCTIONS["deploy/migrate"], NOW) == recorded(FUNCTIONS["deploy/migrate"])
