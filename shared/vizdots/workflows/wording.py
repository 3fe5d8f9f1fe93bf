"""What two labels have in common: 1 for the same, 0 for nothing, whatever the language.

Two labels share the weight of the terms that can be paired, by Dice's coefficient (Dice 1945, Sørensen 1948) with
soft matches (Monge & Elkan 1996; Cohen, Ravikumar & Fienberg 2003): equal words, then synonyms, then words that
differ by a slip (bigrams in common, Adamson & Boreham 1974). Long words that are left over, as German compounds are,
are compared by the letters of all that is left. For labels of processes, bags of words do at least as well as grammar
(Klinkmüller et al. 2013).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from vizdots.workflows.words import PAIR, Term, contrasts, normalised, terms

SYNONYM: Final = 0.9  # of a match: another word for it may mean something a little different
SLIP: Final = (
    0.6  # of bigrams in common: "reciept" and "receipt" have 0.63, words that differ in a syllable less than 0.55
)
SLIP_LENGTH: Final = 5  # letters; shorter words are other words when they differ
SLIPS: Final = 2  # letters that may be missing
COMPOUND_LENGTH: Final = 9  # letters of a word that may be two
COMPOUND: Final = 0.6  # of trigrams in common: "Rechnungsprüfung" and "Prüfung der Rechnung" have 0.88
CONFLICT: Final = 0.6  # what is left of a likeness when the acts of both have nothing in common, or the things
CONTRAST: Final = 0.4  # and when one excludes the other


class Pair(NamedTuple):
    """The places of two labels that belong together, and how alike they are."""

    left: int
    right: int
    similarity: float


def similarity(a: str, b: str) -> float:
    """How much two labels have in common: from 0 to 1, the same in both directions, 1 for equal ones."""
    first, second = sorted((normalised(a), normalised(b)))
    return 1.0 if first == second else _similarity(first, second)


def pairs(left: Sequence[str], right: Sequence[str], at_least: float) -> list[Pair]:
    """Each label with at most one of the others: the most alike first, the earlier ones where several are."""
    ours, theirs = ([normalised(each) for each in side] for side in (left, right))
    found = [
        Pair(i, j, similarity(one, other))
        for i, one in enumerate(ours)
        for j, other in enumerate(theirs)
        if _may_be_alike(one, other)
    ]
    return one_to_one(it for it in found if it.similarity >= at_least)


def one_to_one(found: Iterable[Pair]) -> list[Pair]:
    """The best of the pairs, and of the others those that are still free: nobody stands in two."""
    kept: list[Pair] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for it in sorted(found, key=lambda it: (-it.similarity, it.left, it.right)):
        if it.left not in taken[0] and it.right not in taken[1]:
            taken[0].add(it.left)
            taken[1].add(it.right)
            kept.append(it)
    return kept


def excludes(a: Iterable[Term], b: Iterable[Term]) -> bool:
    """Whether one speaks of a customer, say, and the other of a supplier, and neither of both."""
    ours, theirs = (frozenset(each for it in side for each in it.acts | it.things) for side in (a, b))
    return any(ours & it and theirs & it and not ours & theirs & it for it in contrasts())


def in_common(
    left: Sequence[Term], right: Sequence[Term], weigh: Callable[[Term], float]
) -> tuple[Sequence[Pair], float]:
    """The terms that belong together, and the weight on both sides that is shared."""
    alike = [Pair(i, j, it) for i, t in enumerate(left) for j, u in enumerate(right) if (it := _alike(t, u))]
    matched = one_to_one(alike) if len(alike) > 1 else alike
    shared = sum(2 * it.similarity * min(weigh(left[it.left]), weigh(right[it.right])) for it in matched)
    lonely = [t for i, t in enumerate(left) if all(i != it.left for it in matched)]
    others = [u for j, u in enumerate(right) if all(j != it.right for it in matched)]
    return matched, shared + _letters(lonely, others) * sum(weigh(it) for it in (*lonely, *others))


def acts(label: Iterable[Term]) -> frozenset[str]:
    """What a label says is done."""
    return frozenset(each for place, it in enumerate(label) if _is_act(it, place) for each in it.acts)


@lru_cache(maxsize=65536)
def _similarity(a: str, b: str) -> float:
    left, right = terms(a), terms(b)
    matched, shared = in_common(left, right, _weight)
    if not shared:
        return 0.0
    return min(1.0, shared / sum(map(_weight, (*left, *right))) * _agreement(left, right, matched))


def _may_be_alike(a: str, b: str) -> bool:
    """False for what has nothing in common, seen at once."""
    (ours, is_known), (theirs, are_known) = _words(a), _words(b)
    return not ours.isdisjoint(theirs) or not (is_known and are_known)


@lru_cache(maxsize=16384)
def _words(text: str) -> tuple[frozenset[str], bool]:
    found = terms(text)
    words = frozenset(each for it in found for each in (it.stem, *it.acts, *it.things))
    return words, all(it.is_known for it in found)


def _alike(a: Term, b: Term) -> float:
    if a.stem == b.stem:
        return 1.0
    if not (a.acts.isdisjoint(b.acts) and a.things.isdisjoint(b.things)):
        return SYNONYM
    if (a.is_known and b.is_known) or a.stem[0] != b.stem[0] or not (a.stem + b.stem).isalpha():
        return 0.0
    shorter, longer = sorted((len(a.stem), len(b.stem)))
    if shorter < SLIP_LENGTH or longer - shorter > SLIPS:
        return 0.0
    score = _dice(_grams(f" {a.stem} ", 2), _grams(f" {b.stem} ", 2))
    return SYNONYM if sorted(a.stem) == sorted(b.stem) else score if score >= SLIP else 0.0


def _letters(left: Sequence[Term], right: Sequence[Term]) -> float:
    """How like each other are the letters of what is left over, when a long unknown word is in it."""
    if not any(len(it.stem) >= COMPOUND_LENGTH and not it.is_known for it in (*left, *right)):
        return 0.0
    ours, theirs = (Counter(gram for it in side for gram in _grams(it.stem, 3)) for side in (left, right))
    score = _dice(ours, theirs)
    return score if score >= COMPOUND else 0.0


def _agreement(left: Sequence[Term], right: Sequence[Term], matched: Sequence[Pair]) -> float:
    factor = CONTRAST if excludes(left, right) else 1.0
    for speaks_of in (_is_act, _is_thing):
        ours, theirs = ({i for i, it in enumerate(side) if speaks_of(it, i)} for side in (left, right))
        if matched and ours and theirs and not any(it.left in ours and it.right in theirs for it in matched):
            factor *= CONFLICT
    return factor


def _is_act(it: Term, place: int) -> bool:
    """An order is a thing, unless the label begins with it."""
    return bool(it.acts) and (place == 0 or not it.things)


def _is_thing(it: Term, place: int) -> bool:
    return not _is_act(it, place) and it.weight >= PAIR


def _weight(it: Term) -> float:
    return it.weight


def _grams(text: str, length: int) -> Counter[str]:
    return Counter(text[i : i + length] for i in range(len(text) - length + 1))


def _dice(a: Counter[str], b: Counter[str]) -> float:
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 0.0
