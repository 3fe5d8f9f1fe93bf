"""Which of a workflow's known steps each line of a telling is, judged as a reader does who knows the workflow.

Within one workflow words that most of its steps have say little ("invoice" among the steps of invoicing), a line may
leave out what the others make plain ("book it"), and lines mostly come in the usual order. So words weigh less the
more steps have them (after Spärck Jones 1972), what the longer of two labels has besides counts less than half (after
Tversky 1977), and lines are placed in four rounds:

1. the plainest, wherever they stand: `PLAIN`;
2. between those that keep the usual order, what fits best without crossing (Needleman & Wunsch 1970): `BETWEEN`;
3. what is left and still rather alike, wherever it stands: `LEFT`;
4. by elimination: a line or two that are like no step, between two placed ones, where as many steps are missing, are
   those.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Final

from vizdots.workflows.sequences import rising
from vizdots.workflows.wording import Pair, acts, excludes, in_common, one_to_one
from vizdots.workflows.words import Term, normalised, terms

PLAIN: Final = 0.75
BETWEEN: Final = 0.1
LEFT: Final = 0.4
LAST: Final = 0.3
RIVAL: Final = 0.35  # a line isn't a step when it is three times as like another one
ELIMINATED: Final = 2  # lines in a row that are placed by elimination
BESIDES: Final = 0.4  # the share that the longer label has in what two labels could have in common
OTHER_ACT: Final = 0.7  # what is left of a likeness when both say what is done, and it isn't the same
EXCLUDED: Final = 0.4
ORDER: Final = 0.1  # what one more line in the usual order is worth in round 2

Row = Sequence[float]
Place = tuple[int, int]


class Context:
    """The known steps of one workflow, and how much each word tells them apart."""

    def __init__(self, known: Sequence[str]) -> None:
        self._known = [terms(normalised(each)) for each in known]
        self._spread = Counter(each for label in self._known for each in {it for term in label for it in _said(term)})

    def likenesses(self, label: str) -> Row:
        """How like each known step a line is, from 0 to 1."""
        told = terms(normalised(label))
        return [self._likeness(told, each) if told else 0.0 for each in self._known]

    def _likeness(self, told: Sequence[Term], known: Sequence[Term]) -> float:
        shared = in_common(told, known, self._weight)[1] / 2
        if not shared:
            return 0.0
        shorter, longer = sorted(sum(map(self._weight, side)) for side in (told, known))
        score = min(1.0, shared / (BESIDES * longer + (1 - BESIDES) * shorter))
        ours, theirs = acts(told), acts(known)
        score *= OTHER_ACT if ours and theirs and not ours & theirs else 1.0
        return score * (EXCLUDED if excludes(told, known) else 1.0)

    def _weight(self, term: Term) -> float:
        return term.weight / sqrt(max(1, *(self._spread[each] for each in _said(term))))


def placed(rows: Sequence[Row]) -> Mapping[int, int]:
    """For each line that is a known step, the place of that step, no step twice. `rows` are their likenesses."""
    rows = [[score if score >= RIVAL * max(row) else 0.0 for score in row] for row in rows]
    found = _best(rows, {}, PLAIN)
    for start, end in _gaps(found, rows):
        found |= _in_order(rows, *_free(found, start, end))
    found |= _best(rows, found, LEFT)
    found |= _only_ones(rows, found)
    for (after, first), (before, last) in _gaps(found, rows, every=True):
        lines, steps = range(after + 1, before), range(first + 1, last)
        are_free = not {*steps} & {*found.values()} and all(max(rows[line], default=0.0) < PLAIN for line in lines)
        if 0 < len(lines) == len(steps) <= ELIMINATED and are_free:
            found |= dict(zip(lines, steps, strict=True))
    return found


def _best(rows: Sequence[Row], found: Mapping[int, int], at_least: float) -> dict[int, int]:
    taken = {*found.values()}
    free = (
        Pair(i, j, score)
        for i, row in enumerate(rows)
        if i not in found
        for j, score in enumerate(row)
        if j not in taken and score >= at_least
    )
    return {it.left: it.right for it in one_to_one(free)}


def _only_ones(rows: Sequence[Row], found: Mapping[int, int]) -> dict[int, int]:
    """Of what is left, the line and the step that are like each other and like no other."""
    free = {
        (i, j)
        for i, row in enumerate(rows)
        if i not in found
        for j, score in enumerate(row)
        if score >= LAST and j not in found.values()
    }
    lines, steps = Counter(i for i, _ in free), Counter(j for _, j in free)
    return {i: j for i, j in sorted(free) if lines[i] == steps[j] == 1}


def _gaps(found: Mapping[int, int], rows: Sequence[Row], *, every: bool = False) -> Iterator[tuple[Place, Place]]:
    """The neighbours among the lines placed in the usual order, or among all, with the ends before and after them."""
    places = sorted(found.items())
    if not every:
        places = [places[at] for at in rising([step for _, step in places])]
    ends = [(-1, -1), *places, (len(rows), len(rows[0]) if rows else 0)]
    yield from pairwise(ends)


def _free(found: Mapping[int, int], start: Place, end: Place) -> tuple[list[int], list[int]]:
    taken = {*found.values()}
    return (
        [line for line in range(start[0] + 1, end[0]) if line not in found],
        [step for step in range(start[1] + 1, end[1]) if step not in taken],
    )


def _in_order(rows: Sequence[Row], lines: Sequence[int], steps: Sequence[int]) -> dict[int, int]:
    """The pairs that don't cross and have the highest sum of likenesses."""

    def worth(i: int, j: int) -> float:
        score = rows[lines[i]][steps[j]]
        return score + ORDER if score >= BETWEEN else -1.0

    best = [[0.0] * (len(steps) + 1) for _ in range(len(lines) + 1)]
    for i in range(len(lines) - 1, -1, -1):
        for j in range(len(steps) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + worth(i, j))
    found: dict[int, int] = {}
    i = j = 0
    while i < len(lines) and j < len(steps):
        if worth(i, j) > 0 and best[i][j] == best[i + 1][j + 1] + worth(i, j):
            found[lines[i]] = steps[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _said(term: Term) -> frozenset[str]:
    return term.acts | term.things | {term.stem}
