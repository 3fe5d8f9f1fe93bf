"""What became different from one version of a workflow to the next, for pages; `change_summary` is the database's."""

from collections.abc import Sequence

from pydantic import ConfigDict

from vizdots.shapes import Answer
from vizdots.texts import Name
from vizdots.workflows.sequences import rising
from vizdots.workflows.structure import Step, StepKey, Structure


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
    stayed = {common[each] for each in rising([places[key] for key in common])}

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


def _without(names: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = {name.casefold() for name in others}
    return tuple(name for name in names if name.casefold() not in known)
