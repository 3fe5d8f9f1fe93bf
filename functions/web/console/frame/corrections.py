"""A form made of what an agent can understand: each field of its output as a person fills it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from frame.speech import N_, _
from frame.words import VALUES, field, value
from vizdots import outputs
from vizdots.agents import AgentCode

Kind = Literal["scale", "choice", "lines", "text"]

ENDS: Final[Mapping[str, tuple[str, str]]] = {
    "rating": (N_("very hard"), N_("very good")),
    "workload_rating": (N_("very light"), N_("far too much")),
    "pain_rating": (N_("hardly noticeable"), N_("it blocks my work")),
    "focus_rating": (N_("hardly at all"), N_("very well")),
}
NOT_ASKED: Final = {"confirmed"}  # the person's yes or no in the talk itself


@dataclass(frozen=True)
class Field:
    """One field of the form."""

    name: str
    label: str
    kind: Kind
    options: Mapping[str, str]
    ends: tuple[str, str]


def fields(agent: AgentCode) -> list[Field]:
    """The fields that a person may correct, as the form shows them."""
    model = outputs.OUTPUTS[agent]
    names = [name for name in model.model_fields if not name.endswith("_source") and name not in NOT_ASKED]
    return [_field(name, model.model_fields[name].annotation) for name in names]


def typed(agent: AgentCode, output: Mapping[str, Any]) -> dict[str, str]:
    """The output as the form shows it at first."""
    return {each.name: _as_typed(output.get(each.name)) for each in fields(agent)}


def told(agent: AgentCode, sent: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as an output: what it doesn't ask for stays as it was."""
    corrected = {name: said for name, said in before.items() if name in NOT_ASKED}
    for each in fields(agent):
        corrected[each.name] = _read(each, str(sent.get(each.name, "")).strip())
    return corrected


def _field(name: str, annotation: Any) -> Field:
    choices = _literals(annotation)
    if name in ENDS:
        low, high = ENDS[name]
        return Field(name, field(name), "scale", {}, (_(low), _(high)))
    if choices:
        return Field(name, field(name), "choice", {it: _(VALUES[it]) for it in choices}, ("", ""))
    if bool in get_args(annotation):
        options = {"yes": str(value(True)), "no": str(value(False))}
        return Field(name, field(name), "choice", options, ("", ""))
    return Field(name, field(name), "lines" if "list" in str(annotation) else "text", {}, ("", ""))


def _literals(annotation: Any) -> tuple[str, ...]:
    parts = [annotation, *get_args(annotation)]
    return next((get_args(each) for each in parts if getattr(each, "__origin__", None) is Literal), ())


def _as_typed(said: Any) -> str:
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, list):
        return "\n".join(str(each) for each in said)
    return "" if said is None else str(said)


def _read(asked: Field, text: str) -> Any:
    if asked.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        return None
    if asked.kind == "scale":
        return int(text) if text in {"1", "2", "3", "4", "5"} else text
    if set(asked.options) == {"yes", "no"}:
        return {"yes": True, "no": False}.get(text, text)
    return text
