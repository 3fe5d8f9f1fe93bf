"""Which tools are the same, however they are spelled, and which are of one kind: "MS Excel" is "Excel"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from vizdots.workflows.lexicon import tools as lexicon
from vizdots.workflows.wording import similarity
from vizdots.workflows.words import normalised, terms

ALIKE: Final = 0.85  # from here on two names that we don't know are spellings of one


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as it is compared."""

    name: str
    kinds: frozenset[str] = frozenset()
    is_named: bool = True
    """Whether a product is named, and not only a kind of tools."""

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
    words = f" {normalised(name)} "
    if (product := _longest(words, _products())) is not None:
        spelled = _spellings().get(product, product)
        return Tool(spelled, _products().get(spelled, _products()[product]))
    kind = _longest(words, _kinds())
    rest = words.replace(f" {kind} ", " ").split()
    if kind is None or any(not it.isdigit() and it not in _plain() and not terms(it)[0].is_known for it in rest):
        return Tool(words.strip(), _kinds().get(kind or "", frozenset()))
    return Tool(kind, _kinds()[kind], is_named=False)


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


def _by_name(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in text.strip().splitlines():
        kind, _, names = line.partition(":")
        for name in _entries(names):
            found[name] = found.get(name, frozenset()) | {kind.strip()}
    return found
