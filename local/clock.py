"""EventBridge's part on this machine: wakes functions when a schedule of template.yaml is due.

A schedule that came due while nothing was running, or while the machine slept, is caught up on once at most.
"""

import json
import re
import threading
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aws_croniter import AwsCroniter  # type: ignore[import-untyped]
from aws_croniter.exceptions import AwsCroniterExpressionError  # type: ignore[import-untyped]

from local.cloudformation import ACCOUNT, REGION, TemplateError
from local.environments import FunctionFailedError
from local.template import Schedule

LOOKS_EVERY: Final = 30.0  # seconds: how long a machine may sleep before the clock notices

_EXPRESSION: Final = re.compile(r"(cron|rate|at)\((.+)\)")
_UNITS: Final = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
_SEARCHED: Final = 9  # years: no cron expression that ever comes due rests longer (29 February around 2100)

Invoke = Callable[[str, Any], Any]


class Timetable:
    """When a schedule is due. A rate counts from `start`. Raises TemplateError for an expression AWS would refuse."""

    def __init__(self, schedule: Schedule, start: datetime) -> None:
        self.schedule = schedule
        match = _EXPRESSION.fullmatch(schedule.expression.strip())
        if match is None:
            raise self._refused()
        self._start = start.astimezone(UTC)
        self._kind, self._said = match[1], match[2].strip()
        try:
            self._zone = ZoneInfo(schedule.zone)
            if self._kind == "cron":
                self._cron = AwsCroniter(self._said)
            elif self._kind == "rate":
                self._period = _period(self._said)
            else:
                self._at = datetime.fromisoformat(self._said).replace(tzinfo=self._zone).astimezone(UTC)
        except (AwsCroniterExpressionError, ValueError, KeyError, ZoneInfoNotFoundError):
            raise self._refused() from None

    def _refused(self) -> TemplateError:
        schedule = self.schedule
        return TemplateError(f"The schedule {schedule.name} is none: {schedule.expression} ({schedule.zone}).")

    def next_after(self, moment: datetime) -> datetime | None:
        """The first time that is later than `moment`, in UTC; None when there is none any more."""
        moment = moment.astimezone(UTC)
        if self._kind == "rate":
            return self._start + ((moment - self._start) // self._period + 1) * self._period
        if self._kind == "at":
            return self._at if self._at > moment else None
        return self._next_of_cron(moment)

    def _next_of_cron(self, moment: datetime) -> datetime | None:
        """The wall clock of the zone is what a cron expression speaks of.

        As in EventBridge Scheduler, a time that a change of clocks skips is left out, and one that it repeats comes
        once, the first time round.
        """
        wall = moment.astimezone(self._zone).replace(tzinfo=UTC)  # the library knows UTC only: wall time by that name
        while (due := self._next_on_the_wall(wall)) is not None:
            local = due.replace(tzinfo=self._zone)
            exact = local.astimezone(UTC)
            if exact > moment and exact.astimezone(self._zone).replace(tzinfo=UTC) == due:
                return exact
            wall = due
        return None

    def _next_on_the_wall(self, wall: datetime) -> datetime | None:
        starts = [wall] + [
            datetime(wall.year + ahead, 1, 1, tzinfo=UTC) - timedelta(minutes=1) for ahead in range(1, _SEARCHED)
        ]
        # The library gives up after ten steps, which is short of the next leap year: it is asked again from there.
        for start in starts:
            (found,) = self._cron.get_next(start)
            if isinstance(found, datetime):
                return found
        return None


def _period(said: str) -> timedelta:
    count, unit = said.split()
    if int(count) < 1:
        raise ValueError(said)
    return int(count) * _UNITS[unit.removesuffix("s")]


def written(at: datetime) -> str:
    """A time as EventBridge writes it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def event(schedule: Schedule, at: datetime, execution_id: str) -> Any:
    """What the function receives: the schedule's Input where it has one, else the event of its kind."""
    time = written(at)
    if schedule.kind == "scheduler":
        arn = f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{schedule.name}"
    else:
        arn = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.name}"
    if schedule.input is not None:
        sent = schedule.input
        if schedule.kind == "scheduler":
            for name, value in (
                ("schedule-arn", arn),
                ("scheduled-time", time),
                ("execution-id", execution_id),
                ("attempt-number", "1"),
            ):
                sent = sent.replace(f"<aws.scheduler.{name}>", value)
        return json.loads(sent)
    return {
        "version": "0",
        "id": execution_id,
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler" if schedule.kind == "scheduler" else "aws.events",
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [arn],
        "detail": "{}" if schedule.kind == "scheduler" else {},
    }


class Clock:
    """Keeps the timetables of some schedules. Told the time, it says what is due."""

    def __init__(self, schedules: Iterable[Schedule], start: datetime) -> None:
        timetables = [Timetable(schedule, start) for schedule in schedules]
        self._next = [(each, each.next_after(start)) for each in timetables]

    def due(self, now: datetime) -> list[tuple[Schedule, datetime]]:
        """What came due since the last time it was asked, each schedule once, with the latest time it was due."""
        found = []
        for position, (timetable, upcoming) in enumerate(self._next):
            latest, moment = None, upcoming
            while moment is not None and moment <= now:
                latest, moment = moment, timetable.next_after(moment)
            if latest is not None:
                found.append((timetable.schedule, latest))
                self._next[position] = (timetable, moment)
        return found

    def next(self) -> datetime | None:
        """When something is due next."""
        return min((moment for _, moment in self._next if moment is not None), default=None)


class ClockRunner:
    """Runs a clock until the end of its `with` block. `says` is told what is woken, and what failed."""

    def __init__(
        self,
        schedules: Iterable[Schedule],
        invoke: Invoke,
        says: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = Clock(schedules, now())
        self._invoke, self._says, self._now = invoke, says, now
        self._stopped = threading.Event()
        self._runner = threading.Thread(target=self._run, name="clock", daemon=True)
        self._workers = ThreadPoolExecutor(4, thread_name_prefix="clock")

    def __enter__(self) -> Self:
        self._runner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._runner.join()
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while not self._stopped.wait(self._pause()):
            for schedule, at in self._clock.due(self._now()):
                self._workers.submit(self._wake, schedule, at)

    def _pause(self) -> float:
        upcoming = self._clock.next()
        if upcoming is None:
            return LOOKS_EVERY
        return min(LOOKS_EVERY, max(0.0, (upcoming - self._now()).total_seconds()))

    def _wake(self, schedule: Schedule, at: datetime) -> None:
        self._says(f"clock: {schedule.function}, due {at:%Y-%m-%d %H:%M} UTC by {schedule.expression}")
        try:
            self._invoke(schedule.function, event(schedule, at, str(uuid.uuid4())))
        except FunctionFailedError as error:
            self._says(f"clock: {error}")
