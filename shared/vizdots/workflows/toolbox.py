"""Which tools are the same, however they are spelled, and which are of one kind: "MS Excel" is "Excel".

Among the few tools of one workflow less is needed to know which is meant than among all: "SAP" is its only "SAP
Business One", "zd" its Zendesk, and "the time tool" the one that is left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from typing import Final

from vizdots.workflows.lexicon import tools as lexicon
from vizdots.workflows.wording import similarity
from vizdots.workflows.words import normalised, stem, terms

ALIKE: Final = 0.85  # from here on two names that we don't know are spellings of one
SLIP: Final = 0.8  # of the letters of a word in common (Ratcliff & Obershelp 1988): "shopfy" and "shopify" have 0.92
SHORTEST: Final = 4  # letters of a word in which we take something for a slip
CUT: Final = 3  # letters of a word that may be part of a longer one; fewer may be its initial and others of its letters


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is compared."""

    name: str
    kinds: frozenset[str] = frozenset()
    is_named: bool = True
    """Whether a product is named, and not only a kind of tools."""
    is_known: bool = False
    """Whether the product is known to us."""
    words: tuple[str, ...] = ()
    """Those that tell which one it is, or all if none does."""
    is_described: bool = False
    """Whether it may be no name at all: "the booking system"."""

    @property
    def is_name(self) -> bool:
        """Whether it is surely a name."""
        return self.is_named and not self.is_described

    def is_same(self, other: "Tool") -> bool:
        """Whether both are one tool, as far as the names tell: "a spreadsheet" may be anybody's Excel."""
        if self.name == other.name:
            return True
        if self.is_named and other.is_named:
            return not (self.kinds and other.kinds) and _are_spellings(self.name, other.name)
        return bool(self.kinds & other.kinds)

    def is_alternative(self, other: "Tool") -> bool:
        """Whether one is for what the other is for."""
        return bool(self.kinds & other.kinds)


@lru_cache(maxsize=4096)
def tool(name: str) -> Tool:
    """What is known of a tool by its name: the longest name of a product in it, else of a kind, else all of it."""
    said = normalised(name).split()
    words = tuple(it for it in said if it not in _plain() and not it.isdigit()) or tuple(said)
    spoken = f" {' '.join(said)} "
    if (product := _longest(spoken, _products())) is not None:
        spelled = _spellings().get(product, product)
        return Tool(spelled, _products().get(spelled, _products()[product]), is_known=True, words=words)
    kind = _longest(spoken, _kinds())
    rest = spoken.replace(f" {kind} ", " ").split()
    kinds = _kinds().get(kind or "", frozenset())
    is_named = any(not it.isdigit() and it not in _plain() and not terms(it)[0].is_known for it in rest)
    if kind is None or is_named:
        is_described = not is_named and not _heads().isdisjoint(said)
        return Tool(spoken.strip(), kinds, words=words, is_described=is_described)
    return Tool(kind, kinds, is_named=False, words=words)


def meant(told: Sequence[str], known: Sequence[str]) -> dict[int, int]:
    """For each tool that somebody tells of a workflow, which of its known tools that is; none for another one.

    Several may be the same known one by name; what is only called like one, or described, is one that nobody names.
    """
    ours, theirs = [*map(tool, told)], [*map(tool, known)]
    found: dict[int, int] = {}
    for i, it in enumerate(ours):
        same = next((j for j, other in enumerate(theirs) if it.is_same(other)), None)
        if same is not None:
            found[i] = same
    for may_be in (_is_short_for, _may_describe):
        found |= _only_ones(ours, theirs, found, may_be)
    return found


def _only_ones(
    ours: Sequence[Tool], theirs: Sequence[Tool], found: Mapping[int, int], may_be: Callable[[Tool, Tool], bool]
) -> dict[int, int]:
    """Of what is left, the tools that may be one known one, and no other."""
    taken, more = {*found.values()}, dict[int, int]()
    for i, it in enumerate(ours):
        free = [j for j, other in enumerate(theirs) if j not in taken and may_be(it, other)] if i not in found else []
        if len(free) == 1:
            more[i] = free[0]
            taken.add(free[0])
    return more


def _is_short_for(one: Tool, other: Tool) -> bool:
    """Whether people may call the one what the other is called: all that tells in the shorter name is in the longer."""
    shorter, longer = sorted((one.words, other.words), key=lambda it: (len(it), sum(map(len, it))))
    if one.is_known and other.is_known:
        return {*shorter} <= {*longer} and one.is_alternative(other)
    if not shorter:
        return False
    if "".join(shorter) == "".join(longer):
        return True
    initials = "".join(it[0] for it in longer)
    return all(any(_is_cut_of(it, each) for each in longer) or (len(it) > 1 and it in initials) for it in shorter)


def _is_cut_of(one: str, other: str) -> bool:
    short, full = sorted((one, other), key=len)
    if short == full or stem(short) == stem(full) or (len(short) >= CUT and short in full):
        return True
    if len(short) >= SHORTEST:
        return SequenceMatcher(None, short, full).ratio() >= SLIP
    rest = iter(full[1:])
    return len(short) > 1 and short[0] == full[0] and all(letter in rest for letter in short[1:])


def _may_describe(one: Tool, other: Tool) -> bool:
    return one.is_described and not (one.kinds and other.kinds and one.kinds.isdisjoint(other.kinds))


def _longest(words: str, known: Iterable[str]) -> str | None:
    return max((it for it in known if f" {it} " in words), key=lambda it: (len(it), it), default=None)


def _are_spellings(one: str, other: str) -> bool:
    """Of one name that we don't know: with and without a blank, with a slip, or with other words for what it is."""
    if one.replace(" ", "") == other.replace(" ", "") or similarity(one, other) >= ALIKE:
        return True
    ours, theirs = ({it for it in each.split() if it not in _plain() and not it.isdigit()} for each in (one, other))
    return any(not terms(it)[0].is_known for it in ours & theirs) or bool(
        ours and theirs and (ours <= theirs or theirs <= ours)
    )


def _entries(text: str) -> list[str]:
    return [each.strip() for line in text.strip().splitlines() for each in line.split(",")]


@cache
def _spellings() -> Mapping[str, str]:
    pairs = (each.partition("=") for each in _entries(lexicon.TOOL_SPELLINGS))
    return {spelling: name for spelling, _, name in pairs}


@cache
def _products() -> Mapping[str, frozenset[str]]:
    found = _by_name(lexicon.TOOLS)
    return found | {spelling: found.get(name, frozenset()) for spelling, name in _spellings().items()}


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    return _by_name(lexicon.TOOL_KINDS)


@cache
def _plain() -> frozenset[str]:
    return frozenset(lexicon.TOOL_WORDS.split())


@cache
def _heads() -> frozenset[str]:
    return frozenset(lexicon.TOOL_HEADS.split())


def _by_name(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        kind, _, names = line.partition(":")
        for name in _entries(names):
            found[name] = found.get(name, frozenset()) | {kind.strip()}
    return found
