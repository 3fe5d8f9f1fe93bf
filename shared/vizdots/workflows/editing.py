"""From a workflow as somebody wants it to the corrections that make it so, over the version that there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vizdots.workflows.effective import Effective
from vizdots.workflows.sequences import rising
from vizdots.workflows.structure import Corrections, Placed, Step, Structure


@dataclass(frozen=True, slots=True)
class Row:
    """One step as it is wanted."""

    key: str
    label: str
    is_locked: bool = False
    note: str = ""


def rows(model: Effective) -> list[Row]:
    """The steps of a model as they are."""
    return [Row(step.key, step.label, step.is_locked, step.note or "") for step in model.steps]


def left_out(structure: Structure, wanted: Sequence[Row]) -> list[Step]:
    """The steps that people tell of and that aren't wanted."""
    keys = {row.key for row in wanted}
    return [step for step in structure.steps if step.key not in keys]


def corrections(
    structure: Structure, wanted: Sequence[Row], used: Mapping[str, str], before: Corrections
) -> Corrections:
    """What lies over `structure` so that it is as wanted: these steps in this order, and the tools as they are `used`.

    As few steps as possible are put elsewhere. What `before` says of things that this version doesn't have stays: a
    later one may have them again. Raises ValidationError where there are more corrections than fit.
    """
    told = {step.key: step.label for step in structure.steps}
    keys = {row.key for row in wanted}
    placed = _placed(structure, wanted)
    put = {step.key for step in (*before.added_steps, *before.locked_steps)} - told.keys()
    gone = keys | put  # what somebody put in, and isn't wanted any more, leaves nothing behind
    renamed = {key: name for key, name in before.renamed_steps.items() if key not in gone}
    notes = {key: note for key, note in before.custom_notes.items() if key not in gone}
    return Corrections(
        removed_steps=(
            *(step.key for step in left_out(structure, wanted)),
            *(key for key in before.removed_steps if key not in told and key not in keys),
        ),
        renamed_steps=renamed
        | {row.key: row.label for row in wanted if row.key not in placed and row.label != told[row.key]},
        added_steps=tuple(placed[row.key] for row in wanted if row.key in placed and not row.is_locked),
        locked_steps=tuple(placed[row.key] for row in wanted if row.is_locked),
        tool_substitutions=_substitutions(structure, used, before),
        custom_notes=notes | {row.key: row.note for row in wanted if row.note},
    )


def _placed(structure: Structure, wanted: Sequence[Row]) -> dict[str, Placed]:
    """Each step that has its place from here on: what is new, what is locked, and what isn't in the told order."""
    places = {step.key: place for place, step in enumerate(structure.steps)}
    free = [row.key for row in wanted if row.key in places and not row.is_locked]
    stay = {free[at] for at in rising([places[key] for key in free])}
    before = {after.key: row.key for row, after in pairwise(wanted)}
    return {
        row.key: Placed(key=row.key, label=row.label, after=before.get(row.key))
        for row in wanted
        if row.key not in stay
    }


def _substitutions(structure: Structure, used: Mapping[str, str], before: Corrections) -> dict[str, str]:
    """What is typed counts: nothing from before may lead from there to yet another tool."""
    settled = {name.casefold() for name in (*structure.tools, *used.values())}
    kept = {named: other for named, other in before.tool_substitutions.items() if named.casefold() not in settled}
    return kept | {named: used[named] for named in structure.tools if used.get(named, named) != named}
