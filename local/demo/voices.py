"""What people of the demo say: short answers in their own languages, chosen from tables by a seeded generator."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any, Final, Literal, TypeVar

from local.demo.people import FOLDER, Department, Person
from vizdots.agents import Grade, Language
from vizdots.interview.script import load as load_script

T = TypeVar("T")

# What an opening asks for first, by topic; later questions are recognised by their text.
FIRST_QUESTION: Final = {
    "pulse_weekly": "mood",
    "pulse_followup": "mood",
    "role_initial": "summary",
    "role_update": "summary",
    "role_change": "summary",
    "workflow_discovery": "process",
    "workflow_deep_dive": "process",
    "tools_inventory": "inventory",
    "pain_general": "pain",
    "pain_tool_specific": "pain_tool",
    "pain_workflow_specific": "pain_workflow",
    "focus_current": "focus",
    "focus_priorities": "focus",
    "focus_goals": "focus",
}
PAINS: Final = {  # theme: the tool and the process it is blamed on
    "tablet": ("FieldPad", "Closing jobs"),
    "parts": ("PartsHub", "Ordering spare parts"),
    "planning": ("RoutePlan", "Planning the day"),
    "jobsheets": ("FieldPad", "Invoicing"),
    "double": ("LedgerOne", "Invoicing"),
    "phone": ("RoutePlan", "Customer calls"),
}
PAINS_OF: Final = {
    "field": ("tablet", "parts", "planning"),
    "office": ("jobsheets", "double", "phone"),
}
VAGUE: Final = 0.06  # the share of ratings that come without a number at first
CORRECTS: Final = 0.12  # the share of processes that are corrected when they are read back
SKIPS: Final = 0.35  # the share of tellings in which a step that may be skipped is skipped
ADDS: Final = 0.3  # the share in which somebody has a step of their own
USES_ANOTHER: Final = 0.3  # the share in which a tool is used instead of the usual one
ABOUT_WORK: Final = ("workflow_discovery", "workflow_deep_dive", "tools_inventory")

MIDDLING: Final = 3  # of five points
SPREAD: Final = 0.55  # points by which two weeks of one person usually differ
STRAINED: Final = 2  # points that the load exceeds the mood by
HARD: Final = 4  # of five points


@dataclass(frozen=True, slots=True)
class Day:
    """How it is for a person at one moment: the ratings that they would give (1 to 5), in which week (from 1)."""

    mood: int
    load: int
    pain: int
    focus: int
    limit: Grade
    week: int


def feeling(person: Person, department: Department, progress: float, week: int, dice: Random) -> Day:
    """The person's day at a point of the history, from 0.0 (its first day) to 1.0 (its last)."""

    def rating(course: tuple[float, float], offset: float = 0.0) -> int:
        value = course[0] + (course[1] - course[0]) * progress + offset + dice.gauss(0, SPREAD)
        return min(5, max(1, round(value)))

    mood, load = rating(department.mood, person.offset), rating(department.load, -person.offset / 2)
    strain = load - mood
    limit: Grade = "high" if strain >= STRAINED else "medium" if strain >= 0 else "low"
    return Day(mood, load, pain=min(5, max(1, 6 - mood)), focus=min(5, max(1, mood)), limit=limit, week=week)


@cache
def words(language: Language) -> dict[str, Any]:
    """The tables of one language."""
    told: dict[str, Any] = json.loads((FOLDER / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return told


@cache
def workflows() -> dict[str, Any]:
    """The processes that people tell about, in the languages they are told in."""
    told: dict[str, Any] = json.loads((FOLDER / "workflows.json").read_text(encoding="utf-8"))
    return told


def heard(topic: str, reply: str, turn: int, language: Language) -> str:
    """Which question the agent's `reply` asks. Raises LookupError when it asks none that people here know."""
    if turn == 0:
        return FIRST_QUESTION[topic]
    texts = load_script(language).texts
    for question, text in (*texts["ask"].items(), *texts["again"].items()):
        if reply.endswith(text):
            return str(question)
    if texts["confirm"].partition("{understood}")[2] in reply:
        return "confirm"
    raise LookupError(f"Nobody knows what this asks: {reply!r}")


@dataclass
class Voice:
    """How one person talks. It remembers what it said last, so that nobody says the same thing twice in a row."""

    person: Person
    kind: Literal["field", "office"]
    _last: dict[str, Any] = field(default_factory=dict)

    def begin(self, topic: str, day: Day, dice: Random) -> "Talk":
        """Take up a check-in on a topic, on a day like this."""
        return Talk(self, topic, day, dice)

    def tells(self) -> str:
        """The process that the person tells about this time: one after the other."""
        known = self.person.tells
        told: int = self._last.get("tells", 0)
        self._last["tells"] = told + 1
        return known[told % len(known)]

    def remembered(self, name: str, value: int) -> int:
        """What was remembered under this name the last time (at first: the value itself); remembers the value."""
        before: int = self._last.get(name, value)
        self._last[name] = value
        return before

    def pick(self, name: str, choices: Sequence[T], dice: Random) -> T:
        """One of the choices, not the one picked under this name the last time."""
        fresh = [each for each in choices if each != self._last.get(name)]
        self._last[name] = picked = dice.choice(fresh or choices)
        return picked


class Talk:
    """One check-in as its person talks: about one process and one thing that gets in the way."""

    def __init__(self, voice: Voice, topic: str, day: Day, dice: Random) -> None:
        self._voice, self._topic, self._day, self._dice = voice, topic, day, dice
        self._person = voice.person
        self._words = words(self._person.language)
        self._pain = voice.pick("pain", [each for each in PAINS_OF[voice.kind] if each in self._words["pain"]], dice)
        self._process = workflows()[voice.tells() if topic in ABOUT_WORK else self._person.tells[0]]
        self._asked: set[str] = set()

    def answer(self, reply: str, turn: int) -> str:
        """What the person says to the agent's `reply` number `turn` (0: the opening).

        A question that is asked again gets an answer to the point. Raises LookupError for one that nobody knows.
        """
        question = heard(self._topic, reply, turn, self._person.language)
        again = question in self._asked
        self._asked.add(question)
        return self._answers()[question](again)

    def _answers(self) -> dict[str, Callable[[bool], str]]:
        day, table = self._day, self._words
        return {
            "mood": lambda again: self._rated(day.mood, self._mood(), vague=True, short=again),
            "load": lambda _: self._picked("load").format(n=day.load, grade=table["grades"][day.limit]),
            "summary": lambda _: str(self._job()["summary"]),
            "duties": lambda _: self._listed(self._job()["duties"]),
            "customers": lambda _: self._one_of("customers", table["customers"][str(self._person.customers).lower()]),
            "pain": lambda again: self._rated(day.pain, table["pain"][self._pain], short=again),
            "pain_tool": lambda _: PAINS[self._pain][0],
            "pain_workflow": lambda _: PAINS[self._pain][1],
            "often": lambda _: self._often(),
            "focus": lambda _: self._listed(self._one_of("focus", self._focus())),
            "focus_rating": lambda _: self._focused(),
            "process": lambda _: self._named(self._own_way()),
            "inventory": lambda _: self._named(self._own_tools()),
            "tools": lambda _: str(table["tools"]).format(
                tools=self._listed(self._own_tools()), sources=self._sources()
            ),
            "sources": lambda _: self._sources(),
            "confirm": lambda _: self._confirmed(),
        }

    # ---- how things are ------------------------------------------------------------------------------------------

    def _rated(self, rating: int, reasons: Sequence[str], *, short: bool, vague: bool = False) -> str:
        if short:
            return self._picked("bare").format(n=rating)
        if vague and self._dice.random() < VAGUE:
            return self._picked("vague")
        return self._picked("rated").format(n=rating, why=self._one_of("reason", reasons))

    def _mood(self) -> Sequence[str]:
        table: Sequence[str] = self._words["mood"][self._voice.kind][str(self._day.mood)]
        return table

    def _often(self) -> str:
        worse = self._day.pain >= HARD
        frequency = self._dice.choice(["daily", "weekly"] if worse else ["weekly", "monthly", "rarely"])
        impact = self._dice.choice(["medium", "high"] if worse else ["low", "medium"])
        grades_of_impact = self._words.get("grades_of_impact", self._words["grades"])
        return self._picked("often").format(
            frequency=self._words["frequencies"][frequency], grade=grades_of_impact[impact]
        )

    def _focus(self) -> Sequence[list[str]]:
        table = self._words["focus"]
        place = "lead" if self._person.level != "ic" else (self._person.department or "lead").lower()
        focus: Sequence[list[str]] = table.get(place) or next(iter(table.values()))
        return focus

    def _focused(self) -> str:
        rating = self._day.focus
        how = "low" if rating < MIDDLING else "middle" if rating == MIDDLING else "high"
        before = self._voice.remembered("focus_rating", rating)
        change = "same" if rating == before else "better" if rating > before else "worse"
        reason = self._one_of("focus_reason", self._words["focus_rating"][how])
        return str(self._words["focused"]).format(n=rating, change=self._words["changes"][change], why=reason)

    def _job(self) -> dict[str, Any]:
        later = self._person.later
        if later and self._day.week >= later["week"]:
            return later
        return {"summary": self._person.summary, "duties": self._person.duties}

    # ---- how work is done ----------------------------------------------------------------------------------------

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = self._process["told"][self._person.language]
        return told

    def _named(self, entries: list[str]) -> str:
        return str(self._words["process"]).format(name=self._told()["name"], steps=self._listed(entries))

    def _own_way(self) -> list[str]:
        """The steps as this person takes them: one may be skipped, one of their own may come in."""
        told = self._told()
        skipped = self._dice.choice(self._process["often_skipped"]) if self._dice.random() < SKIPS else None
        after, own = self._dice.choice(told["added"])
        adds = self._dice.random() < ADDS
        steps = [step for place, step in enumerate(told["steps"]) if place != skipped]
        if adds:
            steps.insert(after - (skipped is not None and skipped < after), own)
        return steps

    def _own_tools(self) -> list[str]:
        instead = self._process["instead"]
        return [
            instead[tool] if tool in instead and self._dice.random() < USES_ANOTHER else tool
            for tool in self._process["tools"]
        ]

    def _sources(self) -> str:
        return str(self._process["sources"][self._person.language])

    def _confirmed(self) -> str:
        if self._dice.random() < CORRECTS and self._topic != "tools_inventory":
            return str(self._words["corrected"]).format(steps=self._listed(self._own_way()))
        return self._picked("yes")

    # ---- words ---------------------------------------------------------------------------------------------------

    def _picked(self, table: str) -> str:
        choices: Sequence[str] = self._words[table]
        return self._one_of(table, choices)

    def _one_of(self, name: str, choices: Sequence[T]) -> T:
        return self._voice.pick(name, choices, self._dice)

    def _listed(self, entries: Sequence[str]) -> str:
        return str(self._words["lists"]).join(entries)
