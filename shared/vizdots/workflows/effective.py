"""The effective model of a workflow: its latest version with the owner's corrections over it. Everything reads this.

The version stays as it is: without the corrections it is back. Nothing here tells when a version was made, since with
few people that would tell who spoke.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from vizdots.shapes import Answer
from vizdots.texts import Name, Text
from vizdots.workflows.ordering import in_order
from vizdots.workflows.structure import FROZEN, Corrections, Placed, Step, StepKey, Structure


class VersionOf(BaseModel):
    """Which version of a workflow a structure is."""

    model_config = FROZEN

    number: PositiveInt


class OverrideOf(BaseModel):
    """The active override: what its author says is otherwise, in which role, and since when."""

    model_config = FROZEN

    by: Literal["owner", "admin"]
    at: datetime
    corrections: Corrections


class Origin(Answer):
    """Where a part of the model comes from: what people told, or somebody's correction."""

    model_config = ConfigDict(frozen=True)

    by: Literal["ai", "owner", "admin"]
    version: PositiveInt | None = Field(None, description="Of the AI's model that has it; null for a correction.")
    at: datetime | None = Field(None, description="When it was corrected; null for what people told.")


class EffectiveStep(Answer):
    """One step as it is shown, and how it came to be."""

    model_config = ConfigDict(frozen=True)

    key: StepKey
    label: Name
    origin: Origin
    ai_label: Name | None = Field(None, description="What the version calls it; null unless it was renamed.")
    is_locked: bool = False
    note: Text | None = Field(None, description="A line of the owner's beside it.")


class EffectiveTool(Answer):
    """One tool as it is shown, and how it came to be."""

    model_config = ConfigDict(frozen=True)

    name: Name
    origin: Origin
    ai_name: Name | None = Field(None, description="What the version has in its place; null unless it was substituted.")


class Effective(Answer):
    """A workflow as the organisation has it."""

    model_config = ConfigDict(frozen=True)

    version: PositiveInt
    is_corrected: bool = Field(description="Whether an override is active, even one that changes nothing any more.")
    steps: tuple[EffectiveStep, ...]
    tools: tuple[EffectiveTool, ...]
    data_sources: tuple[Name, ...]

    @property
    def structure(self) -> Structure:
        """The same without its origins: what tellings are held against."""
        return Structure(
            steps=tuple(Step(key=step.key, label=step.label) for step in self.steps),
            tools=tuple(tool.name for tool in self.tools),
            data_sources=self.data_sources,
        )


def effective(structure: Structure, version: VersionOf, override: OverrideOf | None) -> Effective:
    """The latest version's structure with the active override applied; without one, as it is."""
    ai = Origin(by="ai", version=version.number)
    corrections = override.corrections if override else Corrections()
    correction = Origin(by=override.by, at=override.at) if override else ai
    return Effective(
        version=version.number,
        is_corrected=override is not None,
        steps=tuple(_steps(structure, corrections, ai, correction)),
        tools=tuple(_tools(structure, corrections, ai, correction)),
        data_sources=structure.data_sources,
    )


def _steps(structure: Structure, corrections: Corrections, ai: Origin, correction: Origin) -> Iterator[EffectiveStep]:
    """An owner's word on a step's name and place holds; that the version has it as well makes it what people told."""
    told = {step.key: step.label for step in structure.steps}
    # A lock has the last word on where its step is. Removed ones keep their place for what was put behind them.
    placed: Mapping[StepKey, Placed] = {
        step.key: step for step in (*corrections.added_steps, *corrections.locked_steps)
    }
    locked = {step.key for step in corrections.locked_steps}
    for key in in_order(list(told), {step.key: step.after for step in placed.values()}):
        if key in corrections.removed_steps:
            continue
        label = corrections.renamed_steps.get(key) or (placed[key].label if key in placed else told[key])
        yield EffectiveStep(
            key=key,
            label=label,
            origin=ai if key in told else correction,
            ai_label=told[key] if key in told and told[key] != label else None,
            is_locked=key in locked,
            note=corrections.custom_notes.get(key) or None,
        )


def _tools(structure: Structure, corrections: Corrections, ai: Origin, correction: Origin) -> Iterator[EffectiveTool]:
    substitutions = {named.casefold(): used for named, used in corrections.tool_substitutions.items()}
    tools = [(name, _used(name, substitutions)) for name in structure.tools]
    merged = {used.casefold() for name, used in tools if used != name}
    shown: set[str] = set()
    for name, used in tools:
        if used.casefold() in merged & shown:
            continue
        shown.add(used.casefold())
        if used == name:
            yield EffectiveTool(name=name, origin=ai)
        else:
            yield EffectiveTool(name=used, origin=correction, ai_name=name)


def _used(name: str, substitutions: Mapping[str, str]) -> str:
    """What is used for a tool, by way of others if need be. Tools that stand in for each other stay as they are."""
    passed, used = {name.casefold()}, name
    while (following := substitutions.get(used.casefold())) is not None:
        if following.casefold() == used.casefold():
            return following
        if following.casefold() in passed:
            return name
        passed.add(following.casefold())
        used = following
    return used
