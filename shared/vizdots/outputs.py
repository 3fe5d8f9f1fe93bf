"""What an agent may come to understand, and when that is enough: the closed shape of one turn of its chat."""

from functools import cache
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vizdots.agents import (
    MAX_EXCHANGES,
    MIN_EXCHANGES,
    AgentCode,
    Concern,
    Grade,
    Language,
    Source,
    TopicCode,
    required,
)
from vizdots.texts import Label, Labels, Reply, Text

Rating = Annotated[int, Field(ge=1, le=5)]


# The input is hidden in errors because an error may be logged, and what people write may not.
CLOSED: Final = ConfigDict(extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True)


class Output(BaseModel):
    """What an agent has learnt so far: closed, strict, every field null until the person has said it.

    A value out of range, of another type or of an unknown name is refused, never bent into place. A rating comes
    with its source: whether the person stated it or the model inferred it. An empty text is no answer: null.
    """

    model_config = CLOSED

    rated: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _blank_is_null(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        return {name: None if isinstance(value, str) and not value.strip() else value for name, value in sent.items()}

    @model_validator(mode="after")
    def _ratings_have_sources(self) -> Self:
        for name in self.rated:
            if getattr(self, name) is None:
                setattr(self, f"{name}_source", None)
            elif getattr(self, f"{name}_source") is None:
                raise ValueError(f"{name} needs {name}_source")
        return self


class Pulse(Output):
    """Morale, workload and the risk of burning out."""

    rated: ClassVar[tuple[str, ...]] = ("rating", "workload_rating", "burnout_risk")

    rating: Rating | None = Field(None, description="How the week was: 1 very hard, 5 very good")
    rating_source: Source | None = None
    reason: Text | None = Field(None, description="Why, in the person's own words")
    workload_rating: Rating | None = Field(None, description="1 very light, 5 far too much")
    workload_rating_source: Source | None = None
    burnout_risk: Grade | None = Field(None, description="How close the person is to their limit")
    burnout_risk_source: Source | None = None


class RoleMapper(Output):
    """The job as its holder describes it."""

    role_summary: Text | None = Field(None, description="The job in one sentence")
    primary_duties: Labels | None = Field(None, description="The main duties, a few words each")
    customer_facing: bool | None = Field(None, description="Whether the person works directly with customers")
    kpis_known: bool | None = Field(None, description="Whether the person knows what their work is measured by")


class WorkflowMapper(Output):
    """One recurring process. It is work, not opinion: it is shared, so the person confirms it first."""

    workflow_name: Label | None = Field(None, description="The short, plain name of the process")
    display_label: Label | None = Field(None, description="The name as the person says it")
    steps: Labels | None = Field(None, description="The steps in order, a few words each")
    tools: Labels | None = Field(None, description="Tools and systems used; an empty list when the person said none")
    data_sources: Labels | None = Field(None, description="Where the information comes from")
    confirmed: bool | None = Field(
        None, description="True: the person confirmed what was understood. False: they disagreed. Null: not asked yet"
    )


class PainScanner(Output):
    """What got in the way of the work."""

    rated: ClassVar[tuple[str, ...]] = ("pain_rating",)

    workflow_ref: Label | None = Field(None, description="The process it happens in")
    tool_ref: Label | None = Field(None, description="The tool that causes it")
    pain_rating: Rating | None = Field(None, description="1 hardly noticeable, 5 blocks the work")
    pain_rating_source: Source | None = None
    reason: Text | None = Field(None, description="What gets in the way, in the person's own words")
    frequency: Literal["daily", "weekly", "monthly", "rarely"] | None = None
    impact: Grade | None = Field(None, description="How much it costs the work")


class FocusTracker(Output):
    """What the person works on now, and how well they can keep to it."""

    rated: ClassVar[tuple[str, ...]] = ("focus_rating",)

    current_focus_label: Label | None = Field(None, description="The main thing the person works on now")
    current_focus_tags: Labels | None = Field(None, description="Everything named as present focus, a few words each")
    still_primary_focus: bool | None = Field(None, description="Whether it is the same main focus as last time")
    focus_rating: Rating | None = Field(None, description="How well the person can keep to it: 1 hardly, 5 very well")
    focus_rating_source: Source | None = None
    change_vs_last_time: Literal["better", "same", "worse"] | None = None
    reason: Text | None = Field(None, description="Why, in the person's own words")


OutputT = TypeVar("OutputT", bound=Output)


class Turn(BaseModel, Generic[OutputT]):
    """One answer of the interviewer, model or script: what it says, and all it has learnt up to here.

    `is_complete` is the interviewer's own view; whether the session ends is decided by `is_over`.
    `concern` names what needs help resources at once. It isn't kept as such: what stays is the line of the chat as
    it was shown, with the help in it.
    """

    model_config = CLOSED

    reply: Reply
    is_complete: bool
    extracted: OutputT
    language_code: Language
    concern: Concern


OUTPUTS: Final[dict[AgentCode, type[Output]]] = {
    "pulse": Pulse,
    "role_mapper": RoleMapper,
    "workflow_mapper": WorkflowMapper,
    "pain_scanner": PainScanner,
    "focus_tracker": FocusTracker,
}


def missing(agent: AgentCode, topic: TopicCode, output: Output) -> list[str]:
    """The required fields still open. An empty list of tools is an answer; a process without a step isn't one."""
    return [
        name
        for name in required(agent, topic)
        if (value := getattr(output, name)) is None or (value == [] and name != "tools")
    ]


def is_over(agent: AgentCode, topic: TopicCode, exchange: int, output: Output) -> bool:
    """Whether the session ends with the person's answer number `exchange` (from 1)."""
    return exchange >= MAX_EXCHANGES or (exchange >= MIN_EXCHANGES and not missing(agent, topic, output))


@cache
def turn_model(agent: AgentCode) -> type[Turn[Any]]:
    """The model that validates a turn of this agent: `turn_model(agent).model_validate_json(text)`."""
    output: Any = OUTPUTS[agent]  # chosen at run time, which a type parameter can't express
    return Turn[output]


@cache
def turn_schema(agent: AgentCode) -> dict[str, Any]:
    """The turn's JSON schema in the subset that OpenAI's strict structured outputs accept. Not to be changed.

    Every object is closed and every key required; what may be missing is null. Lengths are left to pydantic.
    """
    return _strict(turn_model(agent).model_json_schema())  # type: ignore[no-any-return]


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):  # the keys in here are names of ours, not keywords
            kept[key] = {name: _strict(entry) for name, entry in value.items()}
        elif key not in ("default", "title", "minLength", "maxLength", "pattern"):
            kept[key] = _strict(value)
    if "properties" in kept:
        kept["required"] = list(kept["properties"])
    return kept
