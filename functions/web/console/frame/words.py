"""What agents, topics and the fields of their outputs are called on a page: the words that several pages share."""

from collections.abc import Mapping
from typing import Any, Final

from frame.speech import N_, _
from vizdots.agents import AgentCode

AGENTS: Final[Mapping[AgentCode, str]] = {
    "pulse": N_("Pulse"),
    "role_mapper": N_("Your role"),
    "workflow_mapper": N_("How you work"),
    "pain_scanner": N_("What gets in the way"),
    "focus_tracker": N_("Your focus"),
}
PURPOSES: Final[Mapping[AgentCode, str]] = {
    "pulse": N_("How your week was, and how full it was. Together with others it shows how a team is doing."),
    "role_mapper": N_("What your job really is, in your own words, so that you aren’t asked things that don’t fit."),
    "workflow_mapper": N_("One task that comes up again and again, step by step, as you really do it."),
    "pain_scanner": N_("What slows you down, so that it can be mended where several people say so."),
    "focus_tracker": N_("What you are working on now, and whether you can keep to it."),
}
FIELDS: Final[Mapping[str, str]] = {
    "rating": N_("Your week, from 1 to 5"),
    "workload_rating": N_("Workload, from 1 to 5"),
    "burnout_risk": N_("How close to your limit"),
    "role_summary": N_("Your job"),
    "primary_duties": N_("Main duties"),
    "customer_facing": N_("You work directly with customers"),
    "kpis_known": N_("You know which figures your work is measured by"),
    "workflow_name": N_("Process"),
    "display_label": N_("What you call it"),
    "steps": N_("Steps"),
    "tools": N_("Tools"),
    "data_sources": N_("Where the information comes from"),
    "confirmed": N_("You agreed with it"),
    "workflow_ref": N_("Process that it happens in"),
    "tool_ref": N_("Tool that it happens with"),
    "pain_rating": N_("How much it gets in your way, from 1 to 5"),
    "frequency": N_("How often"),
    "impact": N_("How big the impact is"),
    "current_focus_label": N_("Your focus"),
    "current_focus_tags": N_("What it is about"),
    "still_primary_focus": N_("It is the same as last time"),
    "focus_rating": N_("How well you can keep to it, from 1 to 5"),
    "change_vs_last_time": N_("Compared with last time"),
    "reason": N_("In your words"),
}
VALUES: Final[Mapping[str, str]] = {
    "low": N_("Low"),
    "medium": N_("Medium"),
    "high": N_("High"),
    "daily": N_("Daily"),
    "weekly": N_("Weekly"),
    "monthly": N_("Monthly"),
    "rarely": N_("Rarely"),
    "better": N_("Better"),
    "same": N_("The same"),
    "worse": N_("Worse"),
}
YES_NO: Final[Mapping[bool, str]] = {True: N_("Yes"), False: N_("No")}


def agent(code: AgentCode) -> str:
    """The agent's name."""
    return _(AGENTS[code])


def purpose(code: AgentCode) -> str:
    """Why the agent asks, in a sentence or two."""
    return _(PURPOSES[code])


def field(name: str) -> str:
    """What a field of an output is called."""
    return _(FIELDS[name])


def value(said: Any) -> str | list[str]:
    """A value of an output as a page shows it: a list stays one, a person's own text stays as they wrote it."""
    if isinstance(said, bool):
        return _(YES_NO[said])
    if isinstance(said, list):
        return [str(each) for each in said]
    known = VALUES.get(said) if isinstance(said, str) else None
    return _(known) if known else str(said)


def learned(output: Mapping[str, Any] | None) -> list[tuple[str, str | list[str]]]:
    """What was understood, as (name, value) in the order of the fields, without what wasn't said."""
    held = output or {}
    return [(field(name), value(held[name])) for name in FIELDS if held.get(name) not in (None, [], "")]
