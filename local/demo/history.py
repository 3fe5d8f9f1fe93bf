"""The days of the demo: the scheduler wakes as in production, and people answer, later, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from local.demo.client import Client
from local.demo.people import Organization, Person
from local.demo.voices import Voice, feeling

LOOKS_IN: Final = 0.75  # the share of days on which somebody who takes part this week opens the product
TIRES: Final = 0.15  # how much of their participation people lose for each point that the mood is below moderate
POSTPONES: Final = 0.08  # the share of check-ins that are put off to another day
BREAKS_OFF: Final = 0.03  # the share of talks that are left after the first answer, and taken up another day
ENDS_EARLY: Final = 0.03  # the share of talks that are completed after the first answer
KEEPS_PRIVATE: Final = 0.02  # the share of dots that are marked private
FRIDAY: Final = 4
OFFICE_HOURS: Final = (9 * 60 + 10, 16 * 60)  # minutes of the local day between which people open the product
A_CHECK_IN_TAKES_AT_MOST: Final = timedelta(minutes=20)
AT_LEAST: Final = 0.55  # the share of weeks in which everybody takes part, however tired
EVENLY: Final = 0.618034  # the golden ratio's fraction: steps of it spread over a circle without a pattern
MODERATE: Final = 3.0  # of five points: a department below it takes part less


@dataclass(frozen=True, slots=True)
class Moment:
    """A day of the history. `progress` runs from 0.0 (the organisation's first day) to 1.0; `week` counts from 1."""

    day: date
    week: int
    progress: float
    until: datetime
    """Nothing happens after the loading."""


class Life:
    """One person's days."""

    def __init__(self, organization: Organization, person: Person, client: Client) -> None:
        self.person = person
        self._department = organization.department_of(person)
        self._zone = ZoneInfo(organization.timezone)
        self._client = client
        self._voice = Voice(person, self._department.kind)

    def confirm_profile(self, at: datetime) -> None:
        """Finish onboarding, as most people do on their first day."""
        if not self.person.unconfirmed:
            sent = {"preferred_name": self.person.first_name, "confirm": True}
            self._client.ask("PATCH", "/api/user/profile", at, sent)

    def live(self, moment: Moment) -> int:
        """One day; how many check-ins were completed on it."""
        dice = Random(f"{self.person.email} {moment.day}")
        minutes = dice.randint(*OFFICE_HOURS)
        at = datetime.combine(moment.day, time(minutes // 60, minutes % 60), self._zone)
        is_today = moment.until.astimezone(self._zone).date() == moment.day
        if not self._looks_in(moment, dice) or at > moment.until - A_CHECK_IN_TAKES_AT_MOST:
            return 0
        if self.person.diligent and is_today:
            return 0
        completed = 0
        for session in self._pending(at):
            if not self.person.diligent and dice.random() < POSTPONES:
                continue
            at, is_complete = self._talk(session, moment, at, dice)
            completed += is_complete
        return completed

    def keep_one_open(self, at: datetime) -> None:
        """Start a check-in by hand where none is waiting, so that whoever tries the product can talk at once."""
        if not self._pending(at):
            self._client.ask("POST", "/api/sessions", at, {"agent_code": "pulse"})

    def _looks_in(self, moment: Moment, dice: Random) -> bool:
        """Whether the person opens the product: not at weekends, and not at all in some of their weeks."""
        if moment.day.weekday() > FRIDAY:
            return False
        if self.person.diligent:
            return True
        before, after = self._department.mood
        mood = before + (after - before) * moment.progress
        share = max(AT_LEAST, self.person.participation - TIRES * max(0.0, MODERATE - mood))
        takes_part = (Random(self.person.email).random() + moment.week * EVENLY) % 1 < share
        return takes_part and dice.random() < LOOKS_IN

    def _pending(self, at: datetime) -> Sequence[dict[str, Any]]:
        """What waits for the person, the oldest first."""
        found = self._client.ask("GET", "/api/sessions?status=pending", at)["items"]
        return sorted(found, key=lambda session: (session["scheduled_for"], session["agent_code"]))

    def _talk(self, session: dict[str, Any], moment: Moment, at: datetime, dice: Random) -> tuple[datetime, bool]:
        """One check-in from its opening, or from where it was left; when it ended, and whether it is complete."""
        path = f"/api/sessions/{session['id']}"
        talk = self._voice.begin(session["topic_codes"][0], self._day(moment, dice), dice)
        is_fresh = session["status"] == "scheduled"
        asked = self._opened(path, at) if is_fresh else self._last_line(path, at)
        while True:
            at += timedelta(seconds=dice.randint(20, 80))
            said = talk.answer(asked["message"], asked["turn"])
            asked = self._client.ask("POST", f"{path}/messages", at, {"message": said})
            if asked["isComplete"]:
                break
            if is_fresh and asked["turn"] == 1 and not self.person.diligent:
                chance = dice.random()
                if chance < BREAKS_OFF:
                    return at, False
                if chance < BREAKS_OFF + ENDS_EARLY:
                    self._client.ask("PATCH", path, at, {"action": "complete"})
                    break
        if dice.random() < KEEPS_PRIVATE:
            (dot,) = self._client.ask("GET", "/api/user/dots?limit=1", at)["items"]
            self._client.ask("PATCH", f"/api/user/dots/{dot['id']}", at, {"is_private": True})
        return at, True

    def _day(self, moment: Moment, dice: Random) -> Any:
        return feeling(self.person, self._department, moment.progress, moment.week, dice)

    def _opened(self, path: str, at: datetime) -> Any:
        return self._client.ask("POST", f"{path}/messages", at, {"isOpening": True})

    def _last_line(self, path: str, at: datetime) -> dict[str, Any]:
        """The agent's last line in a talk that was left."""
        lines = [line for line in self._client.ask("GET", path, at)["messages"] if line["role"] == "agent"]
        return {"turn": lines[-1]["turn"], "message": lines[-1]["content"]}
