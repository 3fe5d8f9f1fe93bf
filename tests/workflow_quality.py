"""How well workflows are told apart, and their variants found, held against the labelled set."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from tests.workflow_dots import Dot, LabelledSet, Process
from vizdots.workflows.deviations import Found, deviations
from vizdots.workflows.matching import Known, match
from vizdots.workflows.naming import named
from vizdots.workflows.slugs import fresh
from vizdots.workflows.structure import Step

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
    vocabulary: list[Step] = field(default_factory=list)
    wordings: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)

    def learn(self, dot: Dot) -> None:
        """Take a telling in."""
        self.names += [dot.name] if dot.name not in self.names else []
        self.tools += [each for each in dot.tools if each not in self.tools]
        self.wordings += [each for each in dot.steps if each not in self.wordings]
        known = {it.key for it in self.vocabulary}
        self.vocabulary += [it for it in named(dot.steps, self.vocabulary) if it.key not in known]

    @property
    def known(self) -> Known:
        """As matching sees it."""
        return Known(self.id, self.key, self.names, self.wordings, self.tools)


def discovered(dots: Sequence[Dot]) -> dict[str, str]:
    """By the id of each telling the workflow that it went to, when they come in one by one. No label is looked at."""
    workflows: dict[str, Discovered] = {}
    went: dict[str, str] = {}
    for dot in dots:
        found = match(dot.telling, [it.known for it in workflows.values()])
        if found.outcome != "same" or found.workflow is None:
            key = fresh(dot.name, [it.key for it in workflows.values()])
            workflow = workflows[key] = Discovered(key, key)
        else:
            workflow = workflows[found.workflow]
        workflow.learn(dot)
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
    labelled: LabelledSet, *, in_known_words: bool = False
) -> Iterator[tuple[Dot, set[Difference], set[Difference]]]:
    """Of each telling of a process: what was found, and what is right. The vocabulary grows by what was told before.

    `in_known_words`: as an interviewer tells it who uses the words of the steps that are known, as the model is asked.
    """
    processes = {it.id: it for it in labelled.processes}
    words = {it.id: {step.id: [Step(key=step.id, label=step.name)] for step in it.steps} for it in labelled.processes}
    for dot in labelled.dots:
        if dot.process is not None:
            process = processes[dot.process]
            found = _aligned(dot, process) if in_known_words else _found(dot, process, words[dot.process])
            yield dot, found, _right(dot)


def of_variants(found: Sequence[tuple[Dot, set[Difference], set[Difference]]]) -> dict[str, Score]:
    """By the kind of variant, and `all` of them."""
    there, right, seen = Counter[str](), Counter[str](), Counter[str]()
    for _, ours, gold in found:
        seen.update(each[0] for each in ours)
        there.update(each[0] for each in gold)
        right.update(each[0] for each in ours & gold)
    kinds = {kind: Score(seen[kind], right[kind], there[kind]) for kind in sorted({*seen, *there})}
    return kinds | {"all": sum(kinds.values(), Score())}


def _found(dot: Dot, process: Process, words: dict[str, list[Step]]) -> set[Difference]:
    meant = {step.key: meaning for meaning, steps in words.items() for step in steps}
    model = [Step(key=it.id, label=it.name) for it in process.steps]
    others = [step for steps in words.values() for step in steps if step not in model]
    told = named(dot.steps, [*model, *others])
    for step in told:
        if step.key not in meant:
            meant[step.key] = dot.step_ids[[*map(str.split, dot.steps)].index(step.label.split())][0]
            words.setdefault(meant[step.key], []).append(step)
    found = deviations(told, dot.tools, model, [it.name for it in process.tools])
    tools = dict(zip(dot.tools, dot.tool_ids, strict=True)) | {it.name: it.id for it in process.tools}
    return {_difference(each, meant, tools) for each in found}


def _aligned(dot: Dot, process: Process) -> set[Difference]:
    """What differs where each line is named as it is meant."""
    told = {each: Step(key=each, label=line) for line, ids in zip(dot.steps, dot.step_ids, strict=True) for each in ids}
    model = [Step(key=it.id, label=it.name) for it in process.steps]
    found = deviations([*told.values()], dot.tools, model, [it.name for it in process.tools])
    tools = dict(zip(dot.tools, dot.tool_ids, strict=True)) | {it.name: it.id for it in process.tools}
    return {_difference(each, {key: key for key in (*told, *(it.key for it in model))}, tools) for each in found}


def _difference(found: Found, meant: dict[str, str], tools: dict[str, str]) -> Difference:
    it = found.variant
    if it.kind == "other_tool":
        return it.kind, tools[it.tool or ""], tools[it.instead_of] if it.instead_of else None
    return it.kind, meant[it.step.key] if it.step else None, None


def _right(dot: Dot) -> set[Difference]:
    return {(it.kind, it.step or it.tool, it.instead_of) for it in dot.variants}
