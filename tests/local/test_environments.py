"""Functions run as in Lambda: one event at a time in each environment, which is warm, watched and can be ended."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.environments import Environments, FunctionFailedError, TimedOutError
from local.template import Stack
from tests.local.conftest import Write
from tests.local.processes import is_gone

FUNCTION = """
Thing:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: functions/api/thing/
    Environment: {Variables: {WORD: one}}
Other:
  Type: AWS::Serverless::Function
  Properties:
    CodeUri: functions/api/other/
    Environment: {Variables: {WORD: two}}
"""

TELLS = """
import os

calls = 0

def handler(event, context):
    global calls
    calls += 1
    match event["do"]:
        case "tell":
            return {
                "pid": os.getpid(), "calls": calls, "word": os.environ["WORD"], "variables": sorted(os.environ),
                "name": context.function_name, "memory": context.memory_limit_in_mb, "id": context.aws_request_id,
                "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis(),
            }
        case "raise":
            raise KeyError("nothing")
        case "exit":
            os._exit(3)
        case "set":
            return {1, 2}
        case "block":
            os.read(os.pipe()[0], 1)
        case "meet":
            with open(event["fifo"], event["mode"]) as fifo:
                return fifo.read() if event["mode"] == "r" else fifo.write("met")
"""


@contextmanager
def running(stack: Stack, **more: Any) -> Iterator[Environments]:
    with Environments(stack, **more) as environments:
        yield environments


@pytest.fixture
def stack(write_stack: Write) -> Stack:
    return write_stack(FUNCTION, api__thing=TELLS, api__other=TELLS)


@pytest.fixture
def environments(stack: Stack) -> Iterator[Environments]:
    with running(stack) as started:
        yield started


def test_a_function_is_told_what_lambda_would_tell_it(environments: Environments) -> None:
    told = environments.invoke("Thing", {"do": "tell"})
    assert (told["name"], told["memory"], told["word"]) == ("Thing", "256", "one")
    assert told["arn"] == "arn:aws:lambda:us-east-1:123456789012:function:Thing"
    assert 0 < told["left"] <= 10_000
    assert len(told["id"]) == 36


def test_a_function_sees_its_own_variables_and_not_the_developers(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEVELOPERS_OWN", "secret")
    with running(stack) as environments:
        told = environments.invoke("Other", {"do": "tell"})
    assert told["word"] == "two"
    assert "DEVELOPERS_OWN" not in told["variables"]
    assert "AWS_LAMBDA_FUNCTION_NAME" in told["variables"]


def test_an_environment_stays_warm(environments: Environments) -> None:
    first, second = (environments.invoke("Thing", {"do": "tell"}) for _ in range(2))
    assert (first["pid"], first["calls"]) == (second["pid"], second["calls"] - 1)
    assert first["id"] != second["id"]


def test_two_events_at_once_run_in_two_environments(environments: Environments, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)  # opening it blocks until the other side is there, too
    with ThreadPoolExecutor(2) as threads:
        reading, writing = (
            threads.submit(environments.invoke, "Thing", {"do": "meet", "fifo": str(fifo), "mode": mode})
            for mode in ("r", "w")
        )
    assert (reading.result(), writing.result()) == ("met", 3)


def test_whoever_finds_all_environments_busy_waits(stack: Stack) -> None:
    with running(stack, size=1) as environments, ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda _: environments.invoke("Thing", {"do": "tell"}), range(8)))
    assert len({each["pid"] for each in told}) == 1
    assert sorted(each["calls"] for each in told) == list(range(1, 9))


def test_what_a_function_raises_is_reported_as_lambda_does(stack: Stack, capfd: pytest.CaptureFixture[str]) -> None:
    with running(stack) as environments:
        with pytest.raises(FunctionFailedError, match="KeyError") as failed:
            environments.invoke("Thing", {"do": "raise"})
        assert environments.invoke("Thing", {"do": "tell"})["calls"] == 2
    assert failed.value.report["errorType"] == "KeyError"
    assert 'raise KeyError("nothing")' in capfd.readouterr().err


def test_an_answer_that_is_no_json_is_a_failure(environments: Environments) -> None:
    with pytest.raises(FunctionFailedError, match="TypeError"):
        environments.invoke("Thing", {"do": "set"})


def test_a_function_that_ends_its_process_takes_no_other_along(environments: Environments) -> None:
    with pytest.raises(FunctionFailedError, match=r"Runtime\.ExitError"):
        environments.invoke("Thing", {"do": "exit"})
    assert environments.invoke("Thing", {"do": "tell"})["calls"] == 1


def test_a_function_is_ended_at_its_timeout(stack: Stack) -> None:
    hasty = replace(stack, functions={"Thing": replace(stack.functions["Thing"], timeout=0.2)})
    with running(hasty) as environments:
        with pytest.raises(TimedOutError, match=r"Task timed out after 0\.20 seconds"):
            environments.invoke("Thing", {"do": "block"})
        assert environments.invoke("Thing", {"do": "tell"})["calls"] == 1


def test_a_function_that_can_not_be_loaded_fails_and_the_others_work(write_stack: Write) -> None:
    stack = write_stack(FUNCTION, api__thing="import nothing_of_that_name", api__other=TELLS)
    with running(stack) as environments:
        assert environments.failed == {"Thing": "No module named 'nothing_of_that_name'"}
        with pytest.raises(FunctionFailedError, match="nothing_of_that_name"):
            environments.invoke("Thing", {})
        assert environments.invoke("Other", {"do": "tell"})["name"] == "Other"


def test_nothing_is_left_when_it_stops_even_of_a_function_that_blocks(stack: Stack, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with ThreadPoolExecutor(1) as threads, running(stack) as environments:
        pid = environments.invoke("Thing", {"do": "tell"})["pid"]
        blocked = threads.submit(environments.invoke, "Thing", {"do": "meet", "fifo": str(fifo), "mode": "r"})
        with fifo.open("w"):  # opens once the function is there, and then it waits for what is never written
            environments.close()
            with pytest.raises(FunctionFailedError):
                blocked.result(10)
    assert is_gone(pid)
