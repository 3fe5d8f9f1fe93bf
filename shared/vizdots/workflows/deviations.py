"""Where somebody's way differs from the model: steps skipped, added or moved, and tools used instead of others.

The two sequences of keys are aligned, as the alignments of conformance checking do with a log and a model (van der
Aalst, Adriansyah & van Dongen 2012): a longest common subsequence (`sequences`; Hunt & Szymanski 1977) stays in place,
and the fewest steps possible count as moved. Of several as long, the one whose steps come first in the model.

How sure a deviation is (0 to 1), since people leave out what goes without saying:

- skipped: *detail* × *either*. Detail is how many steps are told, of as many as the model has, at most 1: who tells
  three steps of ten hasn't skipped seven. Either is `EITHER` where a new step is told in its place, else 1.
- added: (1 − the likeness to the most alike step of the model) × *either*, of a missing step.
- reordered: the share of the steps in common that stay in place.
- other_tool: 0.9 if both tools are of one kind; 0.7 if each is the only one that the other side lacks; 0.6
  for one more.

Where the steps are told by their names (`naming.is_by_name`) another name is another step: *either* is 1, and what is
added is sure. What is less sure than `REPORTED` isn't told.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vizdots.workflows.context import Context
from vizdots.workflows.sequences import rising
from vizdots.workflows.structure import Step, Variant
from vizdots.workflows.toolbox import meant, tool
from vizdots.workflows.wording import Pair, one_to_one

REPORTED: Final = 0.6  # so that at most two of five steps can be skipped before nothing is said of them
SAME_KIND: Final = 0.9
ONLY_ONES: Final = 0.7
ONE_MORE: Final = 0.6
EITHER: Final = 0.5  # what is left where a step is missing and another one is told in its place: it may be the same


@dataclass(frozen=True, slots=True)
class Found:
    """A deviation, and how sure it is."""

    variant: Variant
    confidence: float


def deviations(
    told: Sequence[Step],
    told_tools: Sequence[str],
    steps: Sequence[Step],
    tools: Sequence[str],
    *,
    is_by_name: bool = False,
) -> tuple[Found, ...]:
    """What is worth reporting. `told` has the keys of the model's steps; without steps, only tools can differ."""
    found = [*(_of_steps(told, steps, is_by_name=is_by_name) if told else ()), *_of_tools(told_tools, tools)]
    return tuple(it for it in found if it.confidence >= REPORTED)


def differences(told: Sequence[Step], steps: Sequence[Step]) -> tuple[Variant, ...]:
    """All that makes the model what was told: leave out what is skipped or moved, then put in what is added or moved.

    Each step is put behind its `after`, which is a step that stays in place, and behind those put there before.
    """
    places = {it.key: at for at, it in enumerate(steps)}
    common = [it.key for it in told if it.key in places]
    kept = {common[at] for at in rising([places[key] for key in common])}
    ours = {it.key for it in told}
    found = [Variant(kind="skipped", step=it) for it in steps if it.key not in ours]
    after = None
    for it in told:
        if it.key in kept:
            after = it.key
        else:
            found.append(Variant(kind="reordered" if it.key in places else "added", step=it, after=after))
    return tuple(found)


def describe(variant: Variant) -> str:
    """The deviation as a line that people read."""
    label = variant.step.label if variant.step else ""
    match variant.kind:
        case "skipped":
            return f"Skips “{label}”"
        case "added":
            return f"Adds “{label}”"
        case "reordered":
            return f"Does “{label}” earlier or later" if variant.after else f"Does “{label}” first"
        case "other_tool":
            return (
                f"Uses {variant.tool} instead of {variant.instead_of}"
                if variant.instead_of
                else f"Also uses {variant.tool}"
            )


def _of_steps(told: Sequence[Step], steps: Sequence[Step], *, is_by_name: bool) -> Iterator[Found]:
    found = differences(told, steps)
    moved = {it.step.key for it in found if it.step and it.kind == "reordered"}
    common = len({it.key for it in told} & {it.key for it in steps})
    detail = min(1.0, len(told) / len(steps)) if steps else 1.0
    added, skipped = _by_gap(told, steps, moved), _by_gap(steps, told, moved)
    gaps = () if is_by_name else added.keys() & skipped.keys()
    unsure = {key for gap in gaps for key in (*added[gap], *skipped[gap])}
    context = Context([it.label for it in steps])
    for it in found:
        sure = EITHER if it.step and it.step.key in unsure else 1.0
        match it.kind:
            case "reordered":
                sure = 1 - len(moved) / common
            case "skipped":
                sure *= detail
            case _ if not is_by_name:
                sure *= 1 - max(context.likenesses(it.step.label if it.step else ""), default=0.0)
        yield Found(it, round(sure, 3))


def _by_gap(these: Sequence[Step], those: Sequence[Step], moved: Collection[str]) -> dict[str | None, list[str]]:
    """Of these steps those that aren't among the others, by the step in place behind which they stand."""
    others = {it.key for it in those}
    gaps: dict[str | None, list[str]] = {}
    before = None
    for it in these:
        if it.key not in others:
            gaps.setdefault(before, []).append(it.key)
        elif it.key not in moved:
            before = it.key
    return gaps


def _of_tools(told: Sequence[str], tools: Sequence[str]) -> Iterator[Found]:
    """A tool that nobody mentions may well be used: only one that is told says something."""
    same = meant(told, tools)
    more = _different(each for at, each in enumerate(told) if at not in same)
    missing = [each for at, each in enumerate(tools) if at not in same.values()]
    alike = one_to_one(
        Pair(i, j, SAME_KIND)
        for i, ours in enumerate(more)
        for j, other in enumerate(missing)
        if tool(ours).is_alternative(tool(other))
    )
    instead = {it.left: (missing[it.right], it.similarity) for it in alike}
    if len(more) == len(missing) == 1 and tools:
        instead.setdefault(0, (missing[0], ONLY_ONES))
    for at, each in enumerate(more):
        instead_of, confidence = instead.get(at, (None, ONE_MORE))
        yield Found(Variant(kind="other_tool", tool=each, instead_of=instead_of), confidence)


def _different(these: Iterable[str]) -> list[str]:
    found: list[str] = []
    for each in these:
        if not any(tool(each).is_same(tool(other)) for other in found):
            found.append(each)
    return found
