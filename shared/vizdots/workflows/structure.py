"""What a workflow is made of: steps in order, tools, sources of data; and the corrections that lie over it.

A step has a key that stays the same through all versions of its workflow: corrections, variants and evidence name
steps by it.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from vizdots.texts import LABEL_LENGTH, LIST_LENGTH, WITHOUT_NUL, Label, Name, Text

FROZEN = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

StepKey = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[^\s\x00]+$")]
"""The slug of the step's first name, unique in its workflow."""

Deviation = Literal["skipped", "added", "reordered", "other_tool"]
"""How somebody's way differs from the model."""


class Step(BaseModel):
    """One step, by its key and the name that it is shown with."""

    model_config = FROZEN

    key: StepKey
    label: Name


class Structure(BaseModel):
    """A workflow as one version of it has it. No two steps share a key."""

    model_config = FROZEN

    steps: tuple[Step, ...] = ()
    tools: tuple[Name, ...] = ()
    data_sources: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _has_each_step_once(self) -> Self:
        if len({step.key for step in self.steps}) < len(self.steps):
            raise ValueError("a step's key stands for one step")
        return self


class Telling(BaseModel):
    """What one confirmed dot says of a workflow, in the person's words, or in their English translation."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    name: Name
    steps: tuple[Label, ...] = Field((), repr=False)
    tools: tuple[Label, ...] = Field((), repr=False)
    data_sources: tuple[Label, ...] = Field((), repr=False)


class Placed(Step):
    """A step with its place: behind the step of the key `after`; None: the first."""

    after: StepKey | None = None


class Corrections(BaseModel):
    """What an owner says is otherwise (`override_payload`). It lies over the latest version, whichever that is.

    Keys of steps that the version doesn't have are left alone: a later one may have them again.
    """

    model_config = FROZEN

    removed_steps: Annotated[tuple[StepKey, ...], Field(max_length=LIST_LENGTH)] = ()
    renamed_steps: Annotated[dict[StepKey, Name], Field(max_length=LIST_LENGTH)] = Field(default_factory=dict)
    added_steps: Annotated[tuple[Placed, ...], Field(max_length=LIST_LENGTH)] = ()
    locked_steps: Annotated[tuple[Placed, ...], Field(max_length=LIST_LENGTH)] = Field(
        (), description="They stay, by this name and behind this step, even where a later version has them no more."
    )
    tool_substitutions: Annotated[
        dict[Annotated[str, StringConstraints(min_length=1, max_length=LABEL_LENGTH, pattern=WITHOUT_NUL)], Name],
        Field(max_length=LIST_LENGTH),
    ] = Field(default_factory=dict, description="The tool that is named, to the one that is used.")
    custom_notes: Annotated[dict[StepKey, Text], Field(max_length=LIST_LENGTH)] = Field(
        default_factory=dict, description="A line of the owner's beside a step."
    )

    @model_validator(mode="after")
    def _make_sense_together(self) -> Self:
        locked, added = {step.key for step in self.locked_steps}, {step.key for step in self.added_steps}
        if locked & {*self.removed_steps}:
            raise ValueError("a locked step can't be removed")
        if added & {*self.removed_steps}:
            raise ValueError("a step that was added is taken back by leaving it out")
        if len(locked) < len(self.locked_steps) or len(added) < len(self.added_steps):
            raise ValueError("a step's key stands for one step")
        return self


class Variant(BaseModel):
    """A way that differs from the model, as it is kept in `workflow_variants.details`."""

    model_config = FROZEN

    kind: Deviation
    step: Step | None = Field(None, description="The step that is skipped, added or done elsewhere.")
    after: StepKey | None = Field(None, description="Behind which step it is added or done; null: first.")
    tool: Name | None = Field(None, description="The tool that is used.")
    instead_of: Name | None = Field(None, description="The tool that the model has; null: one more tool.")

    @property
    def key(self) -> str:
        """What tells it apart from the workflow's other variants."""
        if self.kind == "other_tool":
            return f"other_tool:{(self.tool or '').casefold()}:{(self.instead_of or '').casefold()}"[:200]
        return f"{self.kind}:{self.step.key if self.step else ''}"
