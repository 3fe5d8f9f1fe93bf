"""The clock wakes functions when EventBridge would."""

from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise, repeat
from queue import Queue
from typing import Any

import pytest

from local.clock import Clock, ClockRunner, Timetable, event
from local.cloudformation import TemplateError
from local.environments import FunctionFailedError
from local.template import Schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(expression: str, **more: Any) -> Schedule:
    return Schedule(**{"name": "Nightly", "function": "F", "expression": expression, "kind": "scheduler", **more})


def upcoming(expression: str, start: str, count: int, zone: str = "UTC") -> list[str]:
    moment = at(start)
    timetable = Timetable(schedule(expression, zone=zone), moment)
    found = []
    for _ in range(count):
        following = timetable.next_after(moment)
        if following is None:
            break
        moment = following
        found.append(f"{moment:%Y-%m-%dT%H:%M}")
    return found


@pytest.mark.parametrize(
    ("expression", "start", "expected"),
    [
        ("cron(0 8 * * ? *)", "2026-11-22T08:00", ["2026-11-23T08:00", "2026-11-24T08:00"]),
        ("cron(0 9,14 ? * MON-FRI *)", "2026-11-20T14:00", ["2026-11-23T09:00", "2026-11-23T14:00"]),
        ("cron(0/20 8 * * ? *)", "2026-11-22T08:10", ["2026-11-22T08:20", "2026-11-22T08:40", "2026-11-23T08:00"]),
        ("cron(0 10 L * ? *)", "2026-01-31T10:00", ["2026-02-28T10:00", "2026-03-31T10:00"]),
        ("cron(0 10 ? * 2#1 *)", "2026-11-22T00:00", ["2026-12-07T10:00", "2027-01-04T10:00"]),
        ("cron(0 10 ? * 6L *)", "2026-11-01T00:00", ["2026-11-27T10:00", "2026-12-25T10:00"]),
        ("cron(0 10 15W * ? *)", "2026-11-01T00:00", ["2026-11-16T10:00", "2026-12-15T10:00"]),
        ("cron(0 0 29 2 ? *)", "2096-03-01T00:00", ["2104-02-29T00:00"]),
        ("cron(0 0 1 1 ? 2027)", "2026-11-22T00:00", ["2027-01-01T00:00"]),
        ("rate(5 minutes)", "2026-11-22T08:02", ["2026-11-22T08:07", "2026-11-22T08:12"]),
        ("rate(1 hour)", "2026-11-22T08:02", ["2026-11-22T09:02", "2026-11-22T10:02"]),
        ("rate(7 days)", "2026-11-22T08:02", ["2026-11-29T08:02"]),
        ("at(2026-11-23T07:30:00)", "2026-11-22T00:00", ["2026-11-23T07:30"]),
    ],
)
def test_a_schedule_is_due_when_aws_says(expression: str, start: str, expected: list[str]) -> None:
    assert upcoming(expression, start, len(expected)) == expected


def test_what_is_over_is_never_due_again() -> None:
    assert upcoming("cron(0 0 1 1 ? 2026)", "2026-11-22T00:00", 3) == []
    assert upcoming("at(2026-11-23T07:30:00)", "2026-11-22T00:00", 3) == ["2026-11-23T07:30"]


def test_a_schedule_follows_the_wall_clock_of_its_zone() -> None:
    days = upcoming("cron(0 8 * * ? *)", "2026-10-24T00:00", 3, zone="Europe/Madrid")
    assert days == ["2026-10-24T06:00", "2026-10-25T07:00", "2026-10-26T07:00"]


def test_a_time_that_the_clocks_skip_is_left_out() -> None:
    days = upcoming("cron(30 2 * * ? *)", "2026-03-28T00:00", 2, zone="Europe/Madrid")
    assert days == ["2026-03-28T01:30", "2026-03-30T00:30"]


def test_a_time_that_the_clocks_repeat_comes_once() -> None:
    days = upcoming("cron(30 2 * * ? *)", "2026-10-24T12:00", 2, zone="Europe/Madrid")
    assert days == ["2026-10-25T00:30", "2026-10-26T01:30"]


def test_every_minute_of_a_year_of_a_daily_schedule_agrees_with_counting() -> None:
    timetable = Timetable(schedule("cron(15 10 * * ? *)"), at("2026-01-01"))
    moments = [at("2026-01-01")]
    while (following := timetable.next_after(moments[-1])) is not None and following.year == 2026:
        moments.append(following)
    assert len(moments) == 366
    assert {later - earlier for earlier, later in pairwise(moments[1:])} == {timedelta(days=1)}


@pytest.mark.parametrize(
    ("expression", "zone"),
    [
        ("cron(0 8 * * *)", "UTC"),
        ("cron(0 8 * * * *)", "UTC"),
        ("cron(99 8 * * ? *)", "UTC"),
        ("rate(0 minutes)", "UTC"),
        ("rate(5 fortnights)", "UTC"),
        ("rate(soon)", "UTC"),
        ("at(tomorrow)", "UTC"),
        ("every day", "UTC"),
        ("cron(0 8 * * ? *)", "Europe/Nowhere"),
    ],
)
def test_an_expression_that_aws_would_refuse_is_refused(expression: str, zone: str) -> None:
    with pytest.raises(TemplateError, match="The schedule Nightly is none"):
        Timetable(schedule(expression, zone=zone), at("2026-11-22"))


def test_the_clock_says_what_came_due_and_says_it_once() -> None:
    daily, often = schedule("cron(0 8 * * ? *)"), schedule("rate(1 hour)", name="Often")
    clock = Clock([daily, often], at("2026-11-22T07:30"))
    assert clock.next() == at("2026-11-22T08:00")
    assert clock.due(at("2026-11-22T07:59")) == []
    assert clock.due(at("2026-11-22T08:00")) == [(daily, at("2026-11-22T08:00"))]
    assert clock.due(at("2026-11-22T08:00")) == []
    assert clock.due(at("2026-11-22T08:30")) == [(often, at("2026-11-22T08:30"))]


def test_a_clock_that_slept_catches_up_once() -> None:
    daily = schedule("cron(0 8 * * ? *)")
    clock = Clock([daily], at("2026-11-20T09:00"))
    assert clock.due(at("2026-11-25T10:00")) == [(daily, at("2026-11-25T08:00"))]
    assert clock.next() == at("2026-11-26T08:00")


def test_a_clock_without_schedules_has_nothing_to_do() -> None:
    assert Clock([], at("2026-11-22")).next() is None


def test_a_rule_sends_the_event_of_eventbridge() -> None:
    assert event(schedule("rate(1 day)", kind="rule"), at("2026-11-22T08:00"), "an-id") == {
        "version": "0",
        "id": "an-id",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": "2026-11-22T08:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:123456789012:rule/Nightly"],
        "detail": {},
    }


def test_a_schedule_of_eventbridge_scheduler_sends_its_own() -> None:
    sent = event(schedule("rate(1 day)"), at("2026-11-22T08:00"), "an-id")
    assert (sent["source"], sent["detail"]) == ("aws.scheduler", "{}")
    assert sent["resources"] == ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/Nightly"]


def test_an_input_is_sent_instead_with_its_keywords_filled_in() -> None:
    wanted = schedule(
        "rate(1 day)", input='{"at": "<aws.scheduler.scheduled-time>", "try": "<aws.scheduler.attempt-number>"}'
    )
    assert event(wanted, at("2026-11-22T08:00"), "an-id") == {"at": "2026-11-22T08:00:00Z", "try": "1"}


def test_the_runner_wakes_a_function_when_it_is_due_and_survives_its_failure() -> None:
    times = chain([at("2026-11-22T07:59")], repeat(at("2026-11-22T08:00")))
    woken: Queue[tuple[str, Any]] = Queue()
    said: Queue[str] = Queue()

    def invoke(name: str, sent: Any) -> None:
        woken.put((name, sent["time"]))
        raise FunctionFailedError(name, {"errorType": "KeyError", "errorMessage": "x"})

    with ClockRunner([schedule("cron(0 8 * * ? *)")], invoke, said.put, now=lambda: next(times)):
        assert woken.get(timeout=10) == ("F", "2026-11-22T08:00:00Z")
        assert said.get(timeout=10) == "clock: F, due 2026-11-22 08:00 UTC by cron(0 8 * * ? *)"
        assert said.get(timeout=10) == "clock: F: KeyError: x"
    assert woken.empty()
