"""How well workflows are told apart, and their variants found, held against the labelled set."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from tests.workflow_dots import Dot, LabelledSet, Note, Process
from vizdots.texts import on_one_line
from vizdots.workflows.deviations import Found, deviations
from vizdots.workflows.matching import Known, match
from vizdots.workflows.naming import is_by_name, named
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import Step, Telling

MATCHING: Final = 0.95  # precision and recall aimed at
VARIANTS: Final = 0.90

Difference = tuple[str, str | None, str | None]
"""A deviation's kind, the step or tool that it is about, and the tool that isn't used."""


@dataclass(frozen=True)
class Score:
    """What was found, of that what is right, and what there was to find."""

    found: int = 0
    right: int = 0
    there: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right; 1 if nothing was."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of what there is, the share that was found; 1 if there is nothing."""
        return self.right / self.there if self.there else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both (van Rijsbergen 1979)."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.found + other.found, self.right + other.right, self.there + other.there)


@dataclass
class Discovered:
    """A workflow as the tellings before made it."""

    id: str
    key: str
    names: list[str] = field(default_factory=list)
    wordings: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)

    def learn(self, told: Telling) -> None:
        """Take a telling in."""
        self.names += [told.name] if told.name not in self.names else []
        self.tools += [each for each in told.tools if each not in self.tools]
        self.wordings += [each for each in told.steps if each not in self.wordings]

    @property
    def known(self) -> Known:
        """As matching sees it."""
        return Known(self.id, self.key, self.names, self.wordings, self.tools)


class Vocabulary:
    """The steps of a process that are known by now: its own, and what some have told besides."""

    def __init__(self, process: Process) -> None:
        self._model = [Step(key=it.id, label=it.name) for it in process.steps]
        self._tools = process.tools
        self._others: list[Step] = []
        self._meant = {it.id: it.id for it in process.steps}

    def differences(
        self, lines: Mapping[str, Sequence[str]], tools: Sequence[str], tool_ids: Sequence[str]
    ) -> set[Difference]:
        """What is found of a telling. Labels, what each line and tool means, only name what was found."""
        told = named([*lines], self._model, self._others)
        by_name = is_by_name([*lines], [*self._model, *self._others])
        for step in told:
            if step.key not in self._meant:
                meant = lines[step.label]
                self._meant[step.key] = next((it for it in meant if it not in self._meant), meant[0])
                self._others.append(step)
        found = deviations(told, tools, self._model, [it.name for it in self._tools], is_by_name=by_name)
        ids = dict(zip(tools, tool_ids, strict=True)) | {it.name: it.id for it in self._tools}
        return {_difference(each, self._meant, ids) for each in found}


def discovered(dots: Sequence[Dot], noted: Mapping[str, Note] | None = None) -> dict[str, str]:
    """By the id of each telling the workflow that it went to, when they come in one by one. No label is looked at.

    `noted`: as an interviewing model notes them; else in the person's own words.
    """
    workflows: dict[str, Discovered] = {}
    went: dict[str, str] = {}
    for dot in dots:
        told = noted[dot.id].telling if noted else dot.telling
        found = match(told, [it.known for it in workflows.values()])
        if found.outcome != "same" or found.workflow is None:
            key = fresh(told.name, [it.key for it in workflows.values()])
            workflow = workflows[key] = Discovered(key, key)
        else:
            workflow = workflows[found.workflow]
        workflow.learn(told)
        went[dot.id] = workflow.id
    return went


def decisions(dots: Sequence[Dot], went: Mapping[str, str]) -> Iterator[tuple[Dot, Score]]:
    """Of each telling whether it was put to others, rightly, and whether others of its process were there already."""
    founders: dict[str, Dot] = {}
    told: set[str | None] = set()
    for dot in dots:
        founder = founders.setdefault(went[dot.id], dot)
        is_joined = founder is not dot
        is_right = is_joined and dot.process is not None and dot.process == founder.process
        yield dot, Score(is_joined, is_right, dot.process in told)
        told.update({dot.process} - {None})


def of_pairs(dots: Sequence[Dot], went: Mapping[str, str]) -> Score:
    """The same by pairs of tellings, where one mistake counts once for each telling of the process."""
    score = Score()
    for one, other in combinations(dots, 2):
        together, belong = went[one.id] == went[other.id], one.process is not None and one.process == other.process
        score += Score(together, together and belong, belong)
    return score


def variants(
    labelled: LabelledSet, noted: Mapping[str, Note] | None = None
) -> Iterator[tuple[Dot, set[Difference], set[Difference]]]:
    """Of each telling of a process: what was found, and what is right. The steps that are known grow by what is told.

    `noted`: as an interviewing model notes it; else in the person's own words.
    """
    known = {it.id: Vocabulary(it) for it in labelled.processes}
    for dot in labelled.dots:
        if dot.process is not None:
            lines, tools = _as_noted(dot, noted[dot.id]) if noted else _as_told(dot)
            yield dot, known[dot.process].differences(lines, tools, dot.tool_ids), _right(dot)


def of_variants(found: Sequence[tuple[Dot, set[Difference], set[Difference]]]) -> dict[str, Score]:
    """By the kind of variant, and `all` of them."""
    there, right, seen = Counter[str](), Counter[str](), Counter[str]()
    for _, ours, gold in found:
        seen.update(each[0] for each in ours)
        there.update(each[0] for each in gold)
        right.update(each[0] for each in ours & gold)
    kinds = {kind: Score(seen[kind], right[kind], there[kind]) for kind in sorted({*seen, *there})}
    return kinds | {"all": sum(kinds.values(), Score())}


def _as_told(dot: Dot) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    """Its lines with what each means, and its tools."""
    return {on_one_line(line): ids for line, ids in zip(dot.steps, dot.step_ids, strict=True)}, dot.tools


def _as_noted(dot: Dot, note: Note) -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    return {label: [it for line in lines for it in dot.step_ids[line]] for label, lines in note.steps}, note.tools


def _difference(found: Found, meant: dict[str, str], tools: dict[str, str]) -> Difference:
    it = found.variant
    if it.kind == "other_tool":
        return it.kind, tools[it.tool or ""], tools[it.instead_of] if it.instead_of else None
    return it.kind, meant[it.step.key] if it.step else None, None


def _right(dot: Dot) -> set[Difference]:
    return {(it.kind, it.step or it.tool, it.instead_of) for it in dot.variants}
