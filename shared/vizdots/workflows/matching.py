"""Which workflow somebody tells of: one that is known, a new one, or perhaps one that is known.

The same name is the same workflow. Otherwise name, steps and tools decide together, with what all of it speaks of (Salton's
cosine of the sets of meanings, which are Ochiai's coefficient); the parts are weighted as in the similarity of process models
(Dijkman et al. 2011). An index of meanings finds the few workflows that are worth the closer look.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Final, Literal

from vizdots.workflows.structure import Telling
from vizdots.workflows.toolbox import tool
from vizdots.workflows.wording import STEP, excludes, pairs, similarity
from vizdots.workflows.words import meanings, normalised, terms

Outcome = Literal["same", "new", "unsure"]

SAME: Final = 0.5  # likeness from which on two tellings are of one workflow
UNSURE: Final = 0.4  # and from which on an owner is asked
CLEAR: Final = 0.03  # by how much the best has to be ahead of the next, where both could be it
NAME, STEPS, TOPIC, TOOLS = 0.3, 0.4, 0.2, 0.1  # what each part weighs; a part that one of both lacks weighs nothing
FEW_STEPS: Final = 3  # fewer steps in common prove little: they count as a share of so many
FOREIGN: Final = 0.2  # a workflow by the same name, with less of its steps than this, is another one by the same name
WITHOUT_STEPS: Final = 0.85  # likeness of names from which on they suffice, where there are no steps to compare
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


@dataclass(frozen=True, slots=True)
class _Likeness:
    known: Known
    score: float
    is_same: bool
    """Whether nothing speaks against it, if the score is high enough."""


def match(told: Telling, known: Sequence[Known], apart: Collection[str] = ()) -> Match:
    """The workflow that a telling is of. Those in `apart` it isn't, whatever they look like: an owner has said so."""
    candidates = [it for it in known if it.id not in apart]
    likenesses = [_likeness(told, it) for it in _worth_a_look(told, candidates)]
    ranked = sorted(likenesses, key=lambda it: (-it.score, it.known.key, it.known.id))
    if not ranked or ranked[0].score < UNSURE:
        return Match("new")
    best = ranked[0]
    rivals = [it for it in ranked[1:] if it.is_same and it.score >= SAME and best.score - it.score < CLEAR]
    is_same = best.is_same and best.score >= SAME and (best.score == 1 or not rivals)
    return Match("same" if is_same else "unsure", best.known.id, round(best.score, 3))


def _worth_a_look(told: Telling, known: Sequence[Known]) -> Iterable[Known]:
    """Those that speak of the same, rare meanings first, and those of the same name."""
    name, ours = normalised(told.name), meanings((told.name, *told.steps))
    theirs = [meanings((*it.names, *it.steps)) for it in known]
    spread = Counter(each for it in theirs for each in it & ours)
    rarity = {each: log(1 + len(known) / count) for each, count in spread.items()}
    ranked = sorted(
        (-(sum(sorted(rarity[each] for each in it & ours)) / sqrt(len(it))), at)
        for at, it in enumerate(theirs)
        if it & ours
    )
    chosen = {at for _, at in ranked[:LOOKED_AT]}
    return [it for at, it in enumerate(known) if at in chosen or name in map(normalised, it.names)]


def _likeness(told: Telling, it: Known) -> _Likeness:
    name, steps, tools = (
        _of_names(told.name, it.names),
        _of_steps(told.steps, it.steps),
        _of_tools(told.tools, it.tools),
    )
    topic = _cosine(meanings((told.name, *told.steps)), meanings((*it.names, *it.steps)))
    if name == 1:
        is_foreign = steps is not None and min(len(told.steps), len(it.steps)) >= FEW_STEPS and steps < FOREIGN
        return _Likeness(it, SAME if is_foreign else 1.0, is_same=not is_foreign)
    if steps is None:
        return _Likeness(it, name, is_same=False)
    parts = [(name, NAME), (steps, STEPS), (topic, TOPIC), (tools, TOOLS)]
    there = [(value, weight) for value, weight in parts if value is not None]
    score = sum(value * weight for value, weight in there) / sum(weight for _, weight in there)
    ours = terms(normalised(told.name))
    return _Likeness(it, score, is_same=not all(excludes(ours, terms(normalised(each))) for each in it.names))


def _of_names(told: str, names: Sequence[str]) -> float:
    return max((similarity(told, each) for each in names), default=0.0)


def _of_steps(told: Sequence[str], known: Sequence[str]) -> float | None:
    """The share of the shorter side's steps that the other has (Szymkiewicz and Simpson): people leave steps out."""
    if not told or not known:
        return None
    found = pairs(told, known, STEP)
    return min(1.0, sum(it.similarity for it in found) / max(FEW_STEPS, min(len(told), len(known))))


def _of_tools(told: Sequence[str], known: Sequence[str]) -> float | None:
    ours, theirs = [tool(each) for each in told], [tool(each) for each in known]
    if not ours or not theirs:
        return None
    found = sum(any(one.is_same(other) for other in theirs) for one in ours)
    return min(1.0, found / min(len(ours), len(theirs)))


def _cosine(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / sqrt(len(a) * len(b)) if a and b else 0.0
