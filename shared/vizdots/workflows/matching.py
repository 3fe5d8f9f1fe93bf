"""Which workflow somebody tells of: one that is known, a new one, or perhaps one that is known.

The same name is the same workflow. Otherwise name, steps and tools decide together, with what all of it speaks of
(Salton's cosine of the sets of meanings, which are Ochiai's coefficient); the parts are weighted as in the similarity
of process models (Dijkman et al. 2011). An index of meanings finds the few workflows that are worth the closer look.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt
from typing import Final, Literal

from vizdots.workflows.structure import Telling
from vizdots.workflows.toolbox import tool
from vizdots.workflows.wording import excludes, pairs, similarity
from vizdots.workflows.words import meanings, normalised, terms

PEOPLE: Final = frozenset({"a customer", "a supplier", "a employee", "a manager"})  # they come in every workflow

Outcome = Literal["same", "new", "unsure"]

LIKE: Final = 0.2  # likeness that there has to be at all
FEW: Final = 5  # workflows: where fewer are known, anything of the trade is more like one of them than others
LIKE_AMONG_FEW: Final = 0.3
SAME: Final = 0.1  # by how much a workflow has to be more like the telling than any other, to be the one
UNSURE: Final = 0.06  # and from which on an owner is asked: few questions, since a wrong one wears people out
CLEAR: Final = 0.4  # likeness from which on an owner is asked though another workflow is as much like it
NAME, STEPS, TOPIC, TOOLS = 0.15, 0.4, 0.35, 0.1  # what each part weighs; a part that one of both lacks weighs nothing
ALIKE: Final = 0.45  # likeness from which on a step counts, by as much as it has
FEW_STEPS: Final = 3  # fewer steps in common prove little: they count as a share of so many
FOREIGN: Final = 0.2  # a workflow by the same name, with less of its steps than this, is another one by the same name
BY_NAME: Final = 0.6  # likeness of names from which on an owner is asked where there are no steps to compare
ACT: Final = 0.5  # what an act or a person says about the topic, beside a thing
COMMON: Final = 10  # workflows of any kind, as the background where few are known
LOOKED_AT: Final = 12  # workflows that are compared in full


@dataclass(frozen=True, slots=True)
class Known:
    """A workflow of the organisation, as tellings are compared with it."""

    id: str
    key: str
    names: Sequence[str]
    steps: Sequence[str] = ()
    tools: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a telling is. `workflow` is the id of the one that it is of, or resembles; None for a new one."""

    outcome: Outcome
    workflow: str | None = None
    similarity: float = 0.0


def match(told: Telling, known: Sequence[Known]) -> Match:
    """The workflow that a telling is of."""
    candidates = _worth_a_look(told, known)
    ranked = sorted(((_likeness(told, it, topic), it) for it, topic in candidates), key=_best_first)
    if not ranked:
        return Match("new")
    (likeness, best), following = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
    if likeness == 1:
        return Match("same" if following < 1 else "unsure", best.id, 1.0)
    lead = likeness - following
    is_namesake = _of_names(told, best) == 1
    at_least = LIKE if len(known) >= FEW or is_namesake else LIKE_AMONG_FEW
    if likeness < at_least or (lead < UNSURE and likeness < CLEAR):
        return Match("new")
    has_steps = bool(told.steps and best.steps)
    is_same = lead >= SAME and has_steps and not is_namesake and not _is_contrary(told, best)
    return Match("same" if is_same else "unsure", best.id, round(likeness, 3))


def _best_first(ranked: tuple[float, Known]) -> tuple[float, str, str]:
    return (-ranked[0], ranked[1].key, ranked[1].id)


def _worth_a_look(told: Telling, known: Sequence[Known]) -> list[tuple[Known, float]]:
    """Those that speak most of the same, with how much that is, and those of the same name."""
    theirs = [meanings((*it.names, *it.steps)) for it in known]
    spread = Counter(each for it in theirs for each in it)
    rarity = {each: _says(each) * log(1 + (len(known) + COMMON) / (count + 1)) for each, count in spread.items()}
    fresh = log(1 + len(known) + COMMON)
    ours = sorted(meanings((told.name, *told.steps)))
    length = sqrt(sum(rarity.get(each, _says(each) * fresh) ** 2 for each in ours))
    squares = {each: it * it for each, it in rarity.items()}
    topics = []
    for it in theirs:
        shared = sum(squares[each] for each in ours if each in it)
        topics.append(shared and shared / (length * sqrt(fsum(squares[each] for each in it))))
    name, words = normalised(told.name), meanings((told.name,))
    chosen = {*sorted(range(len(known)), key=lambda at: (-topics[at], at))[:LOOKED_AT]}
    return [
        (it, topics[at])
        for at, it in enumerate(known)
        if (at in chosen and topics[at]) or (words <= theirs[at] and name in map(normalised, it.names))
    ]


def _says(meaning: str) -> float:
    return ACT if meaning.startswith("to ") or meaning in PEOPLE else 1.0


def _likeness(told: Telling, it: Known, topic: float) -> float:
    """From 0 to 1; 1 for the same name, unless the steps are of something else."""
    name, steps = _of_names(told, it), _of_steps(told.steps, it.steps)
    if name == 1:
        is_foreign = min(len(told.steps), len(it.steps)) >= FEW_STEPS and (steps or 0) < FOREIGN and topic < FOREIGN
        return LIKE if is_foreign else 1.0
    if steps is None:
        return name if name >= BY_NAME else 0.0
    parts = ((name, NAME), (steps, STEPS), (topic, TOPIC), (_of_tools(told.tools, it.tools), TOOLS))
    there = [(value, weight) for value, weight in parts if value is not None]
    return min(0.999, sum(value * weight for value, weight in there) / sum(weight for _, weight in there))


def _of_names(told: Telling, it: Known) -> float:
    return max((similarity(told.name, each) for each in it.names), default=0.0)


def _is_contrary(told: Telling, it: Known) -> bool:
    """Whether the names exclude each other: a customer's invoice is no supplier's."""
    ours = terms(normalised(told.name))
    return all(excludes(ours, terms(normalised(each))) for each in it.names)


def _of_steps(told: Sequence[str], known: Sequence[str]) -> float | None:
    """The share of what is told that is known, since a workflow knows more steps than anybody tells of."""
    if not told or not known:
        return None
    return min(1.0, sum(it.similarity for it in pairs(told, known, ALIKE)) / max(FEW_STEPS, len(told)))


def _of_tools(told: Sequence[str], known: Sequence[str]) -> float | None:
    ours, theirs = [tool(each) for each in told], [tool(each) for each in known]
    if not ours or not theirs:
        return None
    return sum(any(one.is_same(other) for other in theirs) for one in ours) / len(ours)
