"""The labelled set of workflow dots: what made people tell of their work, and what is right about each telling.

`tests/data/README.md` says how it was made. It is read whole, and refused when a label doesn't fit its telling.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from vizdots.texts import LIST_LENGTH, Name
from vizdots.workflows.structure import Deviation, Telling

FILE: Final = Path(__file__).parent / "data/workflow_dots.json"
NOTES: Final = Path(__file__).parent / "data/workflow_notes.json"

Split = Literal["dev", "held_out"]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Names = Annotated[tuple[Name, ...], Field(max_length=LIST_LENGTH)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Entry):
    """A step or a tool of a process, by the id that labels call it by."""

    id: Id
    name: Name


class Process(_Entry):
    """A process as most of its tellers tell it, and what some of them do besides or instead."""

    id: Id
    name: Name
    steps: Annotated[tuple[Named, ...], Field(min_length=5)]
    tools: Annotated[tuple[Named, ...], Field(min_length=1)]
    data_sources: Annotated[Names, Field(min_length=1)]
    additions: tuple[Named, ...] = Field((), description="Steps that are not canonical.")
    other_tools: tuple[Named, ...] = Field((), description="Tools that are not canonical.")

    @model_validator(mode="after")
    def _calls_each_thing_by_one_id(self) -> Self:
        for named in ((*self.steps, *self.additions), (*self.tools, *self.other_tools)):
            if len({each.id for each in named}) < len(named):
                raise ValueError(f"{self.id}: an id stands for one thing")
        return self

    @property
    def canonical(self) -> tuple[str, ...]:
        """The ids of its steps, in order."""
        return tuple(step.id for step in self.steps)


class Variant(_Entry):
    """One way in which a telling differs from its process's canonical structure."""

    kind: Deviation
    step: Id | None = None
    tool: Id | None = None
    instead_of: Id | None = Field(None, description="The canonical tool that isn't used; null: one more tool.")

    @model_validator(mode="after")
    def _names_what_its_kind_is_about(self) -> Self:
        of_tool = self.kind == "other_tool"
        if (self.tool is not None) != of_tool or (self.step is None) != of_tool or (self.instead_of and not of_tool):
            raise ValueError("other_tool names a tool, every other kind a step")
        return self


class Original(_Entry):
    """What the person typed, where it wasn't English."""

    name: Name
    steps: Names
    tools: Names = ()
    data_sources: Names = ()


class Dot(_Entry):
    """One telling in English, or its English translation, and its labels."""

    id: Annotated[str, StringConstraints(pattern=r"^dot-\d{3}$")]
    order: Annotated[int, Field(ge=1)]
    split: Split
    teller: Annotated[str, StringConstraints(pattern=r"^[th]\d{2}$")]
    language: Literal["en", "es", "de", "ja"]
    name: Name
    steps: Annotated[Names, Field(min_length=1)]
    tools: Names = ()
    data_sources: Names = ()
    original: Original | None = None

    process: Id | None = Field(description="null: a process that nobody else tells of.")
    step_ids: tuple[Annotated[tuple[Id, ...], Field(min_length=1)], ...] = Field(
        (), description="For each of `steps` what it means; two ids where one line tells two steps."
    )
    tool_ids: tuple[Id, ...] = Field((), description="For each of `tools` which it is.")
    variants: Annotated[tuple[Variant, ...], Field(max_length=3)] = ()
    hard: bool = Field(False, description="Two careful people might disagree.")
    why_hard: str | None = None

    @model_validator(mode="after")
    def _labels_every_line(self) -> Self:
        labelled = (len(self.steps), len(self.tools)) if self.process else (0, 0)
        if (len(self.step_ids), len(self.tool_ids)) != labelled or (self.variants and not self.process):
            raise ValueError(f"{self.id}: each line of a process's telling has its label, and nothing else has one")
        if self.hard != bool(self.why_hard):
            raise ValueError(f"{self.id}: says why it is hard")
        return self

    @model_validator(mode="after")
    def _is_translated_line_by_line(self) -> Self:
        if (self.original is None) != (self.language == "en"):
            raise ValueError(f"{self.id}: what isn't English has its original")
        if self.original and any(
            len(getattr(self.original, part)) != len(getattr(self, part)) for part in ("steps", "tools", "data_sources")
        ):
            raise ValueError(f"{self.id}: the translation has the lines of the original")
        return self

    @property
    def told(self) -> tuple[str, ...]:
        """The ids of the steps in the order told, each where it is told first."""
        return tuple(dict.fromkeys(each for ids in self.step_ids for each in ids))

    @property
    def telling(self) -> Telling:
        """All that a method may see of it besides teller and order."""
        return Telling(name=self.name, steps=self.steps, tools=self.tools, data_sources=self.data_sources)


def faults(dot: Dot, process: Process) -> Iterator[str]:
    """Which variants don't follow from what the lines are said to mean. Looks at ids, never at words."""
    canonical, tools = process.canonical, {each.id for each in process.tools}
    told, used = set(dot.told), set(dot.tool_ids)
    said = {
        kind: {each.step for each in dot.variants if each.kind == kind} for kind in ("skipped", "added", "reordered")
    }
    swaps = [each for each in dot.variants if each.kind == "other_tool"]
    if unknown := told - {*canonical, *(each.id for each in process.additions)}:
        yield f"steps that the process doesn't have: {unknown}"
    if unknown := used - tools - {each.id for each in process.other_tools}:
        yield f"tools that the process doesn't have: {unknown}"
    if said["skipped"] != {*canonical} - told:
        yield "skipped is what isn't told"
    if said["added"] != told - {*canonical}:
        yield "added is what is told besides"
    moves = fewest_moves([canonical.index(step) for step in dot.told if step in canonical])
    moved = {canonical.index(step) for step in said["reordered"] if step in canonical}
    if moved not in moves or (len(moves) > 1 and not dot.hard):
        yield "reordered is the one smallest set of steps that stands elsewhere"
    if {each.tool for each in swaps} != used - tools:
        yield "other_tool is what is used besides"
    if swaps and {each.instead_of for each in swaps if each.instead_of} != tools - used:
        yield "who uses another tool says of each canonical one whether it is used"


def fewest_moves(places: list[int]) -> list[set[int]]:
    """Each smallest set of places without which the others rise."""
    for size in range(len(places)):
        found = [
            {*out}
            for out in combinations(places, size)
            if (rest := [each for each in places if each not in out]) == sorted(rest)
        ]
        if found:
            return found
    return [set()]


class Note(_Entry):
    """What an interviewing model noted of a telling, the known workflows before it, and no label."""

    id: str
    workflow_name: Name
    steps: tuple[tuple[Name, tuple[int, ...]], ...] = Field(description="Each with the lines that it is made of.")
    tools: Names = ()

    @property
    def telling(self) -> Telling:
        """What the product takes of it."""
        return Telling(name=self.workflow_name, steps=tuple(label for label, _ in self.steps), tools=self.tools)


class LabelledSet(_Entry):
    """The processes of one organisation and what its people tell of them, in the order in which it comes in."""

    processes: tuple[Process, ...]
    dots: tuple[Dot, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        processes = {each.id: each for each in self.processes}
        if len(processes) < len(self.processes) or len({each.id for each in self.dots}) < len(self.dots):
            raise ValueError("ids are unique")
        if [each.order for each in self.dots] != list(range(1, len(self.dots) + 1)):
            raise ValueError("dots stand in their order")
        for dot in self.dots:
            if dot.process is None:
                continue
            if dot.process not in processes:
                raise ValueError(f"{dot.id}: there is no process {dot.process}")
            for fault in faults(dot, processes[dot.process]):
                raise ValueError(f"{dot.id}: {fault}")
        return self


@cache
def labelled() -> LabelledSet:
    """The set, read and found to hold together."""
    return LabelledSet.model_validate_json(FILE.read_bytes())


def tellings(split: Split) -> list[Dot]:
    """Those of one half, in the order in which they come in. Whoever builds the method looks at `dev` only."""
    return [dot for dot in labelled().dots if dot.split == split]


@cache
def notes() -> Mapping[str, Note]:
    """Those of all dots, by the dot's id: found to leave out no line and no tool."""
    found = {it.id: it for it in TypeAdapter(tuple[Note, ...]).validate_json(NOTES.read_bytes())}
    for dot in labelled().dots:
        note = found[dot.id]
        if {line for _, lines in note.steps for line in lines} != {*range(len(dot.steps))}:
            raise ValueError(f"{dot.id}: every line is noted")
        if len(note.tools) != len(dot.tools):
            raise ValueError(f"{dot.id}: every tool is noted")
    return found
