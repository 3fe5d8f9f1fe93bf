"""Which of a workflow's known steps each line of a telling is.

A conditional random field over the lines (Lafferty, McCallum & Pereira 2001), as in the alignment of words (Blunsom &
Cohn 2006): what a line has in common with a step speaks for it, and so does the jump from the step told before, since
most people tell most steps in the usual order (Vogel, Ney & Tillmann 1996). Each line is what it is in most of all
the ways to read the telling, by their probabilities (forward and backward; Rabiner 1989). `tests/fit` has learnt what
each thing says from tellings of other trades.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, inf, log
from operator import add, mul
from typing import Final, NamedTuple

from vizdots.workflows.context import Context, Evidence, Row


class Weights(NamedTuple):
    """What each thing says, in log odds."""

    says: Evidence
    """A unit of each kind of evidence."""
    usual: float
    """A step that has its place in the usual order, before anything speaks for it."""
    unusual: float
    """A step that only some have told."""
    jumps: Sequence[float]
    """From the step told before: 3 or more back, 2, 1, none, the next one, 1 left out, 2, 3 or more."""
    ends: Sequence[float]
    """After the last line: behind the last step, 1 left out, 2, 3 or more."""


LEARNT: Final = Weights(
    says=Evidence(words=5.37, meaning=3.36, words_of_other_line=-2.85, meaning_of_other_line=-1.92, has_no_words=-1.1),
    usual=2.09,
    unusual=-2.67,
    jumps=(-0.83, 0.04, -2.15, -0.95, 3.47, 1.29, 0.87, 0.37),
    ends=(1.26, 0.09, -0.07, -1.28),
)

MOST: Final = 0.5
SAME_NAME: Final = 30.0  # log odds of a line in the very words of a step: certain
OTHER_NAME: Final = -30.0
BY_NAME: Final = 0.5  # of the lines: who calls so many steps by their names knows the names of the others as well
PLAIN: Final = 0.75  # likeness by words of what is meant to be the same name


def placed(lines: Sequence[str], context: Context) -> Mapping[int, int]:
    """For each line that is a known step, the place of that step. Lines that tell of one step share it.

    Where most lines are in the very words of steps, as an agent notes them who knows these words, what is in other
    words is another step.
    """
    return read(_scores(lines, context), context.usual)


def read(scores: Sequence[Row], usual: int, weights: Weights = LEARNT) -> Mapping[int, int]:
    """For each line the step that it is in most readings: more probable than all others, and than none, together."""
    found: dict[int, int] = {}
    for line, row in enumerate(probabilities(scores, usual, weights)):
        step = max(range(len(row)), key=row.__getitem__, default=0)
        if row and row[step] > MOST:
            found[line] = step
    return found


def is_by_name(lines: Sequence[str], context: Context) -> bool:
    """Whether most of the lines are in the very words of steps that are known."""
    return _are_most(context.named(lines), lines)


def probabilities(scores: Sequence[Row], usual: int, weights: Weights = LEARNT) -> Sequence[Row]:
    """Of each line to be each step, by the log odds that each pair has by itself. The first `usual` steps have places.

    What is left of 1 is the probability that the line is none of them.
    """
    places = range(-1, usual)
    jumps = [[weights.jumps[jump(it, step)] for step in range(usual)] for it in places]
    ends = [weights.ends[end(it, usual)] for it in places]
    # A line that is no step, or one without a place, leaves the place where it is.
    stays = [_log_sum((0.0, *row[usual:])) for row in scores]

    ahead, arrivals = [[0.0] + [-inf] * usual], []
    for row, stay in zip(scores, stays, strict=True):
        arrivals.append([_log_sum(map(add, ahead[-1], column)) for column in zip(*jumps, strict=True)])
        arrived = [-inf, *map(add, arrivals[-1], row)]
        ahead.append([_log_sum((at + stay, come)) for at, come in zip(ahead[-1], arrived, strict=True)])

    behind = [ends]
    for row, stay in zip(reversed(scores), reversed(stays), strict=True):
        going = [*map(add, row, behind[0][1:])]
        behind.insert(
            0, [_log_sum((at + stay, *map(add, onward, going))) for at, onward in zip(behind[0], jumps, strict=True)]
        )

    total = behind[0][0]
    found = []
    for row, before, arrived, after in zip(scores, ahead, arrivals, behind[1:], strict=False):
        stayed = _log_sum(map(add, before, after))
        ways = [*map(add, arrived, after[1:]), *([stayed] * (len(row) - usual))]
        found.append([exp(score + way - total) for score, way in zip(row, ways, strict=True)])
    return found


def log_odds(evidence: Sequence[Evidence], usual: int, weights: Weights = LEARNT) -> list[float]:
    """That a line is each of the known steps, as far as both by themselves tell."""
    return [
        (weights.usual if step < usual else weights.unusual) + sum(map(mul, weights.says, it))
        for step, it in enumerate(evidence)
    ]


def jump(before: int, step: int) -> int:
    """Which of `Weights.jumps` leads from one place to another; -1 is the beginning."""
    return min(max(step - before, -3), 4) + 3


def end(last: int, usual: int) -> int:
    """Which of `Weights.ends` it is to end there."""
    return min(usual - last, 4) - 1


def _scores(lines: Sequence[str], context: Context) -> Sequence[Row]:
    same, evidence = context.named(lines), context.evidence(lines)
    at_least = PLAIN if _are_most(same, lines) else 0.0
    rows = [
        [
            odds if it.words >= at_least else OTHER_NAME
            for odds, it in zip(log_odds(each, context.usual), each, strict=True)
        ]
        for each in evidence
    ]
    for line, step in same.items():
        rows[line][step] = SAME_NAME
    return rows


def _are_most(same: Mapping[int, int], lines: Sequence[str]) -> bool:
    return bool(lines) and len(same) >= BY_NAME * len(lines)


def _log_sum(values: Iterable[float]) -> float:
    """The logarithm of the sum of what these are the logarithms of."""
    there = [*values]
    top = max(there)
    return top if top == -inf else top + log(sum(exp(it - top) for it in there))
