"""Which tools are the same, however they are spelled, and which are of one kind: "MS Excel" is "Excel", both are spreadsheets."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from vizdots.workflows import lexicon
from vizdots.workflows.wording import similarity
from vizdots.workflows.words import normalised

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
            return not (self.kinds or other.kinds) and _are_spellings(self.name, other.name)
        return bool(self.kinds & other.kinds)

    def is_alternative(self, other: "Tool") -> bool:
        """Whether one is for what the other is for."""
        return bool(self.kinds & other.kinds)


@lru_cache(maxsize=4096)
def tool(name: str) -> Tool:
    """What is known of a tool by its name: the longest name of a product in it, or else of a kind, or else all of it."""
    words = f" {normalised(name)} "
    for known, is_named in ((_products(), True), (_kinds(), False)):
        found = max((it for it in known if f" {it} " in words), key=lambda it: (len(it), it), default=None)
        if found is not None:
            spelled = _spellings().get(found, found)
            return Tool(spelled, known.get(spelled, known[found]), is_named)
    return Tool(words.strip())


def _are_spellings(one: str, other: str) -> bool:
    """Of one name that we don't know: with and without a blank, with a number, a slip, or a word for what it is."""
    ours, theirs = ({it for it in each.split() if it not in _plain()} for each in (one, other))
    ours, theirs = ({it for it in each if not it.isdigit()} or each for each in (ours, theirs))
    if not ours or not theirs:
        return False
    return (
        one.replace(" ", "") == other.replace(" ", "")
        or ours <= theirs
        or theirs <= ours
        or similarity(one, other) >= ALIKE
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
