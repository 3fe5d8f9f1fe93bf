"""Where people's ways part from the model: one block after the other, so that every way that parts comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vizdots.workflows.effective import Effective, EffectiveStep
from vizdots.workflows.ordering import in_order
from vizdots.workflows.structure import Variant


@dataclass(frozen=True, slots=True)
class Way:
    """A variant, how many go it, and what the owner says of it."""

    variant: Variant
    share: float | None = None
    """Of the people who tell of the workflow, from 0 to 1. None: too few to say."""
    is_allowed: bool | None = None
    """True: fine; False: friction; None: nobody has said."""

    @property
    def who(self) -> str:
        """“20%”, “Some”."""
        return "Some" if self.share is None else f"{max(1, round(self.share * 100))}%"


@dataclass(frozen=True, slots=True)
class Block:
    """One step of the model, or one that some people add; with what some people do otherwise there."""

    label: str
    step: EffectiveStep | None
    """None for what only some people do."""
    way: Way | None = None
    """Around the step: it is skipped. Through it: it is added."""
    remarks: tuple[Way, ...] = ()
    """What has no branch of its own: another order."""


def blocks(model: Effective, ways: Sequence[Way]) -> tuple[Block, ...]:
    """The model's steps and those that people add, in order. Each variant counts once, and only where it parts."""
    shown = {step.key: step for step in model.steps}
    skipped, added, elsewhere = (
        {way.variant.step.key: way for way in reversed(ways) if way.variant.kind == kind and way.variant.step}
        for kind in ("skipped", "added", "reordered")
    )
    after = {
        key: added[key].variant.after
        for key in dict.fromkeys(way.variant.step.key for way in ways if way.variant.step)
        if key in added and key not in shown
    }

    def built() -> Iterator[Block]:
        for key in in_order(list(shown), after):
            if key in shown:
                remarks = (elsewhere[key],) if key in elsewhere else ()
                yield Block(shown[key].label, shown[key], skipped.get(key), remarks)
            else:
                step = added[key].variant.step
                yield Block(step.label if step else key, None, added[key])

    return tuple(built())


def of_tools(ways: Sequence[Way]) -> tuple[Way, ...]:
    """The ways with other tools, each once: they belong to the whole workflow."""
    return tuple({way.variant.key: way for way in reversed(ways) if way.variant.kind == "other_tool"}.values())[::-1]


def words(way: Way, model: Effective) -> str:
    """What these people do, in a few words: “20% skip this (friction)”."""
    match way.variant.kind:
        case "skipped":
            told = f"{way.who} skip this"
        case "added":
            told = f"{way.who} do this too"
        case "reordered":
            told = f"{way.who} do this {_place(way.variant, model)}"
        case "other_tool" if way.variant.instead_of:
            told = f"{way.who} use {way.variant.tool} instead of {way.variant.instead_of}"
        case _:
            told = f"{way.who} use {way.variant.tool} as well"
    standing = {None: "", True: " (fine)", False: " (friction)"}[way.is_allowed]
    return told + standing


def _place(variant: Variant, model: Effective) -> str:
    if variant.after is None:
        return "first"
    label = next((step.label for step in model.steps if step.key == variant.after), None)
    return f"after “{label}”" if label else "elsewhere"
