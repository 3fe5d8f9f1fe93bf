"""What became different from one version of a workflow to the next, for people to read: `change_summary`."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from pydantic import ConfigDict

from vizdots.shapes import Answer
from vizdots.texts import Name
from vizdots.workflows.structure import Step, StepKey, Structure

T = TypeVar("T")

SUMMARY_LENGTH: Final = 300  # characters: two lines of a page
NAMED: Final = 2  # of each kind of change; the others are counted
SHOWN: Final = 60  # characters of a name

FIRST: Final = "First told."
NOTHING: Final = "Nothing changed."
MORE: Final = "And more."


class PlacedStep(Answer):
    """A step that is new, or elsewhere now."""

    model_config = ConfigDict(frozen=True)

    key: StepKey
    label: Name
    after: Name | None
    """The name of the step before it; null: it is the first."""


class RenamedStep(Answer):
    """A step that is called otherwise now."""

    model_config = ConfigDict(frozen=True)

    key: StepKey
    before: Name
    label: Name


class Changes(Answer):
    """The difference between two versions. Tools and sources are the same whatever their case."""

    model_config = ConfigDict(frozen=True)

    is_first: bool = False
    added: tuple[PlacedStep, ...] = ()
    removed: tuple[Step, ...] = ()
    moved: tuple[PlacedStep, ...] = ()
    renamed: tuple[RenamedStep, ...] = ()
    tools_added: tuple[Name, ...] = ()
    tools_removed: tuple[Name, ...] = ()
    data_sources_added: tuple[Name, ...] = ()
    data_sources_removed: tuple[Name, ...] = ()


def changes(old: Structure | None, new: Structure) -> Changes:
    """What `new` has otherwise than `old`; without an old one it is all new, which isn't told step by step.

    As few steps as possible count as moved: those outside a longest sequence that both have in the same order.
    """
    if old is None:
        return Changes(is_first=True)
    was, now = ({step.key: step for step in each.steps} for each in (old, new))
    before = {step.key: prior.label for prior, step in zip(new.steps, new.steps[1:], strict=False)}
    places = {key: place for place, key in enumerate(was)}
    common = [key for key in now if key in was]
    stayed = {common[each] for each in _longest_rise([places[key] for key in common])}

    def placed(step: Step) -> PlacedStep:
        return PlacedStep(key=step.key, label=step.label, after=before.get(step.key))

    return Changes(
        added=tuple(placed(step) for step in new.steps if step.key not in was),
        removed=tuple(step for step in old.steps if step.key not in now),
        moved=tuple(placed(now[key]) for key in common if key not in stayed),
        renamed=tuple(
            RenamedStep(key=key, before=was[key].label, label=now[key].label)
            for key in common
            if was[key].label != now[key].label
        ),
        tools_added=_without(new.tools, old.tools),
        tools_removed=_without(old.tools, new.tools),
        data_sources_added=_without(new.data_sources, old.data_sources),
        data_sources_removed=_without(old.data_sources, new.data_sources),
    )


def summary(old: Structure | None, new: Structure) -> str:
    """The changes in a few plain sentences, at most `SUMMARY_LENGTH` characters; what doesn't fit is more."""
    found = changes(old, new)
    if found.is_first:
        return FIRST
    sentences = list(_sentences(found))
    if not sentences:
        return NOTHING
    told = " ".join(sentences)
    while len(told) > SUMMARY_LENGTH:
        sentences.pop()
        told = " ".join([*sentences, MORE])
    return told


def _sentences(it: Changes) -> Iterator[str]:
    if it.added:
        yield f"Adds {_listed(it.added, _place)}."
    if it.removed:
        yield f"No longer: {_listed(it.removed, lambda step: _quoted(step.label))}."
    if it.moved:
        yield f"Moves {_listed(it.moved, _place)}."
    if it.renamed:
        yield f"Now called: {_listed(it.renamed, lambda step: f'{_quoted(step.label)} (was {_quoted(step.before)})')}."
    yield from _came_and_went("Uses", it.tools_added, it.tools_removed)
    yield from _came_and_went("Takes data from", it.data_sources_added, it.data_sources_removed)


def _came_and_went(verb: str, came: Sequence[str], went: Sequence[str]) -> Iterator[str]:
    match came, went:
        case [], []:
            return
        case _, []:
            yield f"{verb} {_listed(came, _short)} as well."
        case [], _:
            yield f"{verb} {_listed(went, _short)} no longer."
        case _:
            yield f"{verb} {_listed(came, _short)} instead of {_listed(went, _short)}."


def _place(step: PlacedStep) -> str:
    return f"{_quoted(step.label)} {f'after {_quoted(step.after)}' if step.after else 'at the beginning'}"


def _listed(things: Sequence[T], told: Callable[[T], str]) -> str:
    """The first few by name, the others by number."""
    shown, others = [told(each) for each in things[:NAMED]], len(things) - NAMED
    parts = [*shown, *([f"{others} more"] if others > 0 else [])]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _quoted(name: str) -> str:
    return f"“{_short(name)}”"


def _short(name: str) -> str:
    return name if len(name) <= SHOWN else f"{name[: SHOWN - 1].rstrip()}…"


def _without(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {name.casefold() for name in others}
    return tuple(name for name in names if name.casefold() not in known)


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """Where the elements of a longest rising subsequence of different numbers stand (patience sorting)."""
    ends: list[int] = []  # the lowest end of a rise of each length …
    at: list[int] = []  # … where that end stands …
    prior: list[int | None] = []  # … and, for every number, where the one before it in its rise stands
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        prior.append(at[length - 1] if length else None)
        ends[length : length + 1], at[length : length + 1] = [number], [place]
    rise: list[int] = []
    place_: int | None = at[-1] if at else None
    while place_ is not None:
        rise.append(place_)
        place_ = prior[place_]
    return rise[::-1]
