"""What a line has in common with each of a workflow's known steps, as it looks to a reader who knows the workflow."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import sqrt
from typing import Final, NamedTuple

from vizdots.workflows.vectors import Vector, cosine, joined, unit
from vizdots.workflows.wording import acts, excludes, in_common
from vizdots.workflows.words import Term, normalised, terms

BESIDES: Final = 0.4  # the share that the longer label has in what two labels could have in common (after Tversky 1977)
OTHER_ACT: Final = 0.7  # what is left of a likeness when both say what is done, and it isn't the same
EXCLUDED: Final = 0.4

Row = Sequence[float]


class Evidence(NamedTuple):
    """What speaks for a line being a step, or against it."""

    words: float
    """How much they have in common by words: 0 to 1."""
    meaning: float
    """How near they are by what their words mean: -1 to 1."""
    words_of_other_line: float
    """How much the step has in common with the line that it is most like besides this one."""
    meaning_of_other_line: float
    has_no_words: float
    """1 where they have no word in common."""


class Context:
    """The known steps of one workflow, and how much each word tells them apart.

    `model` are the steps in the usual order, `others` those that only some have told. Words weigh less the more steps
    have them (after Spärck Jones 1972): "invoice" says little among the steps of invoicing. Meanings are told from
    what all steps of the model have in common.
    """

    def __init__(self, model: Sequence[str], others: Sequence[str] = ()) -> None:
        self.usual = len(model)
        self._labels = [normalised(each) for each in (*model, *others)]
        self._known = [terms(each) for each in self._labels]
        self._likenesses: dict[str, Row] = {}
        self._near: dict[str, Row] = {}
        self._weights: dict[str, float] = {}
        self._spread = Counter(each for label in self._known for each in {it for term in label for it in _said(term)})

    def likenesses(self, line: str) -> Row:
        """How like each known step a line is by its words, from 0 to 1. A line is looked at once."""
        if line not in self._likenesses:
            told = terms(normalised(line))
            self._likenesses[line] = [self._likeness(told, each) if told else 0.0 for each in self._known]
        return self._likenesses[line]

    def named(self, lines: Sequence[str]) -> Mapping[int, int]:
        """For each line in the very words of a step, the place of that step; the first for the first."""
        free = defaultdict[str, list[int]](list)
        for at in reversed(range(len(self._labels))):
            free[self._labels[at]].append(at)
        return {at: free[label].pop() for at, label in enumerate(map(normalised, lines)) if free[label]}

    def evidence(self, lines: Sequence[str]) -> Sequence[Sequence[Evidence]]:
        """For each line and each known step."""
        words, meanings = [self.likenesses(it) for it in lines], [self._nearnesses(it) for it in lines]
        rivals = zip(_others_of_column(words), _others_of_column(meanings), strict=True)
        return [
            [Evidence(*each, has_no_words=each[0] == 0) for each in zip(words[line], meanings[line], *its, strict=True)]
            for line, its in enumerate(rivals)
        ]

    def _nearnesses(self, line: str) -> Row:
        """How near to each known step it is by what its words mean, from -1 to 1."""
        if line not in self._near:
            told = self._centred(self._direction(terms(normalised(line))))
            self._near[line] = [cosine(told, each) for each in self._meanings]
        return self._near[line]

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
        if term.stem not in self._weights:
            self._weights[term.stem] = term.weight / sqrt(max(1, *(self._spread[each] for each in _said(term))))
        return self._weights[term.stem]

    def _direction(self, label: Sequence[Term]) -> Vector | None:
        return joined(tuple((term.stem, self._weight(term)) for term in label))

    @cached_property
    def _middle(self) -> Vector | None:
        found = [it for it in map(self._direction, self._known[: self.usual]) if it]
        return tuple(sum(column) / self.usual for column in zip(*found, strict=True)) if found else None

    @cached_property
    def _meanings(self) -> Sequence[Vector | None]:
        return [self._centred(self._direction(it)) for it in self._known]

    def _centred(self, direction: Vector | None) -> Vector | None:
        if direction is None or self._middle is None:
            return direction
        return unit([it - middle for it, middle in zip(direction, self._middle, strict=True)])


def _others_of_column(rows: Sequence[Row]) -> Sequence[Row]:
    """For each number the highest one of its column besides itself."""
    columns = (
        [max((*column[:at], *column[at + 1 :]), default=0.0) for at in range(len(column))]
        for column in zip(*rows, strict=True)
    )
    found = [*zip(*columns, strict=True)]
    return found or [() for _ in rows]


def _said(term: Term) -> frozenset[str]:
    return term.acts | term.things | {term.stem}
